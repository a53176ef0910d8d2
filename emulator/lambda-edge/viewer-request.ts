import type { Distribution } from '../distribution.ts';
import { LAMBDA_GENERATED } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer, ViewerRequestResult } from '../exchange.ts';
import { traced } from '../function-run.ts';
import { reasonHeaders } from '../reason-header.ts';
import { ValidationFault } from '../validation-fault.ts';
import { VIEWER_BODY, withBodyShown } from './body.ts';
import { lambdaExecutionError, lambdaValidationError } from './error-page.ts';
import { viewerRequestEvent } from './event.ts';
import { viewerRequestResult } from './result.ts';
import type { LambdaRuntime } from './runtime.ts';

/** What a Lambda@Edge function makes of a request. It cannot choose an origin at a viewer event. */
export async function atLambdaFunction(
  distribution: Distribution,
  runtime: LambdaRuntime,
  includesBody: boolean,
  asked: EdgeRequest,
): Promise<ViewerRequestResult> {
  const { shown, request } = await withBodyShown(asked, includesBody, VIEWER_BODY);
  const event = viewerRequestEvent(distribution, request, shown);
  const outcome = await traced(request, 'viewer-request', event, runtime.invoke(event));
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
    const returned = viewerRequestResult(outcome.value, request, includesBody);
    if (!('status' in returned)) return { answer: null, request: returned, originChoice: null, lines, logData: null };
    const headers = [...returned.headers, ...reasonHeaders(lines)];
    return result({ ...returned, headers, xCache: LAMBDA_GENERATED });
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return result(lambdaValidationError(request, error.message));
  }
}
