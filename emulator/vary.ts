/** `Vary` toward viewers, as CloudFront treats it. */
import type { CacheBehavior, RequestPolicy } from './distribution.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from './headers.ts';
import { isSelected } from './selection.ts';

/** In `Vary` whatever a behavior caches on. */
const ALWAYS_KEPT = ['accept-encoding', 'cookie'];

/**
 * The headers with only those names left in `Vary` that the behavior forwards, beside `Accept-Encoding`
 * and `Cookie`. `*` stays where the minimum TTL is 0: such an object is asked for each time.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomContentNegotiation
 */
export function withFilteredVary(headers: HeaderLines, behavior: CacheBehavior): HeaderLines {
  const field = headerOf(headers, 'vary');
  if (field === undefined) return headers;
  const names = field.split(',').map((name) => name.trim());
  if (names.includes('*') && behavior.cachePolicy.minTtl === 0) return withHeader(headers, 'vary', '*');
  const kept = names.filter((name) => isKept(name.toLowerCase(), behavior));
  return kept.length === 0 ? withoutHeaders(headers, ['vary']) : withHeader(headers, 'vary', kept.join(', '));
}

/** `Vary: *`. */
export function variesAlways(headers: HeaderLines): boolean {
  return (headerOf(headers, 'vary') ?? '').split(',').some((name) => name.trim() === '*');
}

function isKept(name: string, { cachePolicy, originRequestPolicy }: CacheBehavior): boolean {
  if (name === '' || name === '*') return false;
  return ALWAYS_KEPT.includes(name) || [cachePolicy, originRequestPolicy].some((policy) => forwards(policy, name));
}

function forwards(policy: RequestPolicy | null, name: string): boolean {
  return policy !== null && isSelected(policy.headers, name);
}
