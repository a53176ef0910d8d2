import { type AnyNode, type Program, parse } from 'acorn';
import { full } from 'acorn-walk';
import { unexpected } from '../../config/errors.ts';
import type { CloudFrontFunction } from '../distribution.ts';

/**
 * The function's code as a plain script: runtime 2.0 allows `import name from 'module'` in what is
 * otherwise a script, which no JavaScript host does. Lines and columns below the imports stay.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for code that does not parse.
 */
export function functionScript({ name, code, runtime }: CloudFrontFunction): string {
  const program = programOf(name, code);
  refuseDynamicImport(name, program);
  if (runtime === 'cloudfront-js-1.0') refuseLaterSyntax(name, program);
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

/** What runtime 1.0 lacks of 2.0. */
function refuseLaterSyntax(name: string, program: Program): void {
  full(program, (node) => {
    const later = laterSyntax(node as AnyNode);
    if (later !== null) throw unexpected('ERR_TEMPLATE_INVALID', name, 'what cloudfront-js-1.0 has', later);
  });
}

function laterSyntax(node: AnyNode): string | null {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.kind === 'var' ? null : node.kind;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node.async ? 'async' : null;
    case 'ImportDeclaration':
      return 'import';
    default:
      return null;
  }
}

function programOf(name: string, code: string): Program {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    throw unexpected('ERR_TEMPLATE_INVALID', name, 'a script', (error as Error).message);
  }
}
