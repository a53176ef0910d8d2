import type { Distribution } from '../distribution.ts';
import type { EdgeRequest, EdgeResponse, ViewerResponseResult } from '../exchange.ts';
import { traced } from '../function-run.ts';
import { ValidationFault } from '../validation-fault.ts';
import { lambdaExecutionError, lambdaValidationError } from './error-page.ts';
import { viewerResponseEvent } from './event.ts';
import { viewerResponseHeaders } from './result.ts';
import type { LambdaRuntime } from './runtime.ts';

/** What a Lambda@Edge function makes of an answer: it may change headers, and nothing else. */
export async function lambdaViewerResponse(
  distribution: Distribution,
  runtime: LambdaRuntime,
  request: EdgeRequest,
  response: EdgeResponse,
): Promise<ViewerResponseResult> {
  const event = viewerResponseEvent(distribution, request, response);
  const outcome = await traced(request, 'viewer-response', event, runtime.invoke(event));
  const { lines } = outcome;
  if ('error' in outcome) return { failure: lambdaExecutionError(request), response, lines, logData: null };
  try {
    const headers = viewerResponseHeaders(outcome.value, response);
    return { failure: null, response: { ...response, headers }, lines, logData: null };
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return { failure: lambdaValidationError(request, error.message), response, lines, logData: null };
  }
}
