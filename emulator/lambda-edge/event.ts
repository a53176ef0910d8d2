/**
 * The events of Lambda@Edge.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import type { Distribution } from '../distribution.ts';
import { reasonPhrase } from '../error-page.ts';
import type { EdgeRequest, EdgeResponse, OriginBound } from '../exchange.ts';
import type { HeaderLines } from '../headers.ts';
import { lambdaHeaders } from './headers.ts';
import { originOf } from './origin.ts';

/** What events say of a distribution. */
type Named = Pick<Distribution, 'id' | 'domainName'>;

/** The request as the viewer sent it. `body` is what a function is shown of it; undefined: nothing. */
export function viewerRequestEvent(distribution: Named, request: EdgeRequest, body?: object) {
  return event(distribution, 'viewer-request', request, { request: withBody(requestOf(request), body) });
}

/** The request as the origin is about to be sent it. */
export function originRequestEvent(distribution: Named, bound: OriginBound, body?: object) {
  return event(distribution, 'origin-request', bound.request, { request: withBody(boundRequestOf(bound), body) });
}

/** `bound` is what the origin was sent, `received` the headers of its answer. */
export function originResponseEvent(distribution: Named, bound: OriginBound, status: number, received: HeaderLines) {
  const response = responseOf(status, received);
  return event(distribution, 'origin-response', bound.request, { request: boundRequestOf(bound), response });
}

/** The request as the function at the viewer request left it, and the answer that the viewer is about to get. */
export function viewerResponseEvent(distribution: Named, request: EdgeRequest, { status, headers }: EdgeResponse) {
  const response = responseOf(status, headers);
  return event(distribution, 'viewer-response', request, { request: requestOf(request), response });
}

function event(distribution: Named, eventType: string, { id }: EdgeRequest, parts: object) {
  const config = {
    distributionDomainName: distribution.domainName,
    distributionId: distribution.id,
    eventType,
    requestId: id,
  };
  return { Records: [{ cf: { config, ...parts } }] };
}

function requestOf(request: EdgeRequest) {
  return {
    clientIp: request.viewerIp,
    headers: lambdaHeaders(request.headers),
    method: request.method,
    querystring: request.query ?? '',
    uri: request.uri,
  };
}

function boundRequestOf({ request, origin, changedOrigin, showsQuery }: OriginBound) {
  const shown = showsQuery ? request : { ...request, query: undefined };
  return { ...requestOf(shown), origin: changedOrigin ?? originOf(origin) };
}

function withBody(request: object, body: object | undefined) {
  return body === undefined ? request : { ...request, body };
}

function responseOf(status: number, headers: HeaderLines) {
  return { headers: lambdaHeaders(headers), status: String(status), statusDescription: reasonPhrase(status) };
}
