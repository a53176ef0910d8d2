/** What a viewer sent that neither the cache key nor an origin may see. */
import type { ProtectedSection } from './config.ts';
import type { ViewerRequest } from './events/cloudfront-functions.ts';

/** Headers of this prefix are between our functions. */
const INTERNAL_HEADER_PREFIX = 'x-edgekeeper-';

/** Removes the tokens of every section, in every behavior: a cookie's path may be wider than its section. */
export function removeTokens(request: ViewerRequest, sections: readonly ProtectedSection[]): void {
  sections.forEach((section) => {
    delete request.cookies[section.name];
  });
}

/** Removes the viewer's own copies of headers that our functions believe. */
export function removeInternalHeaders(request: ViewerRequest): void {
  Object.keys(request.headers).forEach((name) => {
    if (name.indexOf(INTERNAL_HEADER_PREFIX) === 0) delete request.headers[name];
  });
}
