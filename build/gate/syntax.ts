/** Checks of the language itself: syntax, functions, `await`, imports. */
import type { AnyNode } from 'acorn';
import type { Place, Refusal } from './place.ts';
import { INSTEAD_OF_MODULE, lookUp, MODULES, REFUSED_SYNTAX, SYNTAX } from './runtime-2.0.ts';
import { isFunction } from './scopes.ts';

/** Syntax that is not documented, and documented syntax in a form that is not. */
export function refusedSyntax({ node, parents }: Place): Refusal | null {
  const parent = parents.at(-1);
  switch (node.type) {
    case 'ArrayPattern':
    case 'AssignmentPattern':
    case 'ObjectPattern':
      if (parent?.type.endsWith('Pattern')) return null; // Reported with the pattern around it.
      break;
    case 'AssignmentExpression':
      if (!['&&=', '||=', '??='].includes(node.operator)) return null;
      return { found: `the operator ${node.operator}`, instead: 'write if (value === undefined) value = other' };
    case 'CatchClause':
      if (node.param) return null;
      return { found: 'catch without a name', instead: 'write catch (_)' };
    case 'LogicalExpression':
      if (node.operator !== '??') return null;
      return { found: 'the operator ??', instead: 'write value === undefined ? other : value' };
    case 'MetaProperty':
      return { found: `${node.meta.name}.${node.property.name}`, instead: 'pass what is needed as an argument' };
    case 'Property':
      if (node.method) return { found: 'a method shorthand', instead: 'write name: function () { ... }' };
      if (!node.computed) return null;
      return { found: 'a computed property name', instead: 'set it afterwards: object[name] = value' };
    case 'SpreadElement':
      if (parent?.type === 'ObjectExpression') {
        return { found: 'object spread', instead: 'write Object.assign({}, object)' };
      }
      if (parent?.type === 'ArrayExpression') return { found: 'array spread', instead: 'write [first].concat(list)' };
      return { found: 'spread arguments', instead: 'write call.apply(null, list)' };
    case 'VariableDeclaration':
      if (!node.kind.endsWith('using')) return null;
      return { found: node.kind, instead: 'write const, and try and finally' };
  }
  if (SYNTAX.has(node.type)) return null;
  return REFUSED_SYNTAX[node.type] ?? { found: node.type, instead: 'write it in ECMAScript 5.1' };
}

/**
 * Functions that the engine lacks or runs wrongly. Inside an async function a closure over a variable
 * that changes later reads the old value after an `await`, and a declaration throws: so none at all.
 */
export function refusedFunction({ node, parents }: Place): Refusal | null {
  const parent = parents.at(-1);
  if (!isFunction(node) || (parent?.type === 'Property' && parent.method)) return null; // Refused as a shorthand.
  if (node.generator) return { found: 'a generator', instead: 'push the values into a list and return it' };
  if (parents.some((parent) => isFunction(parent) && parent.async)) {
    return {
      found: 'a function inside an async function',
      instead: 'declare it at the top level, with parameters: after an await it would read wrong values',
    };
  }
  const isDeclaration = node.type === 'FunctionDeclaration';
  const isTopLevel = isDeclaration && (parent?.type === 'Program' || parent?.type.startsWith('Export'));
  if (node.async && !isTopLevel) {
    return { found: 'an async closure', instead: 'declare an async function at the top level' };
  }
  if (isDeclaration && !isTopLevel && !isFunction(parents.at(-2))) {
    return { found: 'a function declared in a block', instead: 'declare it at the top level' };
  }
  return null;
}

/** `await` where the engine does not parse it. */
export function refusedAwait({ node, parents }: Place): Refusal | null {
  if (node.type !== 'AwaitExpression') return null;
  const own = parents.findLastIndex(isFunction);
  if (own === -1) return { found: 'await at the top level', instead: 'await in the handler' };
  const path: AnyNode[] = [...parents.slice(own + 1), node];
  const isArgument = path.some((inner, index) => {
    const outer = path[index - 1];
    if (outer?.type !== 'CallExpression' && outer?.type !== 'NewExpression') return false;
    return outer.arguments.some((argument) => argument === inner);
  });
  if (!isArgument) return null;
  return { found: 'await in the arguments of a call', instead: 'assign it first: const value = await ...' };
}

/** Imports of what is not there, or in a form that the engine does not parse. */
export function refusedImport({ node, parents }: Place): Refusal | null {
  if (node.type !== 'ImportDeclaration') return null;
  const name = String(node.source.value);
  if (!MODULES.has(name)) {
    const instead =
      lookUp(INSTEAD_OF_MODULE, name) ?? 'write it yourself: there are cloudfront, crypto and querystring only';
    return { found: `the module ${name}`, instead };
  }
  if (node.specifiers.length === 0) return { found: 'an import without a name', instead: 'remove it: nothing uses it' };
  if (node.specifiers.some((specifier) => specifier.type !== 'ImportDefaultSpecifier')) {
    return { found: 'a named or namespace import', instead: `write import ${name} from '${name}'` };
  }
  const [program] = parents;
  if (program?.type !== 'Program') return null;
  const before = program.body.slice(0, program.body.indexOf(node));
  if (before.every((statement) => statement.type === 'ImportDeclaration')) return null;
  return { found: 'an import below other code', instead: 'move it to the top of the file' };
}
