/** Kinds of requests to the CloudFront Function: those that are let in, and one or more for each reason of refusal. */
import { createHash } from 'node:crypto';
import { revocationKey } from '../shared/access/revocation.ts';
import { signHs256, type TokenClaims } from '../signing/hs256.ts';
import type { Call } from './njs.ts';
import { configWith } from './settings.ts';

export interface Kind extends Call {
  readonly name: string;
  /** Which function is asked. */
  readonly config: keyof typeof CONFIGS;
  /** What the function has to answer, as `Measured` says it. */
  readonly answer: string;
  /** The name of an admitted kind that costs what this one costs but for the refusal. */
  readonly like?: string | undefined;
}

const COMMON = {
  runtime: 'cloudfront-function',
  name: 'edgekeeper',
  algorithms: ['HS256'],
  issuer: 'https://sign-in.example.com/',
  audience: 'cdn',
};

/** What pages need. */
const FOR_PAGES = {
  cors: { origins: ['https://app.example.com'] },
  signIn: { url: 'https://app.example.com/sign-in', hosts: ['www.example.com'] },
};

/** Settings of the functions that are measured. */
export const CONFIGS = {
  tokens: configWith(
    { ...COMMON, path: '/private/*', carriers: ['path', 'cookie'] },
    { ...COMMON, path: '/revocable/*', carriers: ['cookie'], revocation: true },
    { ...COMMON, path: '/regional/*', carriers: ['cookie'], geo: true },
  ),
  pages: configWith({ ...COMMON, path: '/private/*', carriers: ['cookie'], ...FOR_PAGES }),
};

/** Every feature, in one section. */
export const FULL_CONFIG = configWith({
  ...COMMON,
  path: '/private/*',
  carriers: ['path', 'query', 'header', 'cookie'],
  revocation: true,
  geo: true,
  ...FOR_PAGES,
});

/** The function asks the machine's clock: tokens have to be valid now. */
const NOW = Math.floor(Date.now() / 1000);
const KEY = { kid: 'k1', secret: Buffer.alloc(32, 7).toString('base64url') };

const HEADERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['accept', 'accept-encoding', 'accept-language', 'user-agent', 'referer', 'x-edgekeeper-order'].map((name) => [
      name,
      `${name} of an ordinary length`,
    ]),
  ),
  host: 'www.example.com',
};

const CLAIMS = {
  exp: NOW + 3600,
  nbf: NOW - 60,
  iss: COMMON.issuer,
  aud: COMMON.audience,
  res: ['/private/films/*', '/revocable/*', '/regional/*'],
  ip: '203.0.113.0/24',
};

const SESSION = { sid: 'c0ffee00-0000-4000-8000-000000000000', sub: 'viewer@example.com' };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
const revoked = (claim: keyof typeof SESSION) => ({ [revocationKey(claim, SESSION[claim], sha256)]: String(NOW + 1) });
const sign = (change: object = {}, key = KEY): Promise<string> =>
  signHs256({ ...CLAIMS, ...change } as TokenClaims, key, NOW);
const segment = (text: string): string => Buffer.from(text).toString('base64url');

const LONGEST = `/private/${'*'.repeat(3064)}`;
const BOUND = { names: ['user-agent'], sha256: sha256(`user-agent:${HEADERS['user-agent']}\n`) };
const NAVIGATION = { 'sec-fetch-mode': 'navigate' };
const PREFLIGHT = { origin: 'https://app.example.com', 'access-control-request-method': 'GET' };
const REVOCABLE = { uri: '/revocable/1.mp4' };
const SECOND_OF_TWO = 'allow, second of two cookies';
const MANY_PARAMETERS = 'allow, 8,000 parameters';
const UNREVOKED = 'allow, neither sid nor sub revoked';
const REGIONAL = { uri: '/regional/1.mp4', headers: { 'cloudfront-viewer-country': 'DE' } };

interface Asked {
  readonly method?: string;
  readonly uri?: string;
  readonly query?: string;
  readonly token?: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly secret?: string;
  readonly entries?: Readonly<Record<string, string>>;
  readonly like?: string;
}

function kind(name: string, answer: string, asked: Asked): Kind {
  const { method = 'GET', uri = '/private/films/1.mp4', query, headers, secret = KEY.secret, entries, like } = asked;
  const tokens = [asked.token ?? []].flat();
  const edgekeeper = { value: tokens[0], ...(tokens.length > 1 && { multiValue: tokens.map((value) => ({ value })) }) };
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '203.0.113.7' },
    request: {
      method,
      uri,
      querystring: {},
      headers: Object.fromEntries(Object.entries({ ...HEADERS, ...headers }).map(([key, value]) => [key, { value }])),
      cookies: tokens.length === 0 ? {} : { theme: { value: 'dark' }, edgekeeper },
    },
  };
  const state = JSON.stringify({ keys: { [KEY.kid]: secret }, drained: { 'us-east-1': NOW - 1 } });
  return { name, config: 'tokens', answer, like, event, query, store: { state, ...entries } };
}

/** The first is the one that everything is compared with. */
export async function admittedKinds(): Promise<readonly [Kind, ...Kind[]]> {
  const token = await sign();
  const session = await sign(SESSION);
  const admitted = (name: string, asked: Asked): Kind => kind(name, 'admitted', asked);
  return [
    admitted('allow', { token }),
    admitted(SECOND_OF_TWO, { token: [await sign({ aud: 'app' }), token] }),
    admitted('allow, in the path', { uri: `/~${token}/private/films/1.mp4` }),
    admitted('allow, bound to a header', { token: await sign({ hdr: BOUND }) }),
    admitted('allow, of a country', { ...REGIONAL, token: await sign({ geo: 'DE' }) }),
    admitted('allow, longest path', { uri: LONGEST, token: await sign({ res: '/private/*' }) }),
    admitted(MANY_PARAMETERS, { query: '&'.repeat(7999), token }),
    admitted(UNREVOKED, { ...REVOCABLE, token: session }),
    admitted('public', { uri: '/films/1.mp4' }),
    admitted('public, longest path', { uri: `/${'a'.repeat(3072)}` }),
    admitted('public, longest path, encoded', { uri: `/${'%40'.repeat(1024)}` }),
  ];
}

export async function refusedKinds(): Promise<Kind[]> {
  const token = await sign();
  const [header, payload, signature] = token.split('.');
  const forged = `${token.slice(0, -4)}AAAA`;
  const junk = segment('junk'.repeat(40));
  const session = await sign(SESSION);
  const ofPage = (name: string, answer: string, asked: Asked): Kind => ({
    ...kind(name, answer, asked),
    config: 'pages',
  });
  return [
    kind('path not canonical', '400 path', { uri: '/private%2F1.mp4', token }),
    kind('path not UTF-8', '400 path', { uri: '/private/%FF.mp4', token }),
    kind('path too long', '400 path', { uri: `/${'a'.repeat(8191)}`, token }),
    kind('longest path, not canonical', '400 path', {
      uri: `/${'a'.repeat(3071)}+`,
      token,
      like: 'public, longest path, encoded',
    }),
    kind('longest path, not in the token', '403 resource', { uri: LONGEST, token, like: 'allow, longest path' }),
    kind('path token in vain', '400 path', { uri: `/~${token}/films/1.mp4` }),
    kind('no token', '401 no-credential', {}),
    kind('oversized', '403 oversized', { token: 'x'.repeat(2049) }),
    kind('malformed', '403 malformed', { token: 'x'.repeat(200) }),
    kind('header is junk', '403 malformed', { token: `${junk}.${payload}.${signature}` }),
    kind('algorithm none', '403 algorithm', { token: `${segment('{"alg":"none"}')}.${payload}.${signature}` }),
    kind('unknown key', '403 unknown-key', { token: await sign({}, { ...KEY, kid: 'k9' }) }),
    kind('weak key', '403 weak-key', { token, secret: 'c2hvcnQ' }),
    kind('forged', '403 signature', { token: forged }),
    kind('forged, 8,000 parameters', '403 signature', {
      query: '&'.repeat(7999),
      token: forged,
      like: MANY_PARAMETERS,
    }),
    kind('forged, two cookies', '403 signature', { token: [forged, forged], like: SECOND_OF_TWO }),
    kind('payload is junk', '403 signature', { token: `${header}.${junk}.${signature}` }),
    kind('claim of a wrong kind', '403 claims', { token: await sign({ exp: 'tomorrow' }) }),
    kind('claim that is not checked here', '403 unsupported-claim', { token: await sign({ geo: 'DE' }) }),
    kind('issuer', '403 issuer', { token: await sign({ iss: 'https://evil.test/' }) }),
    kind('audience', '403 audience', { token: await sign({ aud: 'app' }) }),
    kind('expired', '403 expired', { token: await sign({ exp: NOW - 1 }) }),
    kind('expired, two cookies', '403 expired', {
      token: [await sign({ exp: NOW - 1 }), await sign({ exp: NOW - 2 })],
      like: SECOND_OF_TWO,
    }),
    kind('not yet valid', '403 not-yet-valid', { token: await sign({ nbf: NOW + 3600 }) }),
    kind('resource', '403 resource', { token: await sign({ res: ['/private/a/*', '/private/b/*'] }) }),
    kind('excluded', '403 excluded', { token: await sign({ not: '/private/films/*' }) }),
    kind('source IP', '403 source-ip', { token: await sign({ ip: '198.51.100.0/24' }) }),
    kind('bound header', '403 headers', {
      token: await sign({ hdr: { ...BOUND, sha256: 'x' } }),
      like: 'allow, bound to a header',
    }),
    kind('country', '403 country', { ...REGIONAL, token: await sign({ geo: 'FR' }), like: 'allow, of a country' }),
    ofPage('sent to sign in', '302 no-credential', { headers: NAVIGATION }),
    ofPage('expired, sent to sign in', '302 expired', { headers: NAVIGATION, token: await sign({ exp: NOW - 1 }) }),
    ofPage('CORS preflight', '204', { method: 'OPTIONS', headers: PREFLIGHT }),
    { ...kind('store unreadable', '503 state-unreadable', { token }), store: null },
    kind('revoked by sid', '403 revoked', { ...REVOCABLE, token: session, entries: revoked('sid'), like: UNREVOKED }),
    kind('revoked by sub', '403 revoked', { ...REVOCABLE, token: session, entries: revoked('sub'), like: UNREVOKED }),
  ];
}
