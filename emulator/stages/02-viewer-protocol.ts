import type { CacheBehavior } from '../distribution.ts';
import { errorPage } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';

/**
 * Quotas of a request, in bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const MAX_URL_BYTES = 8_192;
const MAX_HEADER_BYTES = 32_768;

/**
 * CloudFront's own refusal of a request that the behavior does not take, or null. The listener counts
 * as one behind which TLS has ended, so that every request is an HTTPS request.
 */
export function protocolRefusal(request: EdgeRequest, behavior: CacheBehavior): ViewerAnswer | null {
  const target = request.query === undefined ? request.uri : `${request.uri}?${request.query}`;
  if (target.length > MAX_URL_BYTES) return errorPage(414, 'The URL is too long.', request.id);
  if (headerBytes(request) + target.length > MAX_HEADER_BYTES) {
    return errorPage(494, 'The request headers are too large.', request.id);
  }
  if (!behavior.allowedMethods.includes(request.method)) {
    return errorPage(
      403,
      'This distribution is not configured to allow the HTTP request method that was used for this request.',
      request.id,
    );
  }
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && request.body !== null) {
    return errorPage(403, 'A GET request with a body is not allowed.', request.id);
  }
  return null;
}

function headerBytes(request: EdgeRequest): number {
  return request.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}
