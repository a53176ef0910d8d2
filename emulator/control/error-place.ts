/** Where in its source a function failed. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionRun } from '../function-run.ts';
import { integer, list, nullable, object, text } from './schema.ts';

export const errorPlace = object({
  file: text('The source file, or the name of a function whose code is in the template'),
  line: integer('From 1'),
  column: integer('From 1'),
  excerpt: nullable(list(object({ number: integer('Of the line'), text: text('Of the file as it is now') }))),
});

export interface ErrorPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly excerpt: readonly { readonly number: number; readonly text: string }[] | null;
}

/** As the emulator writes it of a CloudFront Function, and Node.js of Lambda@Edge. */
const PLACE = /(?: \(|^ *at (?:async )?)([^()\n]+?):(\d+):(\d+)\)?$/m;

const SOURCE = /\.[cm]?[jt]s$/;

const LINES_AROUND = 3;

/** A minified bundle has one line. */
const MAX_LINE = 200;

/**
 * The place is in the last line that it logged. Null: nothing failed, or nothing says where.
 *
 * @param code of a function that is from no file; null: it is from one
 */
export function placeOfError({ error, lines }: FunctionRun, code: string | null): ErrorPlace | null {
  const found = error === null ? null : PLACE.exec(lines.at(-1) ?? '');
  if (found === null) return null;
  const [, named = '', line, column] = found;
  const file = pathOf(named);
  const text = code ?? sourceOf(file);
  const excerpt = text === null ? null : excerptOf(text, Number(line));
  return { file, line: Number(line), column: Number(column), excerpt };
}

/** What is no path of this machine stays: a function may log any address. */
function pathOf(named: string): string {
  try {
    return named.startsWith('file:') ? fileURLToPath(named) : named;
  } catch {
    return named;
  }
}

/** Only sources: other files may hold keys. */
function sourceOf(file: string): string | null {
  try {
    return SOURCE.test(file) ? readFileSync(resolve(file), 'utf8') : null;
  } catch {
    return null;
  }
}

function excerptOf(text: string, line: number): NonNullable<ErrorPlace['excerpt']> {
  const first = Math.max(1, line - LINES_AROUND);
  const shown = text.split('\n').slice(first - 1, line + LINES_AROUND);
  return shown.map((each, index) => ({ number: first + index, text: each.slice(0, MAX_LINE) }));
}
