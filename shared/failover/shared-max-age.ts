/** How long CloudFront may cache an answer that a failover brought. */
import { type Headers, headerValue, setHeader } from '../events/lambda-edge.ts';

/** A directive: anything up to the next comma outside a quoted string (RFC 9111, section 5.2). */
const DIRECTIVE = /(?:"(?:[^"\\]|\\.)*"|[^",])+/g;
const UNCACHED = /^(?:no-store|no-cache|private)(?:\s*=|$)/i;
const SHARED_MAX_AGE = /^s-maxage(?:$|\s*=\s*"?(\d*))/i;
const MAX_AGE = /^max-age(?:$|\s*=\s*"?(\d*))/i;

/**
 * Caps the time in CloudFront's cache at `maxAgeSeconds`, never lengthens it, and leaves the time in
 * browsers as it is: only `s-maxage` is written. An error without a time of its own keeps none, since
 * a written time could outlast the behavior's error caching time.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function capSharedMaxAge(headers: Headers, status: string, maxAgeSeconds: number): void {
  const directives = directivesOf(headerValue(headers, 'cache-control'));
  if (directives.some((directive) => UNCACHED.test(directive))) return;

  const existing = existingSeconds(directives, headers);
  if (existing === null ? Number(status) >= 400 : existing <= maxAgeSeconds) return;
  const others = directives.filter((directive) => !/^s-maxage(?:\s*=|$)/i.test(directive));
  setHeader(headers, 'cache-control', others.concat(`s-maxage=${maxAgeSeconds}`).join(', '));
}

/** `s-maxage` before `max-age` before `Expires`, as CloudFront reads them; null when there is none. */
function existingSeconds(directives: readonly string[], headers: Headers): number | null {
  const shared = secondsOf(directives, SHARED_MAX_AGE);
  if (shared !== null) return shared;
  const own = secondsOf(directives, MAX_AGE);
  return own === null ? secondsUntilExpires(headers) : own;
}

function secondsOf(directives: readonly string[], pattern: RegExp): number | null {
  for (let i = 0; i < directives.length; i++) {
    const match = pattern.exec(directives[i] as string);
    // One without a number is of no time, whatever it was meant to be.
    if (match !== null) return Number(match[1] || 0);
  }
  return null;
}

/** An `Expires` that is not a date has passed (RFC 9111, section 5.3). */
function secondsUntilExpires(headers: Headers): number | null {
  const expires = headerValue(headers, 'expires');
  if (expires === null) return null;
  const seconds = (Date.parse(expires) - Date.parse(headerValue(headers, 'date') || '')) / 1000;
  return Number.isNaN(seconds) ? 0 : seconds;
}

function directivesOf(cacheControl: string | null): string[] {
  const matches = cacheControl === null ? null : cacheControl.match(DIRECTIVE);
  return matches === null ? [] : matches.map((directive) => directive.trim()).filter((directive) => directive !== '');
}
