/** Sending a person who is not let in to sign in, and back. */
import type { SignIn } from '../config.ts';
import { fieldValues, headerText, type ViewerRequest } from '../events/cloudfront-functions.ts';

/** Marks the address to come back to with the moment, in epoch seconds, at which its viewer was sent away. */
export const SIGN_IN_MARK = 'edgekeeper-signin';

/** Who comes back from signing in within this time, and is refused again, is not sent there again. */
const LOOP_SECONDS = 60;

/**
 * Whether a person is behind the request, who reads what the sign-in page says: a GET that browsers call a
 * navigation, or, where they do not say, one that accepts a page.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header
 */
export function isNavigation(request: ViewerRequest): boolean {
  const mode = headerText(request, 'sec-fetch-mode');
  if (request.method !== 'GET') return false;
  return mode ? mode === 'navigate' : headerText(request, 'accept').includes('text/html');
}

/** Whether the viewer was sent to sign in a moment ago: then whatever is wrong, signing in does not mend it. */
export function isBackFromSignIn(request: ViewerRequest, now: number): boolean {
  const away = Number(fieldValues(request.querystring[SIGN_IN_MARK])[0]);
  return Math.abs(now - away) < LOOP_SECONDS; // Not a number: no.
}

/**
 * Where to sign in, with the address to come back to. Its host is one of the configured ones, its path
 * canonical; `query` holds no credential.
 */
export function signInLocation(signIn: SignIn, request: ViewerRequest, query: string | undefined, now: number): string {
  const host = headerText(request, 'host');
  const own = signIn.hosts.includes(host) ? host : signIn.hosts[0];
  const address = `https://${own}${request.uri}?${query ? `${query}&` : ''}${SIGN_IN_MARK}=${Math.floor(now)}`;
  const separator = signIn.url.includes('?') ? '&' : '?';
  return `${signIn.url}${separator}${signIn.return}=${encodeURIComponent(address)}`;
}
