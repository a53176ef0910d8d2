/** Plausible requests for the same thing: what the URL may have been when it was signed. */
import { decoded } from '../../emulator/masked-request.ts';
import { withoutSigningParameters } from '../../shared/access/signed-credential.ts';
import type { SignedVisit } from '../../shared/access/signed-verdict.ts';

/** The request with one thing changed, and the words for it: "the signature fits …, but …". */
export interface Variant {
  readonly fits: string;
  readonly but: string;
  readonly visit: SignedVisit;
}

export function urlVariants(visit: SignedVisit): Variant[] {
  return [...addressVariants(visit), ...spellingVariants(visit), ...queryVariants(visit)];
}

/** Scheme and host, and the slash at the end of the path. */
function addressVariants(visit: SignedVisit): Variant[] {
  const { scheme, host, path } = visit;
  const other = scheme === 'https' ? 'http' : 'https';
  const bare = host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
  const hosts = [
    bare,
    host.toLowerCase(),
    `${bare}:${scheme === 'https' ? 443 : 80}`,
    `www.${bare}`,
    bare.replace(/^www\./, ''),
  ];
  return [
    { fits: `the URL with ${other}://`, but: `the request has ${scheme}://`, visit: { ...visit, scheme: other } },
    ...hosts.map((name) => ({
      fits: `the URL with the host ${name}`,
      but: `the request has ${host}`,
      visit: { ...visit, host: name },
    })),
    path.endsWith('/')
      ? {
          fits: 'the URL with no slash at the end of the path',
          but: 'the request has one',
          visit: { ...visit, path: path.slice(0, -1) },
        }
      : {
          fits: 'the URL with a slash at the end of the path',
          but: 'the request has none',
          visit: { ...visit, path: `${path}/` },
        },
  ];
}

/** How the same character may be spelled. */
const SPELLINGS: readonly (readonly [fits: string, has: string, change: (text: string) => string])[] = [
  ['%20', '+', (text) => text.replaceAll('+', '%20')],
  ['%2B', '+', (text) => text.replaceAll('+', '%2B')],
  ['+', '%20', (text) => text.replaceAll('%20', '+')],
  ['+', '%2B', (text) => text.replace(/%2B/gi, '+')],
  ['a space', '%20', (text) => text.replaceAll('%20', ' ')],
  ['a space', '+', (text) => text.replaceAll('+', ' ')],
  ['%20', 'a space', (text) => text.replaceAll(' ', '%20')],
  ['upper-case %XX', 'lower-case %xx', (text) => text.replace(/%[0-9a-f]{2}/gi, (byte) => byte.toUpperCase())],
  ['lower-case %xx', 'upper-case %XX', (text) => text.replace(/%[0-9a-f]{2}/gi, (byte) => byte.toLowerCase())],
  ['%25', '%', (text) => text.replaceAll('%', '%25')],
  ['%', '%25', (text) => text.replaceAll('%25', '%')],
  [
    'plain letters, digits and -._~',
    'them percent-encoded',
    (text) => text.replace(/%(?:2[DE]|3\d|[46][1-9A-F]|[57][0-9A]|5F|7E)/gi, decoded),
  ],
  ['characters as they are', 'percent-encoded ones', decoded],
  ['percent-encoded characters', 'them as they are', orSame(encodeURI)],
  ["percent-encoded ! * ' ( )", 'them as they are', (text) => text.replace(/[!*'()]/g, byteCode)],
  [
    'more characters percent-encoded',
    'them as they are',
    orSame((text) => text.replace(/[^A-Za-z0-9\-._~/%=&]/gu, encodeURIComponent)),
  ],
];

function orSame(change: (text: string) => string): (text: string) => string {
  return (text) => {
    try {
      return change(text);
    } catch {
      return text;
    }
  };
}

function byteCode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function spellingVariants(visit: SignedVisit): Variant[] {
  const query = withoutSigningParameters(visit.query);
  return SPELLINGS.flatMap(([fits, has, change]) => {
    const words = { fits: `the URL with ${fits}`, but: `the request has ${has}` };
    const path = change(visit.path);
    const inPath = { ...words, visit: { ...visit, path } };
    if (query === undefined) return [inPath];
    const inQuery = withOwnQuery(visit, change(query));
    return [inPath, { ...words, visit: inQuery }, { ...words, visit: { ...inQuery, path } }];
  });
}

/** Of more parameters none is left out: each try costs a verification, while the edge waits. */
const MAX_LEFT_OUT = 50;

/** The application's own parameters: left out, or in another order. */
function queryVariants(visit: SignedVisit): Variant[] {
  const query = withoutSigningParameters(visit.query);
  if (query === undefined) {
    return [{ fits: 'the URL with "?" at its end', but: 'the request has none', visit: withOwnQuery(visit, '') }];
  }
  const pairs = query.split('&');
  const dispensable = pairs.length > MAX_LEFT_OUT ? [] : pairs;
  const lacking = dispensable.map((pair, index) => ({
    fits: `the URL without ${nameOf(pair)}`,
    but: 'the request has it',
    visit: withOwnQuery(visit, joined(pairs.filter((_, other) => other !== index))),
  }));
  const others = orders(pairs).map((order) => ({
    fits: `the query string in the order ${order.map(nameOf).join(', ')}`,
    but: 'the request has another',
    visit: withOwnQuery(visit, joined(order)),
  }));
  const bare = {
    fits: 'the URL without its query string',
    but: 'the request has one',
    visit: withOwnQuery(visit, undefined),
  };
  return [bare, ...lacking, ...others];
}

function nameOf(pair: string): string {
  const name = pair.split('=')[0] ?? '';
  return name === '' ? 'an empty parameter' : name;
}

function joined(pairs: readonly string[]): string | undefined {
  return pairs.length === 0 ? undefined : pairs.join('&');
}

/** All orders of a few; of many, the sorted and the reversed one. */
function orders(pairs: readonly string[]): string[][] {
  if (pairs.length > 4) return [[...pairs].sort(), [...pairs].reverse()];
  if (pairs.length < 2) return [[...pairs]];
  return pairs.flatMap((pair, index) =>
    orders(pairs.filter((_, other) => other !== index)).map((rest) => [pair, ...rest]),
  );
}

/** The request with its own query string exchanged; signing parameters stay, behind it. */
function withOwnQuery(visit: SignedVisit, own: string | undefined): SignedVisit {
  const signing = (visit.query ?? '').split('&').filter((pair) => withoutSigningParameters(pair) === undefined);
  return { ...visit, query: joined(own === undefined ? signing : [own, ...signing]) };
}
