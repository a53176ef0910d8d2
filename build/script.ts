/**
 * The bare script that CloudFront Functions take: imports first, no export, and a function named
 * `handler`. esbuild makes modules, in which the imports stand where their source files begin and the
 * handler is exported under whatever short name the minifier gave it.
 */
import type { AnyNode, ExportNamedDeclaration, Identifier, Literal, Program } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { EdgeError } from '../config/errors.ts';
import { declarationOf, type Scopes, scopesOf } from './gate/scopes.ts';
import type { Finding } from './gate.ts';
import { joined, partOf, type TracedText, wholeText } from './traced-text.ts';

const WRITE_HANDLER = 'write export function handler(event)';

/** The same program without its list of exports and with the imports first; positions stay those of the module. */
export function scriptOf(module: Program): Program {
  const isImport = (node: AnyNode) => node.type === 'ImportDeclaration';
  const rest = module.body.filter((node) => !isImport(node) && !isExportList(node) && node.type !== 'EmptyStatement');
  return { ...module, body: [...module.body.filter(isImport), ...rest] };
}

/** What is wrong with a module's exports: it exports one function declaration, as `handler`, and nothing else. */
export function exportFindings(module: Program): Finding[] {
  const exported = exportsOf(module, scopesOf(module));
  if (exported.length === 0) return [{ line: 1, column: 1, found: 'no export', instead: WRITE_HANDLER }];
  return exported.flatMap(({ name, declaration }) => {
    const { line, column } = declaration?.loc?.start ?? { line: 1, column: 0 };
    const at = { line, column: column + 1 };
    if (name === 'handler' && declaration?.type === 'FunctionDeclaration') return [];
    if (name === 'handler') return [{ ...at, found: 'a handler that is no declared function', instead: WRITE_HANDLER }];
    if (name === 'default') return [{ ...at, found: 'a default export', instead: WRITE_HANDLER }];
    return [{ ...at, found: `the export ${name}`, instead: 'export handler alone from an entry file' }];
  });
}

/**
 * The text of the script: `code`, a module that `exportFindings` has nothing to say about, with its
 * handler renamed wherever that function is meant.
 *
 * @throws {ERR_BUILD_FAILED} when something else is named `handler`, which the minifier's short names rule out.
 */
export function scriptText(code: string, module: Program): TracedText {
  const scopes = scopesOf(module);
  const handler = exportsOf(module, scopes)[0]?.declaration;
  const uses = handler?.type === 'FunctionDeclaration' && handler.id ? usesOf(handler.id, module, scopes) : null;
  if (uses === null) throw new EdgeError('ERR_BUILD_FAILED', 'handler: expected one thing of that name, got several');
  const whole = wholeText(code);
  const statements = scriptOf(module).body.map((statement) => {
    const inside = uses.filter((use) => statement.start <= use.start && use.end <= statement.end);
    const ends = [...inside.map((use) => use.start), statement.end];
    const starts = [statement.start, ...inside.map((use) => use.end)];
    return joined(
      starts.map((start, index) => partOf(whole, { start, end: ends[index] ?? start })),
      'handler',
    );
  });
  return joined([...statements, '\n']);
}

/** Where a function is named, in the order of the code; null when the name `handler` is taken. */
function usesOf(id: Identifier, module: Program, scopes: Scopes): Identifier[] | null {
  if (id.name === 'handler') return [];
  if ([...scopes.values()].some((names) => names.has('handler'))) return null;
  const handler = declarationOf(id.name, [module], scopes);
  const uses = [id];
  fullAncestor(module, (node, _state, ancestors) => {
    if (node.type !== 'Identifier' || node === id) return;
    if (declarationOf(node.name, ancestors, scopes) === handler) uses.push(node);
  });
  return uses.sort((a, b) => a.start - b.start);
}

/** The names that a module exports, each with what declares it; esbuild writes them as one list at the end. */
function exportsOf(module: Program, scopes: Scopes): { name: string; declaration: AnyNode | null }[] {
  return module.body.filter(isExportList).flatMap(({ specifiers }) =>
    specifiers.map(({ local, exported }) => ({
      name: nameOf(exported),
      declaration: declarationOf(nameOf(local), [module], scopes),
    })),
  );
}

function isExportList(node: AnyNode): node is ExportNamedDeclaration {
  return node.type === 'ExportNamedDeclaration' && !node.declaration && !node.source;
}

function nameOf(node: Identifier | Literal): string {
  return node.type === 'Identifier' ? node.name : String(node.value);
}
