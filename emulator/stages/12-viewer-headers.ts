import { corsHeaders, varyingByOrigin } from '../cors.ts';
import type { CacheBehavior, ResponseHeadersPolicy } from '../distribution.ts';
import type { EdgeLocation } from '../edge-location.ts';
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

/**
 * The headers that the viewer gets. `isFetched`: the answer came from an origin or the cache; only
 * then does the response headers policy apply.
 */
export function viewerHeaders(
  answer: ViewerAnswer,
  behavior: CacheBehavior,
  request: EdgeRequest,
  location: EdgeLocation,
  isFetched: boolean,
): HeaderLines {
  const policy = isFetched ? behavior.responseHeadersPolicy : null;
  const headers = withPolicy(
    withoutHeaders(answer.headers, isFetched ? removedFor(behavior) : REMOVED),
    policy,
    request,
  );
  return [
    ...headers,
    ['x-cache', answer.xCache],
    ['via', `1.1 ${request.id.slice(0, 32).toLowerCase()}.cloudfront.net (CloudFront)`],
    ['x-amz-cf-pop', `${location.name}50-C1`],
    ['x-amz-cf-id', request.id],
  ];
}

function removedFor(behavior: CacheBehavior): string[] {
  const policies = [behavior.cachePolicy, behavior.originRequestPolicy];
  const forwardsCookies = policies.some((policy) => policy !== null && policy.cookies.behavior !== 'none');
  return forwardsCookies ? REMOVED : [...REMOVED, 'set-cookie'];
}

/** Removes first, then adds: a header in both is there. */
function withPolicy(headers: HeaderLines, policy: ResponseHeadersPolicy | null, request: EdgeRequest): HeaderLines {
  if (policy === null) return headers;
  const cors = policy.cors === null ? [] : corsHeaders(policy.cors, request);
  let changed = withoutHeaders(headers, policy.remove);
  for (const { name, value, override } of [...cors, ...policy.set]) {
    if (override || headerOf(changed, name) === undefined) changed = withHeader(changed, name, value);
  }
  return policy.cors === null ? changed : varyingByOrigin(changed);
}
