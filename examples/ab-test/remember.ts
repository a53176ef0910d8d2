/** A viewer who was given a variant keeps it for a month. */
import type { CloudFrontFunctionsEvent } from 'aws-lambda';

export function handler(event: CloudFrontFunctionsEvent): CloudFrontFunctionsEvent['response'] {
  const response = event.response;
  const variant = event.request.headers['x-variant'];
  const known = event.request.cookies.variant;
  if (variant && (!known || known.value !== variant.value)) {
    response.cookies.variant = { value: variant.value, attributes: 'Path=/; Max-Age=2592000; Secure; HttpOnly' };
  }
  return response;
}
