/**
 * All that a request, its events and its answers consist of, as it may be shown: credentials are hidden where
 * they are carried, and again wherever their values turn up.
 */
import { ORIGIN_HEADER } from '../shared/failover/provenance.ts';
import { splitPair } from './cookies.ts';
import type { HeaderLines } from './headers.ts';
import { basicCredentials, hiddenTexts } from './hidden-texts.ts';
import {
  carriedCredentials,
  isSignatureDetail,
  maskedAddress,
  maskedCookies,
  maskedPath,
  maskedQuery,
  maskedText,
} from './masked-request.ts';
import { CREDENTIAL_NAME, MASK } from './secrets.ts';

export interface ExchangeMask {
  path(uri: string): string;
  query(query: string): string;
  header(name: string, value: string): string;
  headers(lines: HeaderLines): { name: string; value: string }[];
  /** An event of a function, of either kind, or what it gave back. */
  event(value: unknown): unknown;
  /** The value with every text in it freed of what was hidden so far, and of what looks like a secret. */
  scrubbed<T>(value: T): T;
  /** Likewise, names of properties too: those of an event may come from a viewer. */
  scrubbedEvent(value: unknown): unknown;
}

export interface Secrecy {
  /** Names of headers whose values are secret, in lower case. */
  readonly headers: ReadonlySet<string>;
  /** Texts that are secret wherever they are. */
  readonly texts: readonly string[];
  /** Whether a long text is no secret, though it looks like one. */
  isPublic(text: string): boolean;
}

const ADDRESSES = ['content-location', 'location', 'referer'];

/** Named like a credential, but they ask for one. */
const CHALLENGES = ['proxy-authenticate', 'www-authenticate'];

export function exchangeMask({ headers: secretHeaders, texts, isPublic }: Secrecy): ExchangeMask {
  const hidden = hiddenTexts();
  const hide = (secret: string): string => {
    hidden.add(secret);
    return MASK;
  };
  for (const text of texts) hide(text);

  function header(name: string, value: string): string {
    if (name === 'cookie') return maskedCookies(value, hide);
    if (name === 'set-cookie') return setCookie(value);
    if (ADDRESSES.includes(name)) return maskedAddress(value, hide);
    const isSecret = secretHeaders.has(name) || (CREDENTIAL_NAME.test(name) && !CHALLENGES.includes(name));
    for (const secret of carriedCredentials(value)) hide(secret);
    if (!isSecret) return value;
    hide(value.slice(value.lastIndexOf(' ') + 1));
    for (const secret of basicCredentials(value)) hide(secret);
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
    if (name === 'cookies') return fields(value, (cookie, text) => (isSignatureDetail(cookie) ? MASK : hide(text)));
    // The region's name, which functions of ours read, is no secret.
    if (name === 'customHeaders') {
      return fields(value, (field, text) => (field.toLowerCase() === ORIGIN_HEADER ? text : hide(text)));
    }
    if (name === 'querystring') {
      return fields(value, (field, text) => splitPair(maskedQuery(`${field}=${text}`, hide))[1]);
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, event(part, key)]));
  }

  /** Frees a text of all that has been hidden until now. */
  function scrubber(): (text: string) => string {
    const without = hidden.remover();
    // What is masked already stays as it is, whatever the secret was.
    return (text) =>
      text
        .split(MASK)
        .map((part) => maskedText(without(part), isPublic))
        .join(MASK);
  }

  return {
    path: (uri) => maskedPath(uri, hide),
    query: (query) => maskedQuery(query, hide),
    header,
    headers: (lines) => lines.map(([name, value]) => ({ name, value: header(name, value) })),
    event: (value) => event(withinDepth(value, MAX_DEPTH)),
    scrubbed: (value) => withTexts(value, scrubber(), (name) => name) as typeof value,
    scrubbedEvent(value) {
      const clean = scrubber();
      return withTexts(value, clean, clean);
    },
  };
}

/** All of it as it is. */
export const UNMASKED: ExchangeMask = {
  path: (uri) => uri,
  query: (query) => query,
  header: (_, value) => value,
  headers: (lines) => lines.map(([name, value]) => ({ name, value })),
  event: (value) => withinDepth(value, MAX_DEPTH),
  scrubbed: (value) => value,
  scrubbedEvent: (value) => value,
};

/** Levels of an event beyond which it is cut. CloudFront's own have a dozen, functions may add any number. */
const MAX_DEPTH = 100;

function withinDepth(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return { cut: `more than ${MAX_DEPTH} levels` };
  if (Array.isArray(value)) return value.map((item) => withinDepth(item, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withinDepth(part, levels - 1)]));
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

type Change = (text: string) => string;

/** With each text of it changed, and each name of a property. */
function withTexts(value: unknown, change: Change, changeName: Change): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change, changeName));
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, part]) => [changeName(name), withTexts(part, change, changeName)]));
}
