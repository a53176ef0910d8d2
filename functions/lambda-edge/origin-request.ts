/**
 * Origin request, Lambda@Edge: under `/_edgekeeper/` the error page, made at the edge; elsewhere, where the
 * settings have rewrites, the object of the bucket that a path stands for.
 *
 * CloudFront asks for the page when no region can be reached, so that it needs no origin: none is ever contacted.
 */
import type { CloudFrontRequest, CloudFrontRequestEvent, CloudFrontResultResponse } from 'aws-lambda';
import { failover, protectedSections, rewrites, signed } from '../../shared/config.ts';
import { requestOf, resultOf } from '../../shared/events/lambda-edge.ts';
import { answerAtEdge } from '../../shared/failover/answers.ts';
import { rewritten } from '../../shared/routing/rewrite.ts';

export async function handler(event: CloudFrontRequestEvent): Promise<CloudFrontRequest | CloudFrontResultResponse> {
  const request = requestOf(event);
  if (request.uri.startsWith('/_edgekeeper/')) return answerAtEdge(request.uri, failover.retryAfterSeconds);
  if (rewrites === null) return request;
  const { uri, location } = rewritten(request.uri, rewrites, doors) ?? {};
  if (location !== undefined) return resultOf({ status: 301, headers: { location, 'cache-control': 'max-age=3600' } });
  return uri === undefined ? request : { ...request, uri };
}

const doors = { sections: protectedSections, signed: signed?.path ?? null };
