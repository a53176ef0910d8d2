/**
 * Which headers functions may see and change.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
import { ValidationFault } from './validation-fault.ts';

/** Hidden from every function; a function that adds one is answered 502. */
const DISALLOWED = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
  'x-accel-buffering',
  'x-accel-charset',
  'x-accel-limit-rate',
  'x-accel-redirect',
  'x-amzn-auth',
  'x-amzn-cf-billing',
  'x-amzn-cf-id',
  'x-amzn-cf-xff',
  'x-amzn-errortype',
  'x-amzn-fle-profile',
  'x-amzn-header-count',
  'x-amzn-header-order',
  'x-amzn-lambda-integration-tag',
  'x-amzn-requestid',
  'x-cache',
  'x-forwarded-proto',
  'x-real-ip',
]);

/** Read-only at the viewer request. */
export const VIEWER_REQUEST_READ_ONLY = ['cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'];

/** Set by CloudFront alone: a Lambda@Edge function that adds it at the viewer request is answered 502. */
export const VIEWER_COUNTRY = 'cloudfront-viewer-country';

/** Read-only at the origin response. */
export const ORIGIN_RESPONSE_READ_ONLY = ['transfer-encoding', 'via'];

/** `name` is in lower case. */
export function isDisallowed(name: string): boolean {
  return DISALLOWED.has(name) || name.startsWith('x-amz-cf-') || name.startsWith('x-edge-');
}

const TOKEN = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Anything but the control characters that would end a line or a message. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** @throws {ValidationFault} for a header that a function must not write, or that no message can hold. */
export function checkHeader(name: string, value: string): void {
  if (name !== name.toLowerCase()) throw new ValidationFault('headers must have header names in lower case');
  if (isDisallowed(name)) throw new ValidationFault(`the header ${name} is not allowed`);
  if (!TOKEN.test(name)) throw new ValidationFault('a header has a name that is no token');
  if (CONTROL.test(value)) throw new ValidationFault(`the header ${name} has a control character`);
}
