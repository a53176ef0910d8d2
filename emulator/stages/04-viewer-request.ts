import type { Clock } from '../clock.ts';
import type { CloudFrontFunctionRuntime } from '../cloudfront-functions/runtime.ts';
import { atCloudFrontFunction } from '../cloudfront-functions/viewer-request.ts';
import type { CacheBehavior, Distribution } from '../distribution.ts';
import type { EdgeLocation } from '../edge-location.ts';
import type { EdgeRequest, ViewerRequestResult } from '../exchange.ts';
import type { LambdaRuntime } from '../lambda-edge/runtime.ts';
import { atLambdaFunction } from '../lambda-edge/viewer-request.ts';

/** What the stage needs of the world outside the behavior. */
export interface ViewerFunctions {
  readonly distribution: Distribution;
  readonly location: EdgeLocation;
  readonly clock: Clock;
  readonly cloudFrontFunctions: ReadonlyMap<string, CloudFrontFunctionRuntime>;
  readonly lambdaFunctions: ReadonlyMap<string, LambdaRuntime>;
}

/** What the behavior's function at the viewer request makes of a request; without one, the request as it is. */
export async function viewerRequest(
  edge: ViewerFunctions,
  { viewerRequest: associated }: CacheBehavior,
  request: EdgeRequest,
): Promise<ViewerRequestResult> {
  const { distribution, location, clock, cloudFrontFunctions, lambdaFunctions } = edge;
  switch (associated?.runtime) {
    case 'cloudfront-function': {
      const runtime = runtimeOf(cloudFrontFunctions, associated.id);
      return atCloudFrontFunction(distribution, runtime, request, clock.now(), location);
    }
    case 'lambda-edge':
      return atLambdaFunction(distribution, runtimeOf(lambdaFunctions, associated.id), request);
    case undefined:
      return { answer: null, request, originGroup: null, lines: [] };
  }
}

function runtimeOf<T>(runtimes: ReadonlyMap<string, T>, id: string): T {
  const runtime = runtimes.get(id);
  if (runtime === undefined) throw new Error(`unreachable: the function ${id} was checked before`);
  return runtime;
}
