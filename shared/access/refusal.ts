/** The answer to a request that is refused at the viewer request, and the line that says why. */
import type { SignIn } from '../config.ts';
import type { ViewerRequest } from '../events/cloudfront-functions.ts';
import type { RefusalReason } from './bearer.ts';
import { isBackFromSignIn, isNavigation, signInLocation } from './sign-in.ts';
import type { SignedReason } from './signed-verdict.ts';

/**
 * `path`: not canonical. `no-section`: no section of this function covers the path. `state-unreadable`: the
 * key value store, and with it every key, is out of reach.
 */
export type AnswerReason = RefusalReason | SignedReason | 'path' | 'no-section' | 'state-unreadable';

/** Seconds after which a viewer may try again when the key value store could not be read. */
const STATE_RETRY_AFTER = '5';

/** What a token begins with: base64url of `{"`. */
const TOKEN_START = 'eyJ';

/** A response that is made at the edge, whatever its runtime: names in lower case. */
export interface EdgeResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** 401 when nothing was shown, 403 when what was shown is refused. The viewer is not told why. */
export function statusOf(reason: AnswerReason): number {
  if (reason === 'path') return 400;
  if (reason === 'no-credential') return 401;
  return reason === 'state-unreadable' ? 503 : 403;
}

export function refusalResponse(reason: AnswerReason): EdgeResponse {
  const response = edgeResponse(statusOf(reason));
  if (response.status === 401) response.headers['www-authenticate'] = 'Bearer';
  if (response.status === 503) response.headers['retry-after'] = STATE_RETRY_AFTER;
  return response;
}

/** An answer for this viewer alone. */
export function edgeResponse(status: number): EdgeResponse {
  return {
    status: status,
    headers: {
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
    },
  };
}

/**
 * Sends a person to sign in, in place of a refusal that signing in may mend; `query` is the one to come
 * back with, and holds no credential.
 */
export function signInResponse(
  refusal: EdgeResponse,
  request: ViewerRequest,
  signIn: SignIn,
  query: string | undefined,
  now: number,
): EdgeResponse {
  const isMendable = refusal.status === 401 || refusal.status === 403;
  if (!isMendable || !isNavigation(request) || isBackFromSignIn(request, now)) return refusal;
  const redirect = edgeResponse(302);
  redirect.headers.location = signInLocation(signIn, request, query, now);
  return redirect;
}

/**
 * One line of JSON for the function's log: the reason, and never a token, a key or a cookie. A path ends
 * where a token begins that a wrong spelling left in it.
 */
export function refusalLine(reason: AnswerReason, path: string): string {
  return JSON.stringify({
    edgekeeper: 1,
    verdict: 'refused',
    reason: reason,
    status: statusOf(reason),
    path: path.split(TOKEN_START)[0],
  });
}
