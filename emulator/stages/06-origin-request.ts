import type { CacheBehavior } from '../distribution.ts';
import { LAMBDA_GENERATED } from '../error-page.ts';
import type { OriginBound, ViewerAnswer } from '../exchange.ts';
import { traced } from '../function-run.ts';
import { ORIGIN_BODY, withBodyShown } from '../lambda-edge/body.ts';
import { lambdaExecutionError, lambdaValidationError } from '../lambda-edge/error-page.ts';
import { originRequestEvent } from '../lambda-edge/event.ts';
import { originRequestResult } from '../lambda-edge/result.ts';
import { originWith } from '../origin-choice.ts';
import { ValidationFault } from '../validation-fault.ts';
import { runtimeOf, type ViewerFunctions } from './04-viewer-request.ts';

export interface OriginRequestResult {
  readonly bound: OriginBound;
  /** In place of the origin's: the function's own, or a page of CloudFront's. */
  readonly answer: ViewerAnswer | null;
  /** Whether the function made the answer, which is then cached as an origin's would be. */
  readonly isGenerated: boolean;
  readonly lines: readonly string[];
}

/**
 * What the behavior's function at the origin request makes of a request to one origin; without one, the
 * request as it is. It runs on a miss, once for each member of an origin group that is asked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-cloudfront-trigger-events.html
 */
export async function originRequest(
  { distribution, lambdaFunctions }: ViewerFunctions,
  { originRequest: associated }: CacheBehavior,
  asked: OriginBound,
): Promise<OriginRequestResult> {
  if (associated === null) return { bound: asked, answer: null, isGenerated: false, lines: [] };
  const { id, includesBody } = associated;
  const { shown, request } = await withBodyShown(asked.request, includesBody, ORIGIN_BODY);
  const bound = { ...asked, request };
  const event = originRequestEvent(distribution, bound, shown);
  const outcome = await traced(request, 'origin-request', event, runtimeOf(lambdaFunctions, id).invoke(event));
  const { lines } = outcome;
  const failed = (answer: ViewerAnswer): OriginRequestResult => ({ bound, answer, isGenerated: false, lines });
  if ('error' in outcome) return failed(lambdaExecutionError(request));
  try {
    const returned = originRequestResult(outcome.value, bound, includesBody);
    if ('status' in returned) {
      return { bound, answer: { ...returned, xCache: LAMBDA_GENERATED }, isGenerated: true, lines };
    }
    const { origin } = returned;
    const isMoved = origin.domainName !== bound.origin.domainName;
    const standIn = isMoved ? originWith(distribution, origin.domainName) : bound.standIn;
    return { bound: { ...returned, standIn }, answer: null, isGenerated: false, lines };
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    return failed(lambdaValidationError(request, error.message));
  }
}
