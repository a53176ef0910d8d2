/**
 * Whether a stored response may be sent without asking the origin.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4
 */
import type { EdgeRequest } from '../exchange.ts';
import { type HeaderLines, headerOf } from '../headers.ts';
import { type Directives, directivesOf, isUnqualified, membersOf, secondsIn } from './cache-control.ts';
import { currentAge, freshnessLifetime, type TimedResponse } from './freshness.ts';

/** The request that it answered, for `Vary`. */
export interface Variant extends TimedResponse {
  readonly requestHeaders: HeaderLines;
}

/** `stale`: it may be sent while the origin is asked in the background. */
export type Reuse = 'fresh' | 'stale' | 'no';

const NO_STALE = ['must-revalidate', 'proxy-revalidate', 's-maxage'];

export function reuseOf(request: EdgeRequest, stored: Variant, now: number): Reuse {
  const asked = requestDirectives(request);
  const given = directivesOf(headerOf(stored.headers, 'cache-control'));
  if (asked.has('no-cache') || asked.has('no-store') || isUnqualified(given, 'no-cache')) return 'no';

  const age = currentAge(stored, now);
  const lifetime = freshnessLifetime(stored);
  if (age > (secondsIn(asked, 'max-age') ?? Number.POSITIVE_INFINITY)) return 'no';
  if (lifetime - age < (secondsIn(asked, 'min-fresh') ?? Number.NEGATIVE_INFINITY)) return 'no';
  if (lifetime > age) return 'fresh';
  if (!allowsStale(given)) return 'no';
  if (asked.has('max-stale') && age - lifetime <= maxStale(asked)) return 'fresh';
  return age - lifetime < (secondsIn(given, 'stale-while-revalidate') ?? 0) ? 'stale' : 'no';
}

/**
 * Whether it may be sent because the origin failed. An error that the origin itself sends needs
 * `stale-if-error`, of the response or of the request (RFC 5861); where that is given, it bounds.
 */
export function isGoodOnError(request: EdgeRequest, stored: Variant, isAnswered: boolean, now: number): boolean {
  const given = directivesOf(headerOf(stored.headers, 'cache-control'));
  if (!allowsStale(given) || isUnqualified(given, 'no-cache')) return false;
  const window = secondsIn(given, 'stale-if-error') ?? secondsIn(requestDirectives(request), 'stale-if-error');
  if (window === null) return !isAnswered;
  return currentAge(stored, now) - freshnessLifetime(stored) < window;
}

/**
 * Whether it answers a request with these headers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.1
 */
export function isVariantFor(headers: HeaderLines, stored: Variant): boolean {
  const names = membersOf(headerOf(stored.headers, 'vary')).map((name) => name.toLowerCase());
  return names.every((name) => normalized(headers, name) === normalized(stored.requestHeaders, name));
}

/** `Pragma: no-cache` stands for a `Cache-Control` that is not there. */
export function requestDirectives({ headers }: EdgeRequest): Directives {
  return directivesOf(headerOf(headers, 'cache-control') ?? headerOf(headers, 'pragma'));
}

function allowsStale(given: Directives): boolean {
  return !NO_STALE.some((name) => given.has(name));
}

function maxStale(asked: Directives): number {
  return asked.get('max-stale') === null ? Number.POSITIVE_INFINITY : (secondsIn(asked, 'max-stale') ?? 0);
}

function normalized(headers: HeaderLines, name: string): string | undefined {
  const value = headerOf(headers, name);
  return value === undefined ? undefined : membersOf(value).join(',');
}
