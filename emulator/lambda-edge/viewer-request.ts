import type { Distribution } from '../distribution.ts';
import type { EdgeRequest, ViewerAnswer, ViewerRequestResult } from '../exchange.ts';
import { reasonHeaders } from '../reason-header.ts';
import { ValidationFault } from '../validation-fault.ts';
import { lambdaExecutionError, lambdaValidationError } from './error-page.ts';
import { viewerRequestEvent } from './event.ts';
import { viewerRequestResult } from './result.ts';
import type { LambdaRuntime } from './runtime.ts';

/** What a Lambda@Edge function makes of a request. It cannot choose an origin at a viewer event. */
export async function atLambdaFunction(
  distribution: Distribution,
  runtime: LambdaRuntime,
  request: EdgeRequest,
): Promise<ViewerRequestResult> {
  const outcome = await runtime.invoke(viewerRequestEvent(distribution, request));
  const { lines } = outcome;
  const result = (answer: ViewerAnswer): ViewerRequestResult => ({
    answer,
    request,
    originChoice: null,
    lines,
    logData: null,
  });
  if ('error' in outcome) return result(lambdaExecutionError(request));
  try {
    const returned = viewerRequestResult(outcome.value, request);
    if (!('status' in returned)) return { answer: null, request: returned, originChoice: null, lines, logData: null };
    const headers = [...returned.headers, ...reasonHeaders(lines)];
    return result({ ...returned, headers, xCache: 'LambdaGeneratedResponse from cloudfront' });
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return result(lambdaValidationError(request, error.message));
  }
}
