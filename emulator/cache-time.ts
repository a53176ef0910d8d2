import { ERROR_TTL_SECONDS } from './custom-error-responses.ts';
import type { CachePolicy } from './distribution.ts';
import { type HeaderLines, headerOf } from './headers.ts';

/** Error statuses that are always cached. */
const CACHED_ERRORS = [404, 414, 500, 501, 502, 503, 504];

/** Error statuses that are cached when the origin gives a time. */
const CACHED_ERRORS_WITH_TIME = [400, 403, 405, 412, 415];

/** Error statuses for which `no-store`, `no-cache` and `private` are honoured. */
const UNCACHED_ON_REQUEST = [404, 410, 414, 501];

/** Which of CloudFront's rules decides for how long a response is cached. */
export const TTL_RULES = [
  'caching-disabled',
  'uncached-error',
  'error-caching-minimum-ttl',
  'uncached-by-origin',
  'minimum-ttl',
  'default-ttl',
  'maximum-ttl',
  's-maxage',
  'max-age',
  'expires',
  'vary-all',
  'stale-if-error',
  'rfc9111',
] as const;

export interface CacheTime {
  /** 0: not at all. */
  readonly seconds: number;
  readonly rule: (typeof TTL_RULES)[number];
}

/** For how many seconds a response is cached; 0: not at all. */
export function cacheSeconds(...asked: Parameters<typeof cacheTime>): number {
  return cacheTime(...asked).seconds;
}

/**
 * For how long a response is cached, and why. `now` is epoch milliseconds, `errorTtlSeconds`
 * the error caching minimum TTL.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
export function cacheTime(
  status: number,
  headers: HeaderLines,
  policy: CachePolicy,
  now: number,
  errorTtlSeconds: number = ERROR_TTL_SECONDS,
): CacheTime {
  if (isCachingDisabled(policy)) return { seconds: 0, rule: 'caching-disabled' };
  const control = headerOf(headers, 'cache-control') ?? '';
  const isUncached = /(?:^|,)\s*(?:no-store|no-cache|private)\s*(?:[,=]|$)/i.test(control);
  const given = givenTime(control, headers, now);
  if (status >= 400) return errorTime(status, given, isUncached, errorTtlSeconds);
  const { minTtl, defaultTtl, maxTtl } = policy;
  if (isUncached) return { seconds: minTtl, rule: 'uncached-by-origin' };
  if (given === null) {
    return defaultTtl < minTtl
      ? { seconds: minTtl, rule: 'minimum-ttl' }
      : { seconds: defaultTtl, rule: 'default-ttl' };
  }
  if (Math.max(given.seconds, minTtl) > maxTtl) return { seconds: maxTtl, rule: 'maximum-ttl' };
  return given.seconds < minTtl ? { seconds: minTtl, rule: 'minimum-ttl' } : given;
}

/** As the managed policy CachingDisabled has it. */
export function isCachingDisabled({ minTtl, defaultTtl, maxTtl }: CachePolicy): boolean {
  return minTtl === 0 && defaultTtl === 0 && maxTtl === 0;
}

function errorTime(status: number, given: CacheTime | null, isUncached: boolean, minimum: number): CacheTime {
  if (isUncached && UNCACHED_ON_REQUEST.includes(status)) return { seconds: 0, rule: 'uncached-by-origin' };
  const isCached = CACHED_ERRORS.includes(status) || (CACHED_ERRORS_WITH_TIME.includes(status) && given !== null);
  if (!isCached) return { seconds: 0, rule: 'uncached-error' };
  return given !== null && given.seconds > minimum ? given : { seconds: minimum, rule: 'error-caching-minimum-ttl' };
}

/** `s-maxage` before `max-age` before `Expires`; null when the origin gives none. */
function givenTime(control: string, headers: HeaderLines, now: number): CacheTime | null {
  const shared = /(?:^|,)\s*s-maxage\s*=\s*"?(\d+)/i.exec(control);
  if (shared !== null) return { seconds: Number(shared[1]), rule: 's-maxage' };
  const any = /(?:^|,)\s*max-age\s*=\s*"?(\d+)/i.exec(control);
  if (any !== null) return { seconds: Number(any[1]), rule: 'max-age' };
  const expires = headerOf(headers, 'expires');
  if (expires === undefined) return null;
  const seconds = (Date.parse(expires) - now) / 1000;
  return { seconds: Number.isNaN(seconds) ? 0 : Math.max(0, seconds), rule: 'expires' };
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
