import type { EdgeRequest } from './exchange.ts';
import { ValidationFault } from './validation-fault.ts';

/**
 * Characters that a path with its query string has to stay below when a function changes one of them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
const MAX_TARGET_LENGTH = 8_192;

/** @throws {ValidationFault} for a path and a query string of a function's that no request could have. */
export function checkTarget(uri: unknown, query: string | undefined, sent: EdgeRequest): asserts uri is string {
  if (uri === sent.uri && query === sent.query) return;
  if (typeof uri !== 'string' || !uri.startsWith('/') || !isUrlText(uri) || uri.includes('?')) {
    throw new ValidationFault('request.uri must begin with "/" and be encoded');
  }
  if (query !== undefined && !isUrlText(query)) throw new ValidationFault('request.querystring must be encoded');
  if (uri.length + (query === undefined ? 0 : query.length + 1) >= MAX_TARGET_LENGTH) {
    throw new ValidationFault('request.uri and request.querystring are too long');
  }
}

/** Visible ASCII without `#`: what a target of a request may hold. */
function isUrlText(text: string): boolean {
  return /^[!"$-~]*$/.test(text);
}
