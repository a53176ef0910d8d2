import { type Program, parse } from 'acorn';
import { full } from 'acorn-walk';
import { unexpected } from '../../config/errors.ts';

/**
 * The function's code as a plain script: runtime 2.0 allows `import name from 'module'` in what is
 * otherwise a script, which no JavaScript host does. Lines and columns below the imports stay.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for code that does not parse.
 */
export function functionScript(name: string, code: string): string {
  const program = programOf(name, code);
  refuseDynamicImport(name, program);
  let script = '';
  let end = 0;
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const [specifier] = node.specifiers;
    if (specifier?.type !== 'ImportDefaultSpecifier' || node.specifiers.length > 1) {
      throw unexpected('ERR_TEMPLATE_INVALID', name, 'default imports only', code.slice(node.start, node.end));
    }
    script += `${code.slice(end, node.start)}const ${specifier.local.name}=__import(${JSON.stringify(node.source.value)});`;
    end = node.end;
  }
  return `'use strict';${script}${code.slice(end)}`;
}

/** The runtime has none, and a rejected one is an error of the host, whose constructor leads out of the realm. */
function refuseDynamicImport(name: string, program: Program): void {
  full(program, ({ type }) => {
    if (type === 'ImportExpression') throw unexpected('ERR_TEMPLATE_INVALID', name, 'no dynamic import', 'import()');
  });
}

function programOf(name: string, code: string): Program {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    throw unexpected('ERR_TEMPLATE_INVALID', name, 'a script', (error as Error).message);
  }
}
