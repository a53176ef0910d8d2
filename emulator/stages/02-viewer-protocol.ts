import type { CacheBehavior } from '../distribution.ts';
import { errorPage, reasonPhrase } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';
import { headerOf } from '../headers.ts';

/**
 * Quotas of a request, in bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const MAX_URL_BYTES = 8_192;
const MAX_HEADER_BYTES = 32_768;

/** What viewers speak. */
export type ViewerProtocol = 'http' | 'https';

/**
 * CloudFront's own answer to a request that the behavior does not take, or takes by HTTPS alone; null for others.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html
 */
export function protocolRefusal(
  request: EdgeRequest,
  behavior: CacheBehavior,
  protocol: ViewerProtocol,
): ViewerAnswer | null {
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
  if (protocol === 'https') return null;
  switch (behavior.viewerProtocolPolicy) {
    case 'allow-all':
      return null;
    case 'https-only':
      return errorPage(403, 'This distribution is not configured to allow HTTP requests.', request.id);
    case 'redirect-to-https':
      return redirect(isRead ? 301 : 307, `https://${headerOf(request.headers, 'host') ?? ''}${target}`);
  }
}

function redirect(status: number, location: string): ViewerAnswer {
  const title = `${status} ${reasonPhrase(status)}`;
  const page = `<html>
<head><title>${title}</title></head>
<body>
<center><h1>${title}</h1></center>
<hr><center>CloudFront</center>
</body>
</html>
`;
  return {
    status,
    headers: [
      ['server', 'CloudFront'],
      ['content-type', 'text/html'],
      ['location', location],
    ],
    body: Buffer.from(page),
    xCache: 'Redirect from cloudfront',
  };
}

function headerBytes(request: EdgeRequest): number {
  return request.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}
