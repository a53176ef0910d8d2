/** What may be a custom header of an origin. */
import type { HeaderLines } from './headers.ts';
import { ValidationFault } from './validation-fault.ts';

/** Names as they are, or with a prefix that ends in `-`. */
const DENIED = [
  'cache-control',
  'connection',
  'content-length',
  'cookie',
  'host',
  'if-',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'request-range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-amz-',
  'x-edge-',
  'x-real-ip',
];

const MAX_HEADERS = 30;
const MAX_NAME_LENGTH = 256;
const MAX_VALUE_LENGTH = 1_783;
const MAX_LENGTH = 10_240;

/**
 * Names are in lower case; lengths in characters.
 *
 * @throws {ValidationFault} for a header that CloudFront does not add to requests, or one too many.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
export function checkCustomHeaders(lines: HeaderLines): void {
  if (lines.length > MAX_HEADERS) throw new ValidationFault(`there are more than ${MAX_HEADERS} custom headers`);
  for (const [name, value] of lines) {
    if (DENIED.some((denied) => (denied.endsWith('-') ? name.startsWith(denied) : name === denied))) {
      throw new ValidationFault(`the header ${name} cannot be a custom header`);
    }
    if (name.length > MAX_NAME_LENGTH || value.length > MAX_VALUE_LENGTH) {
      throw new ValidationFault(`the custom header ${name.slice(0, MAX_NAME_LENGTH)} is too long`);
    }
  }
  const length = lines.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (length > MAX_LENGTH) throw new ValidationFault('the custom headers are too long together');
}
