/**
 * How old a stored response is, and how old it may become. All in seconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2
 */
import type { StoredResponse } from '../cache.ts';
import type { HeaderLines } from '../headers.ts';
import { MAX_SECONDS, secondsIn, secondsOf } from './cache-control.ts';
import { httpDate } from './http-date.ts';
import { responseControl } from './response-control.ts';

/** With the time at which it was asked for, in epoch milliseconds. */
export interface TimedResponse extends StoredResponse {
  readonly requestedAt: number;
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-15.1 */
export const HEURISTIC_STATUSES = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];

/** Of the time since the last modification, and at most a day. */
const HEURISTIC_SHARE = 0.1;
const MAX_HEURISTIC_SECONDS = 86_400;

/** What cannot be read is 0: stale. */
export function freshnessLifetime({ status, headers, storedAt }: StoredResponse): number {
  const { directives, isTargeted } = responseControl(headers);
  const explicit = secondsIn(directives, 's-maxage') ?? secondsIn(directives, 'max-age');
  if (explicit !== null) return explicit;
  const date = dateOf(headers, storedAt);
  const expires = isTargeted ? undefined : firstLine(headers, 'expires');
  if (expires !== undefined) return Math.max(0, ((httpDate(expires, storedAt) ?? date) - date) / 1000);

  const modified = httpDate(firstLine(headers, 'last-modified'), storedAt);
  const isHeuristic = HEURISTIC_STATUSES.includes(status) || directives.has('public');
  if (modified === null || !isHeuristic) return 0;
  return Math.min(Math.max(0, ((date - modified) / 1000) * HEURISTIC_SHARE), MAX_HEURISTIC_SECONDS);
}

/** @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2.3 */
export function currentAge({ headers, storedAt, requestedAt }: TimedResponse, now: number): number {
  // A date tells whole seconds: what it left out is no age.
  const apparent = Math.max(0, Math.floor((storedAt - dateOf(headers, storedAt)) / 1000));
  const [first = ''] = (firstLine(headers, 'age') ?? '').split(',');
  const corrected = (secondsOf(first.trim()) ?? 0) + (storedAt - requestedAt) / 1000;
  return Math.min(Math.max(apparent, corrected) + (now - storedAt) / 1000, MAX_SECONDS);
}

/** In epoch milliseconds: when it was stored, where it does not say. */
export function dateOf(headers: HeaderLines, storedAt: number): number {
  return httpDate(firstLine(headers, 'date'), storedAt) ?? storedAt;
}

function firstLine(headers: HeaderLines, name: string): string | undefined {
  return headers.find((line) => line[0] === name)?.[1];
}
