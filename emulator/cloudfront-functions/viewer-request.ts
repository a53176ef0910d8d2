import type { CacheBehavior, Distribution } from '../distribution.ts';
import type { EdgeLocation } from '../edge-location.ts';
import type { EdgeRequest, ViewerAnswer, ViewerRequestResult } from '../exchange.ts';
import { traced } from '../function-run.ts';
import { reasonHeaders } from '../reason-header.ts';
import { ValidationFault } from '../validation-fault.ts';
import { executionError, validationError } from './error-page.ts';
import { changedRequest, generatedResponse, viewerRequestEvent } from './event.ts';
import { originChoice } from './origin-call.ts';
import type { CloudFrontFunctionRuntime } from './runtime.ts';

/** What a CloudFront Function makes of a request; `now` is epoch milliseconds. */
export async function atCloudFrontFunction(
  distribution: Distribution,
  behavior: CacheBehavior,
  runtime: CloudFrontFunctionRuntime,
  request: EdgeRequest,
  now: number,
  location: EdgeLocation,
): Promise<ViewerRequestResult> {
  const event = viewerRequestEvent(distribution, request);
  const outcome = await traced(request, 'viewer-request', event, runtime.invoke(event, now, location));
  const { lines, logData } = outcome;
  const result = (answer: ViewerAnswer): ViewerRequestResult => ({
    answer,
    request,
    originChoice: null,
    lines,
    logData,
  });
  if ('error' in outcome) return result(executionError(request, outcome.error));
  try {
    const returned = record(outcome.value);
    if ('statusCode' in returned) return result(generatedAnswer(returned, lines));
    const changed = changedRequest(returned, request);
    const names = changed.headers.map(([name]) => name);
    const choice = originChoice(outcome.origin, distribution, behavior, names);
    return { answer: null, request: changed, originChoice: choice, lines, logData };
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return result(validationError(request, error.message));
  }
}

function generatedAnswer(returned: Record<string, unknown>, lines: readonly string[]): ViewerAnswer {
  const response = generatedResponse(returned);
  return {
    ...response,
    headers: [...response.headers, ...reasonHeaders(lines)],
    xCache: 'FunctionGeneratedResponse from cloudfront',
  };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ValidationFault('the function must return a request or a response');
}
