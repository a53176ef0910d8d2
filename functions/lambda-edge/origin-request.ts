/**
 * Origin request of `/_edgekeeper/*`, Lambda@Edge: the error page, made at the edge.
 *
 * CloudFront asks for it when no region can be reached, so that it needs no origin: none is ever contacted.
 */
import type { CloudFrontRequestEvent, CloudFrontResultResponse } from 'aws-lambda';
import { failover } from '../../shared/config.ts';
import { requestOf } from '../../shared/events/lambda-edge.ts';
import { answerAtEdge } from '../../shared/failover/answers.ts';

export async function handler(event: CloudFrontRequestEvent): Promise<CloudFrontResultResponse> {
  return answerAtEdge(requestOf(event).uri, failover.retryAfterSeconds);
}
