import { errorPage, escaped, FUNCTION_EXECUTION_ERROR, FUNCTION_VALIDATION_ERROR } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';

/** For a function that threw or did not end. */
export function executionError(request: EdgeRequest, error: string): ViewerAnswer {
  const text = 'The CloudFront function associated with the CloudFront distribution is invalid or could not run.';
  return errorPage(503, `${text} ${escaped(error)}`, request.id, FUNCTION_EXECUTION_ERROR);
}

/** For a function that returned what CloudFront does not take. */
export function validationError(request: EdgeRequest, fault: string): ViewerAnswer {
  const isOrigin = fault.startsWith('origin rewrite');
  const text = `The CloudFront function returned an invalid value${isOrigin ? ' for' : ':'} ${escaped(fault)}.`;
  return { ...errorPage(502, text, request.id, FUNCTION_VALIDATION_ERROR), fault };
}
