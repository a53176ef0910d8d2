import type { CloudFrontFunction } from '../distribution.ts';
import { placeOf } from '../source-place.ts';
import { columnsAdded } from './imports.ts';

/** Before the code, in its first line. */
export const SCRIPT_START = "'use strict';";

/** Where an error was made: the first place of a stack that is in the function's own code, `auth.js:3:9`; null: none is. */
export function placeIn(stack: string, { name, code, source, map }: CloudFrontFunction): string | null {
  for (const [, at, line, column] of stack.matchAll(/^ +at (?:.* \()?([^() ]+):(\d+):(\d+)\)?$/gm)) {
    if (at !== name) continue;
    const start = line === '1' ? SCRIPT_START.length : 0;
    const place = { line: Number(line), column: Number(column) - start - columnsAdded(code, Number(line)) };
    if (source !== undefined) return placeOf(source, place);
    return map === undefined ? `${name}:${place.line}:${place.column}` : placeOf({ file: name, map }, place);
  }
  return null;
}
