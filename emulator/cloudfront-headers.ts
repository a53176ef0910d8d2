/** CloudFront's own request headers, which a policy asks for. */
import type { CacheBehavior } from './distribution.ts';
import type { EdgeRequest } from './exchange.ts';
import { withoutHeaders } from './headers.ts';
import { LOCATION_HEADERS, locationHeaders, type ViewerCountry } from './viewer-country.ts';

const FORWARDED_PROTO = 'cloudfront-forwarded-proto';
const HTTP_VERSION = 'cloudfront-viewer-http-version';

/** Those of them that are set here. */
export const CLOUDFRONT_HEADERS = [...LOCATION_HEADERS, FORWARDED_PROTO, HTTP_VERSION];

/**
 * The request with the headers that the behavior's policies ask CloudFront for, in place of what the
 * viewer sent under their names. Those that nobody asks for are the viewer's, and nobody's word.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
export function withCloudFrontHeaders(
  request: EdgeRequest,
  { cachePolicy, originRequestPolicy }: CacheBehavior,
  viewer: ViewerCountry | null,
): EdgeRequest {
  const asked = [...cachePolicy.cloudFrontHeaders, ...(originRequestPolicy?.cloudFrontHeaders ?? [])];
  if (asked.length === 0) return request;
  const known = [
    ...locationHeaders(viewer),
    [FORWARDED_PROTO, request.scheme] as [string, string],
    [HTTP_VERSION, request.httpVersion] as [string, string],
  ].filter(([name]) => asked.includes(name));
  return { ...request, headers: [...withoutHeaders(request.headers, asked), ...known] };
}
