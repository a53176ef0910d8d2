import { SourceMap } from 'node:module';
import { resolve } from 'node:path';
import type { CloudFrontFunction } from '../distribution.ts';
import { shownPath } from '../typescript.ts';

/** Before the code, in its first line. */
export const SCRIPT_START = "'use strict';";

/** Where an error was made: the first place of a stack that is in the function's own code, `auth.js:3:9`; null: none is. */
export function placeIn(stack: string, { name, source }: CloudFrontFunction): string | null {
  for (const [, at, line, column] of stack.matchAll(/^ +at (?:.* \()?([^() ]+):(\d+):(\d+)\)?$/gm)) {
    if (at !== name) continue;
    const place = { line: Number(line), column: Number(column) - (line === '1' ? SCRIPT_START.length : 0) };
    return source === undefined ? `${name}:${place.line}:${place.column}` : placeOf(source, place);
  }
  return null;
}

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A place of the code, as a place of the file that it is from. */
export function placeOf({ file, map }: NonNullable<CloudFrontFunction['source']>, { line, column }: Place): string {
  if (map === null) return `${shownPath(file)}:${line}:${column}`;
  const found = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1);
  if (!('originalSource' in found)) return shownPath(file);
  const original = resolve(file, '..', found.originalSource);
  return `${shownPath(original)}:${found.originalLine + 1}:${found.originalColumn + 1}`;
}
