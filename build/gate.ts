/**
 * The gate: everything in a script that runtime cloudfront-js-2.0 lacks, or runs to a wrong result.
 *
 * CloudFront publishes such a script without complaint; then it fails, or answers wrongly, request by
 * request. The type check sees neither compiled code nor most of the engine's faults, and esbuild's
 * target sees only syntax, some of which it rewrites with large helpers. The gate reads the code.
 *
 * What depends on values it cannot see: `atob` of base64 without padding (wrong in the engine), a hash
 * algorithm or a regular expression put together at run time, `object[name]()`, a global under another
 * name. And what nearly every script contains it lets through: in the engine, as in Perl, `$` matches
 * before a newline at the end too, `.` matches a carriage return, `\s` knows ASCII only; `Object.keys`
 * keeps names that are numbers where they were set.
 */
import { type AnyNode, type Position, type Program, parse } from 'acorn';
import { base, fullAncestor } from 'acorn-walk';
import { refusedCall, refusedGlobal, refusedMember } from './gate/globals.ts';
import { refusedLiteral, refusedName } from './gate/literals.ts';
import type { Check } from './gate/place.ts';
import type { Advice } from './gate/runtime-2.0.ts';
import { scopesOf } from './gate/scopes.ts';
import { refusedAwait, refusedFunction, refusedImport, refusedSyntax } from './gate/syntax.ts';

/** One thing that the runtime lacks. Line and column count from 1. */
export interface Finding extends Advice {
  readonly line: number;
  readonly column: number;
}

const CHECKS: readonly Check[] = [
  refusedSyntax,
  refusedFunction,
  refusedAwait,
  refusedImport,
  refusedGlobal,
  refusedMember,
  refusedCall,
  refusedLiteral,
  refusedName,
];

/** Everything in `code` that the runtime lacks, in the order of the code. */
export function gate(code: string): Finding[] {
  const program = parseModule(code);
  return 'found' in program ? [program] : findingsIn(program);
}

/** A module in the newest ECMAScript, or where and why it is none. */
export function parseModule(code: string): Program | Finding {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch (error) {
    if (!(error instanceof SyntaxError && 'loc' in error)) throw error;
    const { line, column } = error.loc as Position;
    const found = error.message.replace(/ \(\d+:\d+\)$/, '');
    return { line, column: column + 1, found, instead: 'write it in plain JavaScript' };
  }
}

/** A walk that goes into no class. */
const OUTSIDE_CLASSES = { ...base, Class: () => {} };

/** Everything in a parsed module that the runtime lacks. Of a class only the class itself is reported. */
export function findingsIn(program: Program): Finding[] {
  const scopes = scopesOf(program);
  const findings: Finding[] = [];
  const judge = (node: AnyNode, _state: unknown, ancestors: readonly AnyNode[]): void => {
    const parents = ancestors.slice(0, -1);
    for (const check of CHECKS) {
      const refusal = check({ node, parents, scopes });
      const start = (refusal?.at ?? node).loc?.start;
      if (refusal === null || start === undefined) continue;
      findings.push({ line: start.line, column: start.column + 1, found: refusal.found, instead: refusal.instead });
    }
  };
  fullAncestor(program, judge, OUTSIDE_CLASSES);
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
}
