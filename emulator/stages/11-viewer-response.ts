import { scriptViewerResponse } from '../cloudfront-functions/viewer-response.ts';
import type { CacheBehavior } from '../distribution.ts';
import type { EdgeRequest, EdgeResponse, ViewerResponseResult } from '../exchange.ts';
import { lambdaViewerResponse } from '../lambda-edge/viewer-response.ts';
import { runtimeOf, type ViewerFunctions } from './04-viewer-request.ts';

/** From this status up no function sees the answer. */
export const FIRST_UNSEEN_STATUS = 400;

/**
 * What the behavior's function at the viewer response makes of an answer of an origin or the cache; without
 * one, and from `FIRST_UNSEEN_STATUS` up, the answer as it is. `request` is as the viewer request left it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
export async function viewerResponse(
  { distribution, clock, cloudFrontFunctions, lambdaFunctions }: ViewerFunctions,
  { viewerResponse: associated }: CacheBehavior,
  request: EdgeRequest,
  response: EdgeResponse,
): Promise<ViewerResponseResult> {
  if (associated === null || response.status >= FIRST_UNSEEN_STATUS)
    return { failure: null, response, lines: [], logData: null };
  const { runtime, id } = associated;
  const result =
    runtime === 'lambda-edge'
      ? await lambdaViewerResponse(distribution, runtimeOf(lambdaFunctions, id), request, response)
      : await scriptViewerResponse(distribution, runtimeOf(cloudFrontFunctions, id), request, response, clock.now());
  const { body } = response;
  const isPassedOn = result.failure === null && result.response.body === body;
  // What nobody is sent may still have to reach the cache.
  if (!isPassedOn && body !== null && !Buffer.isBuffer(body)) body.resume();
  return result;
}
