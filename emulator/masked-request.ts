/** What a request may show of itself in a log: no token, signature or cookie. */
import { cookiePairs, splitPair } from './cookies.ts';
import { CREDENTIAL_NAME, MASK } from './secrets.ts';

const TOKEN_MASK = '(token)';

/** Told of each secret that is masked, as it stood there. */
export type OnMasked = (secret: string) => void;

const NOBODY: OnMasked = () => {};

/** Base64url of `{"`, with which a token begins. */
const TOKEN_BEGINNING = /eyJ[\w.-]+/g;

/** That, or three parts of which the last is a signature; sought from the beginning of a word alone, however long it is. */
const TOKEN = /eyJ[\w.-]+|(?<![\w-])[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}/;

/** As long as the shortest key and the shortest signature. */
const LONG = /[\w~-]{43,}/;

const TOKENS = new RegExp(TOKEN, 'g');
const LONG_ONES = new RegExp(LONG, 'g');

/** A parameter of an address that is part of a text. */
const PARAMETERS = /([?&])([\w.-]+)=([^&#\s"'\\<>()]+)/g;

/** A path token is the first segment, behind `~`; others are told by their look, however they are spelled. */
export function maskedPath(uri: string, onMasked: OnMasked = NOBODY): string {
  const masked = (secret: string): string => {
    onMasked(secret);
    return TOKEN_MASK;
  };
  return uri
    .replace(/(^\/~)([^/]+)/, (_, start: string, segment: string) => start + masked(segment))
    .replace(TOKEN_BEGINNING, masked)
    .split('/')
    .map((segment) => (TOKEN.test(unwrapped(segment)) ? masked(segment) : segment))
    .join('/');
}

/** Names stay, and values that are no credential by name or look, nor an address which carries one. */
export function maskedQuery(query: string, onMasked: OnMasked = NOBODY): string {
  const masked = (pair: string): string => {
    const [name, value] = splitPair(pair);
    if (looksSecret(unwrapped(name))) {
      onMasked(pair);
      return MASK;
    }
    const carried = carriedCredentials(value);
    const isSecret = CREDENTIAL_NAME.test(unwrapped(name)) || looksSecret(unwrapped(value)) || carried.length > 0;
    if (!isSecret || value === '') return pair;
    for (const secret of [value, ...carried]) onMasked(secret);
    return `${name}=${MASK}`;
  };
  return query.split('&').map(masked).join('&');
}

/** Signed cookies that open nothing by themselves: what says that a key is unknown, or the time over, names them. */
export function isSignatureDetail(cookie: string): boolean {
  return /^CloudFront-(?:Expires|Hash-Algorithm|Key-Pair-Id)$/.test(cookie);
}

/** Of cookies the names alone: any value may open something. */
export function maskedCookies(cookie: string, onMasked: OnMasked = NOBODY): string {
  return cookiePairs([['cookie', cookie]])
    .map(([name, value]) => {
      if (!isSignatureDetail(name)) onMasked(looksSecret(name) ? name : value);
      return `${looksSecret(name) ? MASK : name}=${MASK}`;
    })
    .join('; ');
}

/** An address, without user, password and fragment. */
export function maskedAddress(address: string, onMasked: OnMasked = NOBODY): string {
  const parts = /^([a-z][\w+.-]*:\/\/)?(?:([^/?#]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(address) ?? [];
  const [, scheme = '', user, host = '', path = '', query] = parts;
  if (user !== undefined) onMasked(user);
  const shown = `${scheme}${maskedPath(host)}${maskedPath(path, onMasked)}`;
  return query === undefined ? shown : `${shown}?${maskedQuery(query, onMasked)}`;
}

/** Any text, without what looks like a token, a key or a signature, unless it `isPublic`. */
export function maskedText(text: string, isPublic: (part: string) => boolean = () => false): string {
  return text
    .replace(TOKENS, TOKEN_MASK)
    .replace(PARAMETERS, (pair, start, name) => (CREDENTIAL_NAME.test(name) ? `${start}${name}=${MASK}` : pair))
    .replace(LONG_ONES, (part) => (isPublic(part) ? part : MASK));
}

/** Values of parameters that are named like credentials, in a text that is or has an address. */
export function carriedCredentials(text: string): string[] {
  return [...unwrapped(text).matchAll(PARAMETERS)].flatMap(([, , name = '', value = '']) =>
    CREDENTIAL_NAME.test(name) ? [value] : [],
  );
}

function looksSecret(text: string): boolean {
  return TOKEN.test(text) || LONG.test(text);
}

/** An address may be within a parameter of another one, and so on. */
const MAX_ENCODINGS = 5;

/** As it is after each percent-encoding is taken away; what cannot be decoded stays. */
function unwrapped(text: string): string {
  let left = text;
  for (let i = 0; i < MAX_ENCODINGS && left.includes('%'); i++) left = decoded(left);
  return left;
}

/** What cannot be decoded is taken as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
