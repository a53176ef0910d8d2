/**
 * Which other sites' pages may read a section.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
import type { Cors } from '../config.ts';
import { headerText, type ViewerRequest } from '../events/cloudfront-functions.ts';

const ALLOW = 'access-control-allow-';

/** What a page may send beyond the headers that every page may: the token, and a range of a film. */
const REQUEST_HEADERS = 'authorization, range';

/** A browser asks whether a page may send what it is about to. It asks without credentials. */
export function isPreflight(request: ViewerRequest): boolean {
  return request.method === 'OPTIONS' && headerText(request, 'access-control-request-method') !== '';
}

/**
 * Lets the page of an origin that may read the section read the answer; tells caches that it depends on the
 * origin. GET and HEAD are methods that no page has to be allowed.
 */
export function addCorsHeaders(headers: Record<string, string>, request: ViewerRequest, cors: Cors): void {
  const origin = headerText(request, 'origin');
  headers.vary = 'Origin';
  if (!cors.origins.includes(origin)) return;
  headers[`${ALLOW}origin`] = origin;
  headers[`${ALLOW}headers`] = REQUEST_HEADERS;
  headers['access-control-max-age'] = String(cors.maxAgeSeconds);
  if (cors.credentials) headers[`${ALLOW}credentials`] = 'true';
}
