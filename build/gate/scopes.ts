/**
 * Which declaration a name means, scope by scope: the same name may be a global in one function and
 * a parameter in the next.
 */
import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
  Program,
} from 'acorn';
import { fullAncestor } from 'acorn-walk';

/** By the node that opens a scope: the names declared in it, each with the node that declares it. */
export type Scopes = ReadonlyMap<AnyNode, ReadonlyMap<string, AnyNode>>;

type FunctionNode = AnonymousFunctionDeclaration | ArrowFunctionExpression | FunctionDeclaration | FunctionExpression;

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
const VAR_SCOPES = [...FUNCTIONS, 'Program'];
const BLOCK_SCOPES = [
  ...VAR_SCOPES,
  'BlockStatement',
  'ForInStatement',
  'ForOfStatement',
  'ForStatement',
  'SwitchStatement',
];

/** All scopes of a program in strict mode, where a function in a block belongs to that block. */
export function scopesOf(program: Program): Scopes {
  const scopes = new Map<AnyNode, Map<string, AnyNode>>();
  const declare = (scope: AnyNode, names: readonly string[], by: AnyNode) => {
    const declared = scopes.get(scope) ?? new Map<string, AnyNode>();
    for (const name of names) declared.set(name, by);
    scopes.set(scope, declared);
  };

  fullAncestor(program, (node, _state, path) => {
    switch (node.type) {
      case 'VariableDeclaration': {
        const scope = around(path, node.kind === 'var' ? VAR_SCOPES : BLOCK_SCOPES);
        for (const declarator of node.declarations) declare(scope, namesIn(declarator.id), declarator);
        break;
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.id)
          declare(node.type === 'FunctionDeclaration' ? around(path, BLOCK_SCOPES) : node, [node.id.name], node);
        for (const parameter of node.params) declare(node, namesIn(parameter), parameter);
        break;
      case 'ClassDeclaration':
        if (node.id) declare(around(path, BLOCK_SCOPES), [node.id.name], node);
        break;
      case 'CatchClause':
        if (node.param) declare(node, namesIn(node.param), node.param);
        break;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) declare(program, [specifier.local.name], node);
        break;
    }
  });
  return scopes;
}

/** What declares `name` at the end of a path of nodes; null: nothing in the program, so it is a global. */
export function declarationOf(name: string, path: readonly AnyNode[], scopes: Scopes): AnyNode | null {
  const scope = path.findLast((node) => scopes.get(node)?.has(name));
  return (scope && scopes.get(scope)?.get(name)) ?? null;
}

/** Whether a node is a function of any kind. */
export function isFunction(node: AnyNode | undefined): node is FunctionNode {
  return node !== undefined && FUNCTIONS.includes(node.type);
}

/** The innermost of these types around the node at the end of a path. */
function around(path: readonly AnyNode[], types: readonly string[]): AnyNode {
  const node = path.findLast((candidate, index) => index < path.length - 1 && types.includes(candidate.type));
  if (node === undefined) throw new Error('unreachable: every path begins with a Program');
  return node;
}

function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'MemberExpression':
      return [];
  }
}
