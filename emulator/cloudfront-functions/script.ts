import { type AnyNode, type Node, type Program, parse } from 'acorn';
import { full } from 'acorn-walk';
import { type EdgeError, unexpected } from '../../config/errors.ts';
import type { CloudFrontFunction } from '../distribution.ts';
import { type Place, placeOf } from '../source-place.ts';
import { importScript } from './imports.ts';
import { SCRIPT_START } from './place.ts';

/**
 * The function's code as a plain script: runtime 2.0 allows `import name from 'module'` in what is
 * otherwise a script, which no JavaScript host does. Lines and columns below the imports stay.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for code that does not parse, ERR_BUILD_FAILED where it is from a file.
 */
export function functionScript(definition: CloudFrontFunction): string {
  const { code, runtime } = definition;
  const program = programOf(definition);
  refuseDynamicImport(definition, program);
  if (runtime === 'cloudfront-js-1.0') refuseLaterSyntax(definition, program);
  let script = '';
  let end = 0;
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const [specifier] = node.specifiers;
    if (specifier?.type !== 'ImportDefaultSpecifier' || node.specifiers.length > 1) {
      throw refusal(definition, startOf(node), 'default imports only', code.slice(node.start, node.end));
    }
    script += code.slice(end, node.start) + importScript(node, specifier.local.name);
    end = node.end;
  }
  return `${SCRIPT_START}${script}${code.slice(end)}`;
}

/** The runtime has none, and a rejected one is an error of the host, whose constructor leads out of the realm. */
function refuseDynamicImport(definition: CloudFrontFunction, program: Program): void {
  full(program, (node) => {
    if (node.type !== 'ImportExpression') return;
    throw refusal(definition, startOf(node), 'no dynamic import', 'import()');
  });
}

/** What runtime 1.0 lacks of 2.0. */
function refuseLaterSyntax(definition: CloudFrontFunction, program: Program): void {
  full(program, (node) => {
    const later = laterSyntax(node as AnyNode);
    if (later !== null) throw refusal(definition, startOf(node), 'what cloudfront-js-1.0 has', later);
  });
}

/** Of a template's code the name says where, of a file's the place. */
function refusal(definition: CloudFrontFunction, place: Place, expected: string, got: string): EdgeError {
  const { name, source } = definition;
  if (source === undefined) return unexpected('ERR_TEMPLATE_INVALID', name, expected, got);
  return unexpected('ERR_BUILD_FAILED', placeOf(source, place), expected, got);
}

function startOf({ loc }: Node): Place {
  return { line: loc?.start.line ?? 1, column: (loc?.start.column ?? 0) + 1 };
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

function programOf(definition: CloudFrontFunction): Program {
  try {
    return parse(definition.code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch (error) {
    const { message, loc } = error as SyntaxError & { loc: { line: number; column: number } };
    throw refusal(definition, { line: loc.line, column: loc.column + 1 }, 'a script', message);
  }
}
