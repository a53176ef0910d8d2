import type { GeoRestriction } from '../distribution.ts';
import { errorPage } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';
import type { ViewerPlace } from '../viewer-place.ts';

/**
 * CloudFront's refusal of viewers by their country, or null. A viewer whose country is not known is served.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html
 */
export function geoRefusal(
  restriction: GeoRestriction | null,
  viewer: ViewerPlace | null,
  request: EdgeRequest,
): ViewerAnswer | null {
  if (restriction === null || viewer === null) return null;
  const isListed = restriction.countries.includes(viewer.country);
  if (isListed === (restriction.type === 'whitelist')) return null;
  return errorPage(
    403,
    'The Amazon CloudFront distribution is configured to block access from your country.',
    request.id,
  );
}
