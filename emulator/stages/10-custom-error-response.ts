import type { CustomErrorResponse } from '../distribution.ts';
import { ERROR } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';

/**
 * What the viewer gets for an error that has a custom error response: its page, under its status. A
 * page that cannot be had is answered with what its own origin, or CloudFront, said of it. Null where the
 * answer stays as it is.
 *
 * `fetchPage` answers through the behavior of the page's path, from the cache or an origin; no function
 * at a viewer event sees that request, and nothing that the viewer sent is in it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html
 */
export async function customErrorResponse<T extends ViewerAnswer>(
  responses: ReadonlyMap<number, CustomErrorResponse>,
  request: EdgeRequest,
  answer: ViewerAnswer,
  fetchPage: (request: EdgeRequest) => Promise<T>,
): Promise<T | null> {
  const page = responses.get(answer.status)?.page ?? null;
  if (page === null) return null;
  // Read to its end, so that the error can be stored.
  if (answer.body !== null && !Buffer.isBuffer(answer.body)) answer.body.on('error', () => {}).resume();
  const fetched = await fetchPage(requestFor(page.path, request));
  return { ...fetched, status: fetched.status === 200 ? page.status : fetched.status, xCache: ERROR };
}

function requestFor(path: string, request: EdgeRequest): EdgeRequest {
  const { id, scheme, httpVersion, method, viewerIp, arrival, trace } = request;
  const [uri = '', query] = path.split('?', 2);
  const asked = method === 'HEAD' ? 'HEAD' : 'GET';
  const sent = { id, scheme, httpVersion, method: asked, uri, query, headers: [], viewerIp, body: null };
  return { ...sent, ...(arrival && { arrival }), ...(trace && { trace }) };
}
