import type { Distribution, OriginGroup } from '../distribution.ts';
import type { EdgeLocation } from '../edge-location.ts';
import type { EdgeRequest, ViewerAnswer, ViewerRequestResult } from '../exchange.ts';
import { reasonHeaders } from '../reason-header.ts';
import { ValidationFault } from '../validation-fault.ts';
import { executionError, validationError } from './error-page.ts';
import { changedRequest, generatedResponse, viewerRequestEvent } from './event.ts';
import type { CloudFrontFunctionRuntime, FunctionOutcome } from './runtime.ts';

/** What a CloudFront Function makes of a request; `now` is epoch milliseconds. */
export async function atCloudFrontFunction(
  distribution: Distribution,
  runtime: CloudFrontFunctionRuntime,
  request: EdgeRequest,
  now: number,
  location: EdgeLocation,
): Promise<ViewerRequestResult> {
  const outcome = await runtime.invoke(viewerRequestEvent(distribution, request), now, location);
  const { lines } = outcome;
  const result = (answer: ViewerAnswer): ViewerRequestResult => ({ answer, request, originGroup: null, lines });
  if ('error' in outcome) return result(executionError(request, outcome.error));
  try {
    const returned = record(outcome.value);
    if ('statusCode' in returned) return result(generatedAnswer(returned, lines));
    const originGroup = chosenGroup(outcome, distribution);
    return { answer: null, request: changedRequest(returned, request), originGroup, lines };
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

/** @throws {ValidationFault} when the function chose what the distribution does not have. */
function chosenGroup(outcome: FunctionOutcome & { origin: unknown }, distribution: Distribution): OriginGroup | null {
  if (outcome.origin === null) return null;
  const { originIds, failoverCriteria } = record(outcome.origin);
  const ids = (Array.isArray(originIds) ? originIds : []).map((item) =>
    typeof item === 'string' ? item : (Object(item) as { originId?: unknown }).originId,
  );
  const [primary, secondary] = ids;
  const statusCodes = (Object(failoverCriteria) as { statusCodes?: unknown }).statusCodes;
  const isKnown = ids.length === 2 && ids.every((id) => typeof id === 'string' && distribution.origins.has(id));
  const isNumbers = Array.isArray(statusCodes) && statusCodes.every((code) => typeof code === 'number');
  if (!isKnown || !isNumbers || typeof primary !== 'string' || typeof secondary !== 'string') {
    throw new ValidationFault('origin rewrite');
  }
  return { id: 'request', statusCodes, originIds: [primary, secondary] };
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ValidationFault('the function must return a request or a response');
}
