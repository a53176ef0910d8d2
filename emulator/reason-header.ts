import type { HeaderLines } from './headers.ts';

/** Shown to viewers here, and never by CloudFront: why a request was refused. */
export const REASON_HEADER = 'x-edgekeeper-reason';

/** The header, from the line that our function logged about this request; none when there is no such line. */
export function reasonHeaders(lines: readonly string[]): HeaderLines {
  for (const line of lines) {
    const reason = /^\{"edgekeeper":1,"verdict":"refused","reason":"([a-z-]+)"/.exec(line)?.[1];
    if (reason !== undefined) return [[REASON_HEADER, reason]];
  }
  return [];
}
