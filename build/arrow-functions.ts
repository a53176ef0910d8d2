/** What esbuild's minifier leaves: a function that only returns is shorter as an arrow function. */
import { type FunctionDeclaration, type ModuleDeclaration, parse, type Statement } from 'acorn';
import { joined, partOf, type TracedText } from './traced-text.ts';

/** The text of a part of the script. */
type TextOf = (node: { start: number; end: number }) => TracedText;

/**
 * The script with its arrow functions, and with neighbouring variables in one declaration. Only for a script
 * that calls none of its functions while it loads, since a variable is not hoisted with its value.
 */
export function withArrowFunctions(script: TracedText): TracedText {
  const text: TextOf = (node) => partOf(script, node);
  const statements: TracedText[] = [];
  let variables: TracedText[] = [];
  const flush = () => {
    if (variables.length > 0) statements.push(joined(['var ', joined(variables, ','), ';']));
    variables = [];
  };
  for (const statement of parse(script.text, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    const declared = declaredBy(statement, text);
    variables.push(...declared);
    if (declared.length > 0) continue;
    flush();
    statements.push(text(statement));
  }
  flush();
  return joined([...statements, '\n']);
}

/** `name=value` for each variable that the statement declares, or could declare. */
function declaredBy(statement: Statement | ModuleDeclaration, text: TextOf): TracedText[] {
  if (statement.type === 'VariableDeclaration' && statement.kind === 'var') return statement.declarations.map(text);
  const value = statement.type === 'FunctionDeclaration' && returnedBy(statement);
  if (!value) return [];
  const { id, params } = statement;
  const body = text(value);
  if (/\b(?:this|arguments)\b/.test(body.text)) return [];
  const list = joined(params.map(text), ',');
  const needsParentheses = body.text.startsWith('{') || value.type === 'SequenceExpression';
  return [
    joined([
      ...[text(id), '='],
      ...(params.length === 1 ? [list] : ['(', list, ')']),
      '=>',
      ...(needsParentheses ? ['(', body, ')'] : [body]),
    ]),
  ];
}

/** The value that a function returns and does nothing else; null for any other. */
function returnedBy({ id, async, generator, body }: FunctionDeclaration) {
  const [statement, ...others] = body.body;
  if (async || generator || id.name === 'handler' || others.length > 0) return null;
  return (statement?.type === 'ReturnStatement' && statement.argument) || null;
}
