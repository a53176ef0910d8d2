/** The answer to a request that is refused at the viewer request, and the line that says why. */
import type { Field, ViewerRequest, ViewerResponse } from '../events/cloudfront-functions.ts';
import type { RefusalReason } from './bearer.ts';

/** `path`: not canonical. `state-unreadable`: the key value store, and with it every key, is out of reach. */
export type AnswerReason = RefusalReason | 'path' | 'state-unreadable';

/** Seconds after which a viewer may try again when the key value store could not be read. */
const STATE_RETRY_AFTER = '5';

/** 401 when nothing was shown, 403 when what was shown is refused. The viewer is not told why. */
export function statusOf(reason: AnswerReason): number {
  if (reason === 'path') return 400;
  if (reason === 'no-credential') return 401;
  return reason === 'state-unreadable' ? 503 : 403;
}

export function refusalResponse(reason: AnswerReason): ViewerResponse {
  const statusCode = statusOf(reason);
  const headers: Record<string, Field> = {
    'cache-control': { value: 'no-store' },
    'strict-transport-security': { value: 'max-age=63072000' },
    'x-content-type-options': { value: 'nosniff' },
  };
  if (statusCode === 401) headers['www-authenticate'] = { value: 'Bearer' };
  if (statusCode === 503) headers['retry-after'] = { value: STATE_RETRY_AFTER };
  return { statusCode: statusCode, headers: headers };
}

/** One line of JSON for the function's log: the reason, and never a token, a key or a cookie. */
export function refusalLine(reason: AnswerReason, request: ViewerRequest): string {
  return JSON.stringify({
    edgekeeper: 1,
    verdict: 'refused',
    reason: reason,
    status: statusOf(reason),
    path: request.uri,
  });
}
