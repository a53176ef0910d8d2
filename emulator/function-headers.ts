/**
 * Which headers functions may see and change.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
import { CONNECTION_HEADERS, type HeaderLines } from './headers.ts';
import { ValidationFault } from './validation-fault.ts';

/** Hidden from every function; a function that adds one is answered 502. */
const DISALLOWED = new Set([
  ...CONNECTION_HEADERS,
  'client-cert',
  'client-cert-chain',
  'cloudfront-viewer-cert-pem',
  'expect',
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

/** Read-only at the origin request; `host` is not. */
export const ORIGIN_REQUEST_READ_ONLY = [
  'accept-encoding',
  'cdn-loop',
  'content-length',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'transfer-encoding',
  'via',
];

/** Read-only at the origin response. */
export const ORIGIN_RESPONSE_READ_ONLY = ['transfer-encoding', 'via'];

/** Read-only at the viewer response, for functions of either kind. */
export const VIEWER_RESPONSE_READ_ONLY = ['via', 'warning'];

/** Read-only at the viewer response for Lambda@Edge, which cannot change the body there. */
export const LAMBDA_VIEWER_RESPONSE_READ_ONLY = [
  ...VIEWER_RESPONSE_READ_ONLY,
  'content-encoding',
  'content-length',
  'transfer-encoding',
];

/** `name` is in lower case. */
export function isDisallowed(name: string): boolean {
  return DISALLOWED.has(name) || name.startsWith('x-amz-cf-') || name.startsWith('x-edge-');
}

const TOKEN = /^[a-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Anything but the control characters that would end a line or a message. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * @param where the headers, in the function's words
 * @throws {ValidationFault} for a header that a function must not write, or that no message can hold.
 */
export function checkHeader(name: string, value: string, where: string): void {
  if (name !== name.toLowerCase()) throw new ValidationFault(`${where} must have header names in lower case`);
  if (isDisallowed(name)) throw new ValidationFault(`the header ${name} is not allowed`);
  if (!TOKEN.test(name)) throw new ValidationFault('a header has a name that is no token');
  if (CONTROL.test(value)) throw new ValidationFault(`the header ${name} has a control character`);
}

/** The quota of all headers of a response, in bytes: names and values, each line with its separators. */
const MAX_HEADER_BYTES = 32_768;

/** @throws {ValidationFault} for the headers of a response that together are larger than CloudFront takes. */
export function checkHeaderBytes(lines: HeaderLines): void {
  const bytes = lines.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + 4, 0);
  if (bytes > MAX_HEADER_BYTES) throw new ValidationFault(`the headers are larger than ${MAX_HEADER_BYTES} bytes`);
}
