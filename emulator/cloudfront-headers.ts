/** CloudFront's own request headers, which a policy asks for. */
import type { CacheBehavior } from './distribution.ts';
import type { EdgeRequest } from './exchange.ts';
import { type HeaderLine, withoutHeaders } from './headers.ts';
import type { ViewerPlace } from './viewer-place.ts';

type ValueOf = (request: EdgeRequest, place: Partial<ViewerPlace>) => string | undefined;

const COUNTRY_NAMES = new Intl.DisplayNames(['en'], { type: 'region' });

/** As CloudFront writes degrees. */
const degrees = (value: number | undefined): string | undefined => value?.toFixed(5);

/** Undefined: CloudFront does not know, and there is no such header. */
const VALUES: Readonly<Record<string, ValueOf>> = {
  'cloudfront-viewer-country': (_, { country }) => country,
  'cloudfront-viewer-country-region': (_, { region }) => region,
  'cloudfront-viewer-country-name': (_, { country }) => country && COUNTRY_NAMES.of(country),
  'cloudfront-viewer-country-region-name': (_, { regionName }) => regionName,
  'cloudfront-viewer-city': (_, { city }) => city,
  'cloudfront-viewer-latitude': (_, { latitude }) => degrees(latitude),
  'cloudfront-viewer-longitude': (_, { longitude }) => degrees(longitude),
  'cloudfront-viewer-metro-code': (_, { country, metroCode }) => (country === 'US' ? metroCode : undefined),
  'cloudfront-viewer-postal-code': (_, { postalCode }) => postalCode,
  'cloudfront-viewer-time-zone': (_, { timeZone }) => timeZone,
  'cloudfront-viewer-address': ({ viewerIp, viewerPort }) =>
    viewerPort === undefined ? undefined : `${viewerIp}:${viewerPort}`,
  'cloudfront-viewer-asn': (_, { asn }) => asn?.toString(),
  'cloudfront-forwarded-proto': ({ scheme }) => scheme,
  'cloudfront-viewer-http-version': ({ httpVersion }) => httpVersion,
};

/** Those of them that are set here. */
export const CLOUDFRONT_HEADERS = Object.keys(VALUES);

/** Those that are no part of a cache key: only an origin request policy asks for them. */
const TOWARD_ORIGIN = ['cloudfront-viewer-address', 'cloudfront-viewer-asn'];

/** Those of them that a cache policy may ask for. */
export const CACHE_KEY_HEADERS = CLOUDFRONT_HEADERS.filter((name) => !TOWARD_ORIGIN.includes(name));

/**
 * The request with the headers that the behavior's policies ask CloudFront for, in place of what the
 * viewer sent under their names. Those that nobody asks for are the viewer's, and nobody's word.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
export function withCloudFrontHeaders(
  request: EdgeRequest,
  { cachePolicy, originRequestPolicy }: CacheBehavior,
  place: ViewerPlace | null,
): EdgeRequest {
  const inKey = cachePolicy.cloudFrontHeaders;
  const towardOrigin = originRequestPolicy?.cloudFrontHeaders ?? [];
  if (inKey.length + towardOrigin.length === 0) return request;
  const isAsked = (name: string): boolean =>
    towardOrigin.includes(name) || (inKey.includes(name) && CACHE_KEY_HEADERS.includes(name));
  const known = CLOUDFRONT_HEADERS.filter(isAsked).flatMap((name): HeaderLine[] => {
    const value = VALUES[name]?.(request, place ?? {});
    return value === undefined ? [] : [[name, encoded(value)]];
  });
  return { ...request, headers: [...withoutHeaders(request.headers, [...inKey, ...towardOrigin]), ...known] };
}

/** What is not ASCII is percent-encoded. */
function encoded(value: string): string {
  return value.replace(/[^ -~]+/gu, encodeURIComponent);
}
