/**
 * Source maps of what is deployed, which stay beside it: no byte of a bundle names them.
 *
 * @see https://tc39.es/ecma426/
 */
import { relative, resolve } from 'node:path';
import { encode, type SourceMapMappings } from '@jridgewell/sourcemap-codec';
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';
import type { TracedText } from './traced-text.ts';

/** With absolute paths of sources. */
export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

export interface MappedCode {
  readonly code: string;
  readonly map: SourceMap;
}

/** esbuild's map, whose sources are relative to the working directory. */
export function sourceMap(map: string): SourceMap {
  const { sources, mappings } = JSON.parse(map) as SourceMap;
  return { version: 3, sources: sources.map((source) => resolve(source)), names: [], mappings };
}

/** The text of a map's file, which names sources as seen from its folder. */
export function mapFile(map: SourceMap, folder: string): string {
  const sources = map.sources.map((source) => relative(folder, source).replaceAll('\\', '/'));
  return `${JSON.stringify({ ...map, sources })}\n`;
}

/** The map that `mapFile` wrote. */
export function mapOfFile(text: string, folder: string): SourceMap {
  const map: SourceMap = JSON.parse(text);
  return { ...map, sources: map.sources.map((source) => resolve(folder, source)) };
}

/**
 * The map of a script that is put together from parts of a module.
 *
 * @param map esbuild's, of the module
 */
export function scriptMap(script: TracedText, module: string, map: string): SourceMap {
  const origins = new Map<number, readonly [source: number, line: number, column: number]>();
  const lineStarts = [...module.matchAll(/^/gm)].map(({ index }) => index);
  decodedMappings(new TraceMap(map)).forEach((segments, line) => {
    for (const [column, source, sourceLine, sourceColumn] of segments) {
      if (source === undefined) continue;
      origins.set((lineStarts[line] ?? 0) + column, [source, sourceLine ?? 0, sourceColumn ?? 0]);
    }
  });
  const mappings: SourceMapMappings = [[]];
  let column = 0;
  script.from.forEach((from, index) => {
    const origin = origins.get(from);
    if (origin !== undefined) mappings.at(-1)?.push([column, ...origin]);
    column++;
    if (script.text[index] !== '\n') return;
    mappings.push([]);
    column = 0;
  });
  return { ...sourceMap(map), mappings: encode(mappings) };
}
