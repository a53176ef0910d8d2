import type { CacheBehavior } from '../distribution.ts';
import { BAD_REQUEST, errorPage, redirectPage } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';
import { headerOf } from '../headers.ts';

/**
 * Quotas of a request, in bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const MAX_URL_BYTES = 8_192;
const MAX_HEADER_BYTES = 32_768;

/**
 * CloudFront's own refusal of a request that the behavior does not take, or its redirect to HTTPS; null when
 * it takes it. No function sees a request that is answered here.
 *
 * @param httpsPort where HTTPS is spoken
 */
export function protocolRefusal(
  request: EdgeRequest,
  behavior: CacheBehavior,
  httpsPort: number | null,
): ViewerAnswer | null {
  const target = targetOf(request);
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
  return request.scheme === 'http' ? insecureRefusal(request, behavior, httpsPort) : null;
}

/**
 * The method and the body of a redirected request stay, for which HTTP/1.0 has no status.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html
 */
function insecureRefusal(
  request: EdgeRequest,
  { viewerProtocolPolicy: policy }: CacheBehavior,
  httpsPort: number | null,
): ViewerAnswer | null {
  if (policy === 'allow-all') return null;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (policy === 'https-only' || (!isRead && request.httpVersion === '1.0')) {
    return errorPage(403, BAD_REQUEST, request.id);
  }
  // A port is one of this machine; without one, the address is as CloudFront has it.
  const host = (headerOf(request.headers, 'host') ?? 'localhost:0').replace(/:\d+(?![\s\S])/, `:${httpsPort}`);
  return redirectPage(isRead ? 301 : 307, `https://${host}${targetOf(request)}`);
}

function targetOf({ uri, query }: EdgeRequest): string {
  return query === undefined ? uri : `${uri}?${query}`;
}

function headerBytes(request: EdgeRequest): number {
  return request.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}
