/** What a request may show of itself in a log: no token, signature or cookie. */
import { cookiePairs, splitPair } from './cookies.ts';
import { MASK } from './secrets.ts';

const TOKEN_MASK = '(token)';

/** Base64url of `{"`, with which a token begins. */
const TOKEN_BEGINNING = /eyJ[\w.-]+/g;

/** That, or three parts of which the last is a signature. */
const TOKEN = /eyJ[\w.-]+|[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}/;

/** As long as the shortest key and the shortest signature. */
const LONG = /[\w~-]{43,}/;

const TOKENS = new RegExp(TOKEN, 'g');
const LONG_ONES = new RegExp(LONG, 'g');

/** Parameters that are credentials whatever they look like: CloudFront's own, and those of others. */
const CREDENTIAL_NAME =
  /^(?:policy|signature|x-amz-(?:credential|signature|security-token))$|token|secret|passw|api-?key|auth|session/i;

/** A path token is the first segment, behind `~`; others are told by their look, however they are spelled. */
export function maskedPath(uri: string): string {
  return uri
    .replace(/(^\/~)[^/]+/, `$1${TOKEN_MASK}`)
    .replace(TOKEN_BEGINNING, TOKEN_MASK)
    .split('/')
    .map((segment) => (TOKEN.test(decoded(segment)) ? TOKEN_MASK : segment))
    .join('/');
}

/** Names stay, and values that are no credential by name or look. */
export function maskedQuery(query: string): string {
  const masked = (pair: string): string => {
    const [name, value] = splitPair(pair);
    if (looksSecret(decoded(name))) return MASK;
    const isSecret = CREDENTIAL_NAME.test(decoded(name)) || looksSecret(decoded(value));
    return isSecret && value !== '' ? `${name}=${MASK}` : pair;
  };
  return query.split('&').map(masked).join('&');
}

/** Of cookies the names alone: any value may open something. */
export function maskedCookies(cookie: string): string {
  return cookiePairs([['cookie', cookie]])
    .map(([name]) => `${looksSecret(name) ? MASK : name}=${MASK}`)
    .join('; ');
}

/** An address, without user, password and fragment. */
export function maskedAddress(address: string): string {
  const parts = /^([a-z][\w+.-]*:\/\/)?(?:[^/?#]*@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(address) ?? [];
  const [, scheme = '', host = '', path = '', query] = parts;
  const shown = `${scheme}${maskedPath(host)}${maskedPath(path)}`;
  return query === undefined ? shown : `${shown}?${maskedQuery(query)}`;
}

/** Any text, without what looks like a token, a key or a signature. */
export function maskedText(text: string): string {
  return text.replace(TOKENS, TOKEN_MASK).replace(LONG_ONES, MASK);
}

function looksSecret(text: string): boolean {
  return TOKEN.test(text) || LONG.test(text);
}

/** What cannot be decoded is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
