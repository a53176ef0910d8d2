/** What esbuild's minifier leaves: constants with a name that costs more than it saves, and second names. */
import { type AnyNode, type Identifier, type Program, parse, type VariableDeclarator } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { declarationOf, type Scopes, scopesOf } from './gate/scopes.ts';
import { joined, partOf, type TracedText } from './traced-text.ts';

/** A place where a name is used; the path to it ends in its parent. */
interface Use {
  readonly node: Identifier;
  readonly path: readonly AnyNode[];
}

/**
 * The script with texts and numbers where they are used, if that is shorter, and without variables that only
 * are another's second name. Only for a script that calls none of its functions while it loads.
 */
export function withInlinedConstants(script: TracedText): TracedText {
  const program = parse(script.text, { ecmaVersion: 'latest', sourceType: 'module' });
  const scopes = scopesOf(program);
  const uses = usesOf(program, scopes);
  const replacements = new Map<Identifier, string>();
  const gone = new Set<AnyNode>();
  for (const declarator of program.body.flatMap(variablesOf)) {
    const found = uses.get(declarator) ?? [];
    const value = inlinedValue(declarator, found, script.text, program, scopes, gone);
    if (value === null) continue;
    gone.add(declarator);
    for (const { node } of found) replacements.set(node, value);
  }
  const textOf = (node: AnyNode): TracedText => withReplacements(script, node, replacements);
  const statements = program.body.map((statement) => {
    const variables = variablesOf(statement);
    const kept = variables.filter((variable) => !gone.has(variable));
    if (kept.length === variables.length) return textOf(statement);
    return kept.length === 0 ? '' : joined(['var ', joined(kept.map(textOf), ','), ';']);
  });
  return joined([...statements, '\n']);
}

function variablesOf(statement: AnyNode): VariableDeclarator[] {
  return statement.type === 'VariableDeclaration' && statement.kind === 'var' ? statement.declarations : [];
}

/** By what declares the name: where it is used. */
function usesOf(program: Program, scopes: Scopes): Map<AnyNode, Use[]> {
  const uses = new Map<AnyNode, Use[]>();
  fullAncestor(program, (node, _state, ancestors) => {
    if (node.type !== 'Identifier') return;
    const path = ancestors.slice(0, -1);
    const declaration = declarationOf(node.name, path, scopes);
    const isItself = declaration?.type === 'VariableDeclarator' && declaration.id === node;
    if (declaration !== null && !isItself) uses.set(declaration, [...(uses.get(declaration) ?? []), { node, path }]);
  });
  return uses;
}

/** What stands for the variable wherever it is used; null: its name does. */
function inlinedValue(
  { id, init }: VariableDeclarator,
  uses: readonly Use[],
  script: string,
  program: Program,
  scopes: Scopes,
  gone: ReadonlySet<AnyNode>,
): string | null {
  if (id.type !== 'Identifier' || !init || !uses.every(isPlain)) return null;
  const text = script.slice(init.start, init.end);
  if (init.type === 'Identifier') {
    const first = declarationOf(init.name, [program], scopes);
    const isSeen = uses.every(({ path }) => declarationOf(init.name, path, scopes) === first);
    return first !== null && !gone.has(first) && isSeen ? text : null;
  }
  if (init.type !== 'Literal' || !['string', 'number'].includes(typeof init.value)) return null;
  const isSecondName = uses.some(({ path }) => path.at(-1)?.type === 'VariableDeclarator');
  const isShorter = uses.length * text.length <= id.name.length + text.length + 2 + uses.length * id.name.length;
  return isShorter && !isSecondName ? text : null;
}

/** Whether a value can stand there: the name is neither changed nor a property, and a number has no property. */
function isPlain({ node, path }: Use): boolean {
  const parent = path.at(-1);
  switch (parent?.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return parent.left !== node;
    case 'MemberExpression':
      return parent.object !== node || parent.computed;
    case 'Property':
      return !parent.shorthand;
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left !== node;
    case 'UpdateExpression':
      return false;
    default:
      return true;
  }
}

function withReplacements(
  script: TracedText,
  { start, end }: AnyNode,
  replacements: ReadonlyMap<Identifier, string>,
): TracedText {
  const inside = [...replacements]
    .filter(([use]) => start <= use.start && use.end <= end)
    .sort(([a], [b]) => a.start - b.start);
  const parts: (TracedText | string)[] = [];
  let from = start;
  for (const [use, value] of inside) {
    parts.push(partOf(script, { start: from, end: use.start }), value);
    from = use.end;
  }
  return joined([...parts, partOf(script, { start: from, end })]);
}
