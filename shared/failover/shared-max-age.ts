/** How long CloudFront may cache an answer that a failover brought. */
import { type Headers, headerValue, setHeader } from '../events/lambda-edge.ts';

/** A directive: anything up to the next comma outside a quoted string (RFC 9111, section 5.2). A quote that nothing ends is none. */
const DIRECTIVE = /(?:"(?:[^"\\]|\\.)*"|[^,])+/g;
const UNCACHED = /^(?:no-store|no-cache|private)(?:\s*=|$)/i;
const SHARED_MAX_AGE = /^s-maxage(?:$|\s*=\s*"?(\d*))/i;
const MAX_AGE = /^max-age(?:$|\s*=\s*"?(\d*))/i;

/**
 * Caps the time in CloudFront's cache at `maxAgeSeconds`, never lengthens it, and leaves the time in
 * browsers as it is: only `s-maxage` is written. A time that cannot be read is taken for none at all. An
 * error without a time of its own keeps none, since a written time could outlast the behavior's error
 * caching time; one that says `no-store` is capped all the same, since CloudFront heeds that for few errors.
 *
 * `now` is epoch milliseconds: for an `Expires` without a `Date`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function capSharedMaxAge(headers: Headers, status: string, maxAgeSeconds: number, now: number): void {
  const isError = Number(status) >= 400;
  const directives = directivesOf(headerValue(headers, 'cache-control'));
  if (!isError && directives.some((directive) => UNCACHED.test(directive))) return;

  const existing = existingSeconds(directives, headers, now);
  if (existing === null ? isError : existing <= maxAgeSeconds) return;
  const others = directives.filter((directive) => !/^s-maxage(?:\s*=|$)/i.test(directive));
  const seconds = Number.isNaN(existing) ? 0 : maxAgeSeconds;
  setHeader(headers, 'cache-control', others.concat(`s-maxage=${seconds}`).join(', '));
}

/** `s-maxage` before `max-age` before `Expires`, as CloudFront reads them; null when there is none, NaN when it cannot be read. */
function existingSeconds(directives: readonly string[], headers: Headers, now: number): number | null {
  const shared = secondsOf(directives, SHARED_MAX_AGE);
  if (shared !== null) return shared;
  const own = secondsOf(directives, MAX_AGE);
  return own === null ? secondsUntilExpires(headers, now) : own;
}

function secondsOf(directives: readonly string[], pattern: RegExp): number | null {
  for (let i = 0; i < directives.length; i++) {
    const match = pattern.exec(directives[i] as string);
    if (match !== null) return Number(match[1] || Number.NaN);
  }
  return null;
}

/** An `Expires` that is not a date has passed (RFC 9111, section 5.3). */
function secondsUntilExpires(headers: Headers, now: number): number | null {
  const expires = headerValue(headers, 'expires');
  if (expires === null) return null;
  const seconds = (Date.parse(expires) - (Date.parse(headerValue(headers, 'date') || '') || now)) / 1000;
  return Number.isNaN(seconds) ? 0 : seconds;
}

function directivesOf(cacheControl: string | null): string[] {
  const matches = cacheControl === null ? null : cacheControl.match(DIRECTIVE);
  return matches === null ? [] : matches.map((directive) => directive.trim()).filter((directive) => directive !== '');
}
