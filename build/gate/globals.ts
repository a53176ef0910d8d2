/** Checks of what the runtime offers: globals, their members, methods, and arguments that it does not take. */
import type { AnyNode, CallExpression, Identifier, MemberExpression } from 'acorn';
import { patternAdvice, stringOf } from './literals.ts';
import type { Place, Refusal } from './place.ts';
import {
  type Advice,
  ERROR_TYPES,
  GLOBALS,
  HASH_ALGORITHMS,
  INSTEAD_OF_GLOBAL,
  INSTEAD_OF_MEMBER,
  ITERATOR_METHODS,
  lookUp,
  MEMBERS,
  METHODS,
} from './runtime-2.0.ts';
import { declarationOf, isFunction, type Scopes } from './scopes.ts';

/** Names that nothing declares and the runtime does not document. */
export function refusedGlobal({ node, parents, scopes }: Place): Refusal | null {
  if (node.type !== 'Identifier' || declarationOf(node.name, parents, scopes) !== null) return null;
  if (node.name === 'arguments') return argumentsAdvice(parents);
  const parent = parents.at(-1);
  const isReadFrom = parent?.type === 'MemberExpression' && parent.object === node;
  // Function.prototype.call is documented, Function() itself is not.
  if (node.name === 'Function' ? isReadFrom : GLOBALS.has(node.name)) return null;
  return globalAdvice(node.name);
}

/** Members of a global or of a module that are not documented, and methods that no value has. */
export function refusedMember({ node, parents, scopes }: Place): Refusal | null {
  if (node.type !== 'MemberExpression') return null;
  const name = memberName(node);
  if (name === null) return null;

  const owner = ownerOf(node.object, parents, scopes);
  if (owner === 'globalThis') return GLOBALS.has(name) ? null : globalAdvice(name);
  const documented = owner === null ? undefined : lookUp(MEMBERS, owner);
  if (documented !== undefined) {
    if (documented.has(name)) return null;
    const found = `${owner?.replace('module ', '')}.${name}`;
    return { found, instead: lookUp(INSTEAD_OF_MEMBER, found) ?? 'do without: the runtime does not document it' };
  }

  const call = callOf(node, parents);
  if (call === null) return null;
  const iterator = call.arguments.length === 0 ? lookUp(ITERATOR_METHODS, name) : undefined;
  const instead = lookUp(METHODS, name) ?? iterator;
  return instead === undefined ? null : { found: `the method ${name}`, instead, at: node.property };
}

/** Calls with arguments that the runtime ignores or refuses. */
export function refusedCall({ node, parents, scopes }: Place): Refusal | null {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return null;
  const [first, second] = node.arguments;
  const callee = node.callee;
  const owner = ownerOf(callee, parents, scopes);
  if (owner === 'RegExp') return patternAdvice(stringOf(first), second === undefined ? '' : stringOf(second));
  if (owner !== null && ERROR_TYPES.has(owner) && second !== undefined) {
    return { found: 'the cause of an error', instead: 'put what matters into the message', at: second };
  }

  if (callee.type !== 'MemberExpression') return null;
  const name = memberName(callee);
  const object = ownerOf(callee.object, parents, scopes);
  if (object === 'console' && name === 'log' && second !== undefined) {
    return { found: 'console.log with several arguments', instead: 'join them into one string', at: second };
  }
  if (object === 'Object' && name === 'create' && second !== undefined) {
    return { found: 'Object.create with properties', instead: 'set them afterwards', at: second };
  }
  if (name === 'createHash' || name === 'createHmac') {
    const algorithm = stringOf(first);
    if (algorithm === null || HASH_ALGORITHMS.has(algorithm)) return null;
    return { found: `the hash algorithm ${algorithm}`, instead: 'write sha256', at: first };
  }
  return null;
}

function argumentsAdvice(parents: readonly AnyNode[]): Advice | null {
  const own = parents.filter(isFunction).findLast((parent) => parent.type !== 'ArrowFunctionExpression');
  if (own === undefined) return globalAdvice('arguments');
  return own.async ? { found: 'arguments in an async function', instead: 'name the parameters' } : null;
}

function globalAdvice(name: string): Advice {
  const instead = lookUp(INSTEAD_OF_GLOBAL, name) ?? 'pass it as an argument: the runtime has no such global';
  return { found: `the global ${name}`, instead };
}

/** The global that an expression names, `module crypto` for an import, null for anything else. */
function ownerOf(node: AnyNode, parents: readonly AnyNode[], scopes: Scopes): string | null {
  if (node.type !== 'Identifier') return null;
  const declaration = declarationOf(node.name, parents, scopes);
  if (declaration === null) return node.name;
  return declaration.type === 'ImportDeclaration' ? `module ${declaration.source.value}` : null;
}

/** The call of a member: of `text.at` in `text.at(0)`, or in `text.at.call(other, 0)`. */
function callOf(member: AnyNode, parents: readonly AnyNode[]): CallExpression | null {
  const [outer, parent] = parents.slice(-2);
  if (parent?.type === 'CallExpression') return parent.callee === member ? parent : null;
  if (parent?.type !== 'MemberExpression' || parent.object !== member) return null;
  if (!['apply', 'bind', 'call'].includes(memberName(parent) ?? '')) return null;
  return outer?.type === 'CallExpression' && outer.callee === parent ? outer : null;
}

function memberName(node: MemberExpression): string | null {
  return node.computed ? stringOf(node.property) : (node.property as Identifier).name;
}
