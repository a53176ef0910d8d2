/**
 * Origin response, Lambda@Edge: which region answered, was it a failover, how long may that be cached?
 *
 * Runs before CloudFront stores the answer, once per origin that answered: what it writes describes
 * the fetch, and a cache hit replays it.
 */
import type { CloudFrontResponseEvent, CloudFrontResultResponse } from 'aws-lambda';
import { serializeList, Token } from 'structured-headers';
import { failover, regions } from '../../shared/config.ts';
import { headerValue, originResponseEvent, setHeader } from '../../shared/events/lambda-edge.ts';
import { answerNotFound, answerUnavailable, isUnavailable } from '../../shared/failover/answers.ts';
import { isFailingOver, type Provenance, provenanceOf } from '../../shared/failover/provenance.ts';
import { capSharedMaxAge } from '../../shared/failover/shared-max-age.ts';

export async function handler(event: CloudFrontResponseEvent): Promise<CloudFrontResultResponse> {
  const { requestId, request, response } = originResponseEvent(event);
  const from = provenanceOf(request, regions);
  if (from === null) {
    console.log(JSON.stringify({ edgekeeper: 1, warning: 'origin-unknown', path: request.uri }));
    return response;
  }
  if (isFailingOver(request, response.status, from, failover)) return response;

  const received = response.status;
  if (isUnavailable(received)) answerUnavailable(response, request.uri, failover.retryAfterSeconds);
  else if (received === '403' && request.origin?.s3 !== undefined) answerNotFound(response);

  setHeader(response.headers, 'x-origin-region', from.region);
  setHeader(response.headers, 'x-origin-role', from.role);
  if (from.role === 'secondary') {
    const before = headerValue(response.headers, 'proxy-status');
    const status = proxyStatus(from, requestId, isUnavailable(received) ? Number(received) : null);
    setHeader(response.headers, 'proxy-status', before === null ? status : `${before}, ${status}`);
    capSharedMaxAge(response.headers, response.status, failover.maxAgeSeconds, Date.now());
  }
  return response;
}

/** @see https://www.rfc-editor.org/rfc/rfc9209 */
function proxyStatus(from: Provenance, requestId: string, receivedStatus: number | null): string {
  const parameters = new Map<string, string | number>([['next-hop', from.region]]);
  if (receivedStatus !== null) parameters.set('received-status', receivedStatus);
  parameters.set('details', `not ${from.primaryRegion}; ${requestId}`);
  return serializeList([[new Token('edgekeeper'), parameters]]);
}
