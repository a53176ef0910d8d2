/**
 * Whether a stored response may be sent without asking the origin.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4
 */
import type { EdgeRequest } from '../exchange.ts';
import { headerOf } from '../headers.ts';
import { type Directives, directivesOf, isUnqualified, secondsIn } from './cache-control.ts';
import { currentAge, freshnessLifetime, type TimedResponse } from './freshness.ts';
import { responseControl } from './response-control.ts';

/** `stale`: it may be sent while the origin is asked in the background. */
export type Reuse = 'fresh' | 'stale' | 'no';

const NO_STALE = ['must-revalidate', 'proxy-revalidate', 's-maxage'];

export function reuseOf(request: EdgeRequest, stored: TimedResponse, now: number): Reuse {
  const asked = requestDirectives(request);
  const given = responseControl(stored.headers).directives;
  if (refusesStored(request) || isUnqualified(given, 'no-cache')) return 'no';

  const age = currentAge(stored, now);
  const lifetime = freshnessLifetime(stored);
  if (age > (secondsIn(asked, 'max-age') ?? Number.POSITIVE_INFINITY)) return 'no';
  if (lifetime - age < (secondsIn(asked, 'min-fresh') ?? Number.NEGATIVE_INFINITY)) return 'no';
  if (lifetime > age) return 'fresh';
  if (!allowsStale(given)) return 'no';
  if (asked.has('max-stale')) return age - lifetime <= maxStale(asked) ? 'fresh' : 'no';
  if (asked.has('max-age')) return 'no';
  return age - lifetime < (secondsIn(given, 'stale-while-revalidate') ?? 0) ? 'stale' : 'no';
}

/**
 * Whether it may be sent because the origin failed. An error that the origin itself sends needs
 * `stale-if-error`, of the response or of the request (RFC 5861); where that is given, it bounds.
 */
export function isGoodOnError(request: EdgeRequest, stored: TimedResponse, isAnswered: boolean, now: number): boolean {
  const given = responseControl(stored.headers).directives;
  if (refusesStored(request) || !allowsStale(given) || isUnqualified(given, 'no-cache')) return false;
  const window = secondsIn(given, 'stale-if-error') ?? secondsIn(requestDirectives(request), 'stale-if-error');
  if (window === null) return !isAnswered;
  return currentAge(stored, now) - freshnessLifetime(stored) < window;
}

/** Whether the viewer wants nothing that the origin has not confirmed. */
export function refusesStored(request: EdgeRequest): boolean {
  const asked = requestDirectives(request);
  return asked.has('no-cache') || asked.has('no-store');
}

/** `Pragma: no-cache` stands for a `Cache-Control` that is not there. */
export function requestDirectives({ headers }: EdgeRequest): Directives {
  const control = headerOf(headers, 'cache-control');
  if (control !== undefined) return directivesOf(control);
  return new Map([...directivesOf(headerOf(headers, 'pragma'))].filter(([name]) => name === 'no-cache'));
}

function allowsStale(given: Directives): boolean {
  return !NO_STALE.some((name) => given.has(name));
}

function maxStale(asked: Directives): number {
  return asked.get('max-stale') === null ? Number.POSITIVE_INFINITY : (secondsIn(asked, 'max-stale') ?? 0);
}
