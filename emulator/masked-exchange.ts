/**
 * All that a request, its events and its answers consist of, as it may be shown: credentials are hidden where
 * they are carried, and again wherever their values turn up.
 */
import { splitPair } from './cookies.ts';
import type { HeaderLines } from './headers.ts';
import {
  CREDENTIAL_NAME,
  maskedAddress,
  maskedCookies,
  maskedPath,
  maskedQuery,
  maskedText,
} from './masked-request.ts';
import { MASK } from './secrets.ts';

export interface ExchangeMask {
  path(uri: string): string;
  query(query: string): string;
  header(name: string, value: string): string;
  headers(lines: HeaderLines): { name: string; value: string }[];
  /** An event of a function, of either kind, or what it gave back. */
  event(value: unknown): unknown;
  /** The value with every text in it freed of what was hidden so far, and of what looks like a secret. */
  scrubbed<T>(value: T): T;
}

export interface Secrecy {
  /** Names of headers whose values are secret, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** Texts that are secret wherever they are. */
  readonly texts: readonly string[];
  /** Whether a long text is no secret, though it looks like one. */
  isPublic(text: string): boolean;
}

/** A shorter value is hidden where it is carried, but not elsewhere: it would be part of other words. */
const SHORTEST_SOUGHT = 6;

const ADDRESSES = ['content-location', 'location', 'referer'];

/** Named like a credential, but they ask for one. */
const CHALLENGES = ['proxy-authenticate', 'www-authenticate'];

export function exchangeMask({ headers: secretHeaders, texts, isPublic }: Secrecy): ExchangeMask {
  const hidden = new Set<string>();
  const hide = (secret: string): string => {
    for (const form of [secret, decoded(secret), encodeURIComponent(secret)]) {
      if (form.length >= SHORTEST_SOUGHT) hidden.add(form);
    }
    return MASK;
  };
  for (const text of texts) hide(text);

  function header(name: string, value: string): string {
    if (name === 'cookie') return maskedCookies(value, hide);
    if (name === 'set-cookie') return setCookie(value);
    if (ADDRESSES.includes(name)) return maskedAddress(value, hide);
    const isSecret = secretHeaders.has(name) || (CREDENTIAL_NAME.test(name) && !CHALLENGES.includes(name));
    if (!isSecret) return value;
    hide(value.slice(value.lastIndexOf(' ') + 1));
    return hide(value);
  }

  function setCookie(line: string): string {
    const [pair = '', ...attributes] = line.split(';');
    const [name, value] = splitPair(pair.trim());
    hide(value);
    return [`${name}=${MASK}`, ...attributes].join(';');
  }

  function event(value: unknown, name = ''): unknown {
    if (typeof value === 'string') {
      if (name === 'uri') return maskedPath(value, hide);
      return name === 'querystring' || name === 'rawQueryString' ? maskedQuery(value, hide) : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => event(item));
    if (name === 'headers') return fields(value, (field, text) => header(field.toLowerCase(), text));
    if (name === 'customHeaders' || name === 'cookies') return fields(value, (_, text) => hide(text));
    if (name === 'querystring') {
      return fields(value, (field, text) => splitPair(maskedQuery(`${field}=${text}`, hide))[1]);
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, event(part, key)]));
  }

  return {
    path: (uri) => maskedPath(uri, hide),
    query: (query) => maskedQuery(query, hide),
    header,
    headers: (lines) => lines.map(([name, value]) => ({ name, value: header(name, value) })),
    event: (value) => event(value),
    scrubbed(value) {
      const secrets = [...hidden].sort((a, b) => b.length - a.length);
      const without = (text: string): string => secrets.reduce((left, secret) => left.replaceAll(secret, MASK), text);
      // What is masked already stays as it is, whatever the secret was.
      const parts = (text: string): string[] => text.split(MASK).map((part) => maskedText(without(part), isPublic));
      const clean = (text: string): string => parts(text).join(MASK);
      return withTexts(value, clean) as typeof value;
    },
  };
}

/** Values by name, each a text, `{ value }` or a list of these. */
function fields(named: object, mask: (name: string, value: string) => string): object {
  const masked = (name: string, part: unknown): unknown => {
    if (typeof part === 'string') return mask(name, part);
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map((item) => masked(name, item));
    const entries = Object.entries(part).map(([key, inner]) => [
      key,
      key === 'value' || typeof inner !== 'string' ? masked(name, inner) : inner,
    ]);
    return Object.fromEntries(entries);
  };
  return Object.fromEntries(Object.entries(named).map(([name, part]) => [name, masked(name, part)]));
}

/** With each text of it changed, names of properties too. */
function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [change(name), withTexts(part, change)]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
