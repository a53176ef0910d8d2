/** Runs esbuild, and turns what it objects to into lines that name file, line and column. */

import { basename } from 'node:path';
import { type BuildFailure, type BuildOptions, build, type Message } from 'esbuild';
import { EdgeError } from '../config/errors.ts';

/** What esbuild made of one entry file. */
export interface Bundle {
  readonly code: string;
  /** The source map; empty unless the options ask for one. */
  readonly map: string;
  /** What esbuild warned of. To be refused: a warning in the build is a fault at the edge. */
  readonly problems: readonly Problem[];
  /** The files that it was made of, relative to the working directory. */
  readonly sources: readonly string[];
}

/** A reason not to build. `file` is relative to the working directory, line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/**
 * Bundles in memory. Paths are relative to the working directory, and so are those in the source map.
 *
 * @throws {ERR_BUILD_FAILED} when esbuild makes nothing of the entry file.
 */
export async function bundle(entry: string, options: BuildOptions): Promise<Bundle> {
  const result = await build({
    ...options,
    entryPoints: [entry],
    outfile: 'bundle.js',
    absWorkingDir: process.cwd(),
    write: false,
    metafile: true,
    logLevel: 'silent',
  }).catch((error: Error | BuildFailure) => {
    if (!('errors' in error)) throw error;
    return error;
  });
  const problems = [...result.errors, ...result.warnings].map((message) => problemOf(message, entry));
  if (result instanceof Error) throw buildFailed(problems);

  const text = (name: string) => result.outputFiles.find(({ path }) => basename(path) === name)?.text ?? '';
  const sources = Object.keys(result.metafile.inputs);
  return { code: text('bundle.js'), map: text('bundle.js.map'), problems, sources };
}

/** @throws {ERR_BUILD_FAILED} when there is any problem. */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw buildFailed(problems);
}

/** One line for each problem, by file and line. */
export function buildFailed(problems: readonly Problem[]): EdgeError {
  const sorted = [...problems].sort(
    (a, b) => Number(a.file > b.file) - Number(a.file < b.file) || a.line - b.line || a.column - b.column,
  );
  const lines = sorted.map(({ file, line, column, text }) => `${file}:${line}:${column}: ${text}`);
  return new EdgeError('ERR_BUILD_FAILED', [...new Set(lines)].join('\n'));
}

/** @throws {ERR_BUNDLE_TOO_LARGE} when a file, once written, would be over the quota of its runtime. */
export function refuseOversize(file: string, code: string, quotaBytes: number): void {
  const bytes = Buffer.byteLength(code);
  if (bytes <= quotaBytes) return;
  throw new EdgeError('ERR_BUNDLE_TOO_LARGE', `${file}: expected at most ${quotaBytes} bytes, got ${bytes}`);
}

/** esbuild counts columns in bytes, from 0; a message without a place is about the entry file. */
function problemOf({ location, text }: Message, entry: string): Problem {
  if (location === null) return { file: entry, line: 1, column: 1, text };
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString();
  return { file: location.file, line: location.line, column: before.length + 1, text };
}
