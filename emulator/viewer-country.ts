/** Where viewers are. CloudFront tells by their address; here the operator says it. */
import { unexpected } from '../config/errors.ts';
import type { HeaderLines } from './headers.ts';

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

/** Those of CloudFront's own headers that say where a viewer is. */
export const LOCATION_HEADERS = [VIEWER_COUNTRY, VIEWER_REGION];

/** What is not known has no header. */
export function locationHeaders(viewer: ViewerCountry | null): HeaderLines {
  if (viewer === null) return [];
  const country: HeaderLines = [[VIEWER_COUNTRY, viewer.country]];
  return viewer.region === null ? country : [...country, [VIEWER_REGION, viewer.region]];
}
