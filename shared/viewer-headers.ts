import type { ViewerRequest } from './events/cloudfront-functions.ts';

/** Headers of this prefix are between our functions. */
const INTERNAL_HEADER_PREFIX = 'x-edgekeeper-';

/** Removes the viewer's own copies of headers that our functions believe. */
export function removeInternalHeaders(request: ViewerRequest): void {
  Object.keys(request.headers).forEach((name) => {
    if (name.indexOf(INTERNAL_HEADER_PREFIX) === 0) delete request.headers[name];
  });
}
