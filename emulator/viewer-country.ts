/** Where viewers are. CloudFront tells by their address; here the operator says it. */
import { unexpected } from '../config/errors.ts';
import type { CacheBehavior } from './distribution.ts';
import type { EdgeRequest } from './exchange.ts';
import { type HeaderLines, withoutHeaders } from './headers.ts';

export interface ViewerCountry {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The part after the hyphen of an ISO 3166-2 code; null: not known. */
  readonly region: string | null;
}

/**
 * `DE`, or with a region `US-CA`.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for anything else.
 */
export function viewerCountryOf(text: string): ViewerCountry {
  const [, country, region = null] = /^([A-Z]{2})(?:-([A-Z0-9]{1,3}))?$/.exec(text) ?? [];
  if (country === undefined) {
    throw unexpected('ERR_OPTION_INVALID', 'viewer country', 'a country such as DE or a region such as US-CA', text);
  }
  return { country, region };
}

const VIEWER_COUNTRY = 'cloudfront-viewer-country';
const VIEWER_REGION = 'cloudfront-viewer-country-region';

const FORWARDED_PROTO = 'cloudfront-forwarded-proto';

/** Those of CloudFront's own headers that are set here. */
export const LOCATION_HEADERS = [VIEWER_COUNTRY, VIEWER_REGION, FORWARDED_PROTO];

/**
 * The request with the headers that the behavior's policies ask CloudFront for, in place of what the
 * viewer sent under their names. Those that nobody asks for are the viewer's, and nobody's word.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
export function withViewerCountry(
  request: EdgeRequest,
  { cachePolicy, originRequestPolicy }: CacheBehavior,
  viewer: ViewerCountry | null,
): EdgeRequest {
  const asked = [...cachePolicy.cloudFrontHeaders, ...(originRequestPolicy?.cloudFrontHeaders ?? [])];
  if (asked.length === 0) return request;
  // Every request counts as one over HTTPS.
  const known: HeaderLines = asked.includes(FORWARDED_PROTO) ? [[FORWARDED_PROTO, 'https']] : [];
  if (viewer !== null && asked.includes(VIEWER_COUNTRY)) known.push([VIEWER_COUNTRY, viewer.country]);
  if (viewer?.region && asked.includes(VIEWER_REGION)) known.push([VIEWER_REGION, viewer.region]);
  return { ...request, headers: [...withoutHeaders(request.headers, asked), ...known] };
}
