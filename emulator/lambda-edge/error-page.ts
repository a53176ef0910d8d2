import { errorPage, escaped, LAMBDA_EXECUTION_ERROR, LAMBDA_VALIDATION_ERROR } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';

/** For a function that threw, ran out of time or memory, or could not be loaded. What it threw stays off the page. */
export function lambdaExecutionError(request: EdgeRequest): ViewerAnswer {
  const text = 'The Lambda function associated with the CloudFront distribution is invalid or could not run.';
  return errorPage(503, text, request.id, LAMBDA_EXECUTION_ERROR);
}

/** For a function that returned what CloudFront does not take. */
export function lambdaValidationError(request: EdgeRequest, fault: string): ViewerAnswer {
  const text = `The Lambda function result failed validation: ${escaped(fault)}.`;
  return { ...errorPage(502, text, request.id, LAMBDA_VALIDATION_ERROR), fault };
}
