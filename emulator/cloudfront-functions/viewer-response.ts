import type { Distribution } from '../distribution.ts';
import type { EdgeRequest, EdgeResponse, ViewerResponseResult } from '../exchange.ts';
import { traced } from '../function-run.ts';
import { ValidationFault } from '../validation-fault.ts';
import { executionError, validationError } from './error-page.ts';
import { changedResponse, viewerResponseEvent } from './response-event.ts';
import type { CloudFrontFunctionRuntime } from './runtime.ts';

/** Only the viewer request is told where it runs. */
const NOWHERE = { name: '', serverIp: '', region: '' };

/** What a CloudFront Function makes of an answer; `now` is epoch milliseconds. */
export async function scriptViewerResponse(
  distribution: Distribution,
  runtime: CloudFrontFunctionRuntime,
  request: EdgeRequest,
  response: EdgeResponse,
  now: number,
): Promise<ViewerResponseResult> {
  const event = viewerResponseEvent(distribution, request, response);
  const outcome = await traced(request, 'viewer-response', event, runtime.invoke(event, now, NOWHERE));
  const { lines, logData } = outcome;
  if ('error' in outcome) return { failure: executionError(request, outcome.error), response, lines, logData };
  try {
    const changed = changedResponse(Object(outcome.value) as Record<string, unknown>, response);
    return { failure: null, response: changed, lines, logData };
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return { failure: validationError(request, error.message), response, lines, logData };
  }
}
