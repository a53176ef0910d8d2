/** TypeScript of somebody else's functions, made JavaScript. Types are not checked. */
import { relative, resolve } from 'node:path';
import { type BuildFailure, type BuildOptions, build, type Message } from 'esbuild';
import { EdgeError } from '../config/errors.ts';

export function isTypeScript(file: string): boolean {
  return /\.[cm]?ts$/.test(file);
}

export interface Bundle {
  readonly code: string;
  /** Empty where the code holds it. */
  readonly map: string;
}

/**
 * One file with all that `file` imports.
 *
 * @throws {EdgeError} ERR_BUILD_FAILED with a line for each place that does not compile.
 */
export async function bundled(file: string, options: BuildOptions): Promise<Bundle> {
  try {
    const { outputFiles = [] } = await build({
      ...options,
      entryPoints: [file],
      bundle: true,
      write: false,
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
    });
    const isMap = ({ path }: { path: string }): boolean => path.endsWith('.map');
    return {
      code: outputFiles.find((output) => !isMap(output))?.text ?? '',
      map: outputFiles.find(isMap)?.text ?? '',
    };
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (!Array.isArray(errors)) throw error;
    throw new EdgeError('ERR_BUILD_FAILED', errors.map((message) => problem(file, message)).join('\n'));
  }
}

function problem(file: string, { location, text }: Message): string {
  const where =
    location === null
      ? shownPath(file)
      : `${shownPath(resolve(location.file))}:${location.line}:${location.column + 1}`;
  return `${where}: expected TypeScript that compiles, got "${text}"`;
}

/** A path as the operator would write it. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
