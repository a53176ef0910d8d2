import { ERROR_TTL_SECONDS } from './custom-error-responses.ts';
import type { CachePolicy } from './distribution.ts';
import { type HeaderLines, headerOf } from './headers.ts';

/** Error statuses that are always cached. */
const CACHED_ERRORS = [404, 414, 500, 501, 502, 503, 504];

/** Error statuses that are cached when the origin gives a time. */
const CACHED_ERRORS_WITH_TIME = [400, 403, 405, 412, 415];

/** Error statuses for which `no-store`, `no-cache` and `private` are honoured. */
const UNCACHED_ON_REQUEST = [404, 410, 414, 501];

/**
 * For how many seconds a response is cached; 0: not at all. `now` is epoch milliseconds, `errorTtlSeconds`
 * the error caching minimum TTL.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
export function cacheSeconds(
  status: number,
  headers: HeaderLines,
  policy: CachePolicy,
  now: number,
  errorTtlSeconds: number = ERROR_TTL_SECONDS,
): number {
  if (isCachingDisabled(policy)) return 0;
  const control = headerOf(headers, 'cache-control') ?? '';
  const isUncached = /(?:^|,)\s*(?:no-store|no-cache|private)\s*(?:[,=]|$)/i.test(control);
  const given = givenSeconds(control, headers, now);
  if (status >= 400) return errorSeconds(status, given, isUncached, errorTtlSeconds);
  if (isUncached) return policy.minTtl;
  if (given === null) return Math.max(policy.minTtl, policy.defaultTtl);
  return Math.min(Math.max(given, policy.minTtl), policy.maxTtl);
}

/** As the managed policy CachingDisabled has it. */
export function isCachingDisabled({ minTtl, defaultTtl, maxTtl }: CachePolicy): boolean {
  return minTtl === 0 && defaultTtl === 0 && maxTtl === 0;
}

function errorSeconds(status: number, given: number | null, isUncached: boolean, minimum: number): number {
  if (isUncached && UNCACHED_ON_REQUEST.includes(status)) return 0;
  const isCached = CACHED_ERRORS.includes(status) || (CACHED_ERRORS_WITH_TIME.includes(status) && given !== null);
  return isCached ? Math.max(given ?? 0, minimum) : 0;
}

/** `s-maxage` before `max-age` before `Expires`; null when the origin gives none. */
function givenSeconds(control: string, headers: HeaderLines, now: number): number | null {
  const directive =
    /(?:^|,)\s*s-maxage\s*=\s*"?(\d+)/i.exec(control) ?? /(?:^|,)\s*max-age\s*=\s*"?(\d+)/i.exec(control);
  if (directive !== null) return Number(directive[1]);
  const expires = headerOf(headers, 'expires');
  if (expires === undefined) return null;
  const seconds = (Date.parse(expires) - now) / 1000;
  return Number.isNaN(seconds) ? 0 : Math.max(0, seconds);
}

/** For how many seconds after its time an object may still be served. */
export interface StaleSeconds {
  /** While it is asked for anew, with nobody waiting. */
  readonly whileRevalidate: number;
  /** When the origin fails. Null: the origin says nothing of it, and there is no bound. */
  readonly ifError: number | null;
}

/**
 * Both are bounded by the maximum TTL. `must-revalidate` and `proxy-revalidate` forbid both (RFC 9111,
 * sections 5.2.2.2 and 5.2.2.8), which CloudFront's pages do not mention.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#stale-content
 */
export function staleSeconds(headers: HeaderLines, { maxTtl }: CachePolicy): StaleSeconds {
  const control = headerOf(headers, 'cache-control') ?? '';
  if (/(?:^|,)\s*(?:must|proxy)-revalidate\s*(?:,|$)/i.test(control)) return { whileRevalidate: 0, ifError: 0 };
  const whileRevalidate = /(?:^|,)\s*stale-while-revalidate\s*=\s*"?(\d+)/i.exec(control);
  const ifError = /(?:^|,)\s*stale-if-error\s*=\s*"?(\d+)/i.exec(control);
  return {
    whileRevalidate: Math.min(Number(whileRevalidate?.[1] ?? 0), maxTtl),
    ifError: ifError === null ? null : Math.min(Number(ifError[1]), maxTtl),
  };
}
