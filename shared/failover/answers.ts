/** Answers in the place of an origin's: the body of the origin's own answer cannot be read, only replaced. */
import { type Headers, type OriginResponse, setHeader } from '../events/lambda-edge.ts';

/** Where the error page is: the custom error responses of the distribution name it. */
export const UNAVAILABLE_PATH = '/_edgekeeper/unavailable.html';

/** Answers of the last origin that mean: no region can serve this now. */
const UNAVAILABLE_STATUSES = ['500', '502', '503', '504'];

/** Headers of the origin's answer that would describe the wrong body. */
const BODY_HEADERS = ['accept-ranges', 'content-encoding', 'content-length', 'content-range', 'etag', 'last-modified'];

export function isUnavailable(status: string): boolean {
  return UNAVAILABLE_STATUSES.indexOf(status) !== -1;
}

/** 503 with `Retry-After`: JSON for a URI that ends in `.json`, otherwise a page. */
export function answerUnavailable(response: OriginResponse, uri: string, retryAfterSeconds: number): void {
  const isJson = /\.json$/.test(uri);
  replace(response, '503', 'Service Unavailable', isJson ? 'application/json' : 'text/html; charset=utf-8');
  setHeader(response.headers, 'retry-after', String(retryAfterSeconds));
  setHeader(response.headers, 'cache-control', 'no-store');
  response.body = isJson ? UNAVAILABLE_JSON : UNAVAILABLE_PAGE;
}

/** A bucket that may not be listed answers 403 for an object that it does not hold: that is a 404. */
export function answerNotFound(response: OriginResponse): void {
  replace(response, '404', 'Not Found', 'text/plain; charset=utf-8');
  response.body = 'Not found\n';
}

/**
 * The answer to what is asked under `/_edgekeeper/`: the error page, or 404. The page has the status 200,
 * because CloudFront shows a page that it got under the status of the custom error response.
 */
export function answerAtEdge(uri: string, retryAfterSeconds: number): OriginResponse {
  const response: OriginResponse = { status: '200', headers: {} };
  if (uri !== UNAVAILABLE_PATH) {
    answerNotFound(response);
    return response;
  }
  answerUnavailable(response, uri, retryAfterSeconds);
  response.status = '200';
  response.statusDescription = 'OK';
  return response;
}

function replace(response: OriginResponse, status: string, description: string, contentType: string): void {
  const headers: Headers = response.headers;
  response.status = status;
  response.statusDescription = description;
  BODY_HEADERS.forEach((name) => {
    delete headers[name];
  });
  setHeader(headers, 'content-type', contentType);
}

const UNAVAILABLE_JSON =
  '{"error":"unavailable","message":"This is not available at the moment. Please try again soon."}\n';

const UNAVAILABLE_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Not available at the moment</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>
<h1>Not available at the moment</h1>
<p>This page cannot be served right now. Please try again in a little while.</p>
</html>
`;
