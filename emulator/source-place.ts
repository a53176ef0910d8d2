/** Places in code that was made of other files, as places in these. */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { mapOfFile } from '../build/source-map.ts';
import { shownPath } from './typescript.ts';

/** Both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A place of the code, as a place of the file that it is from. @param map null: the code is that file's own */
export function placeOf({ file, map }: { file: string; map: string | null }, { line, column }: Place): string {
  if (map === null) return `${shownPath(file)}:${line}:${column}`;
  const found = new SourceMap(JSON.parse(map)).findEntry(line - 1, column - 1);
  if (!('originalSource' in found) || found.originalSource === undefined) return shownPath(file);
  const original = resolve(file, '..', found.originalSource);
  return `${shownPath(original)}:${found.originalLine + 1}:${found.originalColumn + 1}`;
}

/** The source map that `edgekeeper build` wrote beside a bundle; null: there is none that can be read. */
export function mapBeside(bundle: string): string | null {
  const file = `${bundle}.map`;
  try {
    const map = JSON.stringify(mapOfFile(readFileSync(file, 'utf8'), dirname(file)));
    new SourceMap(JSON.parse(map));
    return map;
  } catch {
    return null;
  }
}
