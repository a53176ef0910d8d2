import type { Distribution } from '../distribution.ts';
import type { EdgeRequest, EdgeResponse, ViewerAnswer } from '../exchange.ts';
import { traced } from '../function-run.ts';
import { type HeaderLines, withHeader, withoutConnection, withoutHeaders } from '../headers.ts';
import { lambdaExecutionError, lambdaValidationError } from '../lambda-edge/error-page.ts';
import { originResponseEvent } from '../lambda-edge/event.ts';
import { changedResponse } from '../lambda-edge/result.ts';
import type { LambdaRuntime } from '../lambda-edge/runtime.ts';
import { ValidationFault } from '../validation-fault.ts';
import type { OriginResult } from './07-origin.ts';

export interface OriginResponseResult {
  /** A page of CloudFront's own in place of the origin's answer. */
  readonly failure: ViewerAnswer | null;
  readonly response: EdgeResponse;
  readonly lines: readonly string[];
}

/**
 * What the function at the origin response makes of an origin's answer; without one, the answer. The
 * function sees no body: it keeps the origin's or replaces it.
 */
export async function originResponse(
  distribution: Distribution,
  runtime: LambdaRuntime | null,
  request: EdgeRequest,
  { bound, answer }: OriginResult,
): Promise<OriginResponseResult> {
  const received = withoutConnection(answer.headers);
  const response = { status: answer.status, headers: received, body: answer.body };
  if (runtime === null) return { failure: null, response, lines: [] };

  const event = originResponseEvent(distribution, bound, answer.status, received);
  const outcome = await traced(request, 'origin-response', event, runtime.invoke(event));
  const { lines } = outcome;
  if ('error' in outcome) return { failure: lambdaExecutionError(request), response, lines };
  try {
    const changed = changedResponse(outcome.value, received);
    if (changed.body === null) return { failure: null, response: { ...changed, body: answer.body }, lines };
    answer.body.destroy();
    return { failure: null, response: { ...changed, headers: describing(changed.body, changed.headers) }, lines };
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return { failure: lambdaValidationError(request, error.message), response, lines };
  }
}

function describing(body: Buffer, headers: HeaderLines): HeaderLines {
  return withHeader(withoutHeaders(headers, ['transfer-encoding']), 'content-length', String(body.length));
}
