import { corsHeaders, varyingByOrigin } from '../cors.ts';
import type { CacheBehavior } from '../distribution.ts';
import { type EdgeLocation, popOf } from '../edge-location.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from '../headers.ts';

/**
 * Taken out of every answer of an origin: of one connection only, or replaced below. `set-cookie` too,
 * since no policy here forwards cookies unless it says so.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomRemovedHeaders
 */
const REMOVED = [
  'transfer-encoding',
  'via',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'x-amz-id-2',
  'x-amz-request-id',
  'x-cache',
];

/** CloudFront's own headers on an answer, in place of any of the same names. */
export function viewerHeaders(answer: ViewerAnswer, request: EdgeRequest, location: EdgeLocation): HeaderLines {
  return [
    ...withoutHeaders(answer.headers, REMOVED),
    ['x-cache', answer.xCache],
    ['via', `1.1 ${request.id.slice(0, 32).toLowerCase()}.cloudfront.net (CloudFront)`],
    ['x-amz-cf-pop', popOf(location)],
    ['x-amz-cf-id', request.id],
  ];
}

/** Of an answer of an origin or the cache, the headers that go on toward the viewer. */
export function passedHeaders(headers: HeaderLines, behavior: CacheBehavior): HeaderLines {
  return withoutHeaders(headers, removedFor(behavior));
}

function removedFor(behavior: CacheBehavior): string[] {
  const policies = [behavior.cachePolicy, behavior.originRequestPolicy];
  const forwardsCookies = policies.some((policy) => policy !== null && policy.cookies.behavior !== 'none');
  return forwardsCookies ? REMOVED : [...REMOVED, 'set-cookie'];
}

/** What the response headers policy makes of them. Removes first, then adds: a header in both is there. */
export function withResponseHeadersPolicy(
  headers: HeaderLines,
  { responseHeadersPolicy: policy }: CacheBehavior,
  request: EdgeRequest,
): HeaderLines {
  if (policy === null) return headers;
  const cors = policy.cors === null ? [] : corsHeaders(policy.cors, request);
  let changed = withoutHeaders(headers, policy.remove);
  for (const { name, value, override } of [...cors, ...policy.set]) {
    if (override || headerOf(changed, name) === undefined) changed = withHeader(changed, name, value);
  }
  return policy.cors === null ? changed : varyingByOrigin(changed);
}
