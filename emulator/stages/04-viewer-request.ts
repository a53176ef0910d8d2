import type { Arrival } from '../arrival.ts';
import type { Clock } from '../clock.ts';
import type { CloudFrontFunctionRuntime } from '../cloudfront-functions/runtime.ts';
import { atCloudFrontFunction } from '../cloudfront-functions/viewer-request.ts';
import { withCloudFrontHeaders } from '../cloudfront-headers.ts';
import type { CacheBehavior, Distribution } from '../distribution.ts';
import type { EdgeRequest, ViewerRequestResult } from '../exchange.ts';
import type { LambdaRuntime } from '../lambda-edge/runtime.ts';
import { atLambdaFunction } from '../lambda-edge/viewer-request.ts';

/** What the stage needs of the world outside the behavior. */
export interface ViewerFunctions {
  readonly distribution: Distribution;
  /** Where requests arrive that do not say otherwise. */
  readonly home: Arrival;
  readonly clock: Clock;
  readonly cloudFrontFunctions: ReadonlyMap<string, CloudFrontFunctionRuntime>;
  readonly lambdaFunctions: ReadonlyMap<string, LambdaRuntime>;
}

/**
 * What the behavior's function at the viewer request makes of a request; without one, the request as it is.
 * CloudFront's own headers are there before a CloudFront Function runs, and after Lambda@Edge has run.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html#lambda-at-edge-restrictions-cloudfront-headers
 */
export async function viewerRequest(
  edge: ViewerFunctions,
  behavior: CacheBehavior,
  request: EdgeRequest,
): Promise<ViewerRequestResult> {
  const { distribution, clock, cloudFrontFunctions, lambdaFunctions } = edge;
  const { location, viewer } = request.arrival ?? edge.home;
  const located = (other: EdgeRequest): EdgeRequest => withCloudFrontHeaders(other, behavior, viewer);
  const associated = behavior.viewerRequest;
  switch (associated?.runtime) {
    case 'cloudfront-function': {
      const runtime = runtimeOf(cloudFrontFunctions, associated.id);
      return atCloudFrontFunction(distribution, behavior, runtime, located(request), clock.now(), location);
    }
    case 'lambda-edge': {
      const runtime = runtimeOf(lambdaFunctions, associated.id);
      const result = await atLambdaFunction(distribution, runtime, associated.includesBody, request);
      return { ...result, request: located(result.request) };
    }
    case undefined:
      return { answer: null, request: located(request), originChoice: null, lines: [], logData: null };
  }
}

export function runtimeOf<T>(runtimes: ReadonlyMap<string, T>, id: string): T {
  const runtime = runtimes.get(id);
  if (runtime === undefined) throw new Error(`unreachable: the function ${id} was checked before`);
  return runtime;
}
