/** The same token in both runtimes: HS256 in the CloudFront Function, ES256 in Lambda@Edge. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCloudFrontFunction } from '../../build/cloudfront-function.ts';
import { parseConfig } from '../../config/parse.ts';
import { type Engine, inEmulator, inNjs } from '../support/engines.ts';
import { type ViewerRequestInit, viewerRequest } from '../support/events.ts';
import { type MemberFunction, memberFunction } from '../support/member-function.ts';
import { memberKeys, memberToken } from '../support/member-keys.ts';
import { describeNjs } from '../support/njs.ts';
import { LAMBDA_SECTION, SETTINGS } from '../support/settings.ts';
import { NOON, token } from '../support/tokens.ts';

const ISSUER = 'https://sign-in.example.com/';
const COMMON = {
  path: '/private/*',
  name: 'edgekeeper',
  carriers: ['query', 'header', 'cookie'],
  issuer: null as string | null,
  audience: null as string | null,
  signIn: LAMBDA_SECTION.signIn,
  cors: { origins: ['https://app.example.com'], credentials: true, maxAgeSeconds: 5 },
};
const { signIn: _, ...LAMBDA } = LAMBDA_SECTION;

interface Case {
  readonly name: string;
  readonly claims?: Record<string, unknown>;
  readonly request?: ViewerRequestInit;
  /** Puts the token into the request; by default as a cookie. */
  readonly carried?: (token: string) => ViewerRequestInit;
  readonly expected: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
const bound = (names: string[], text: string) => ({ hdr: { names, sha256: sha256(text) } });

const CASES: readonly Case[] = [
  { name: 'nothing but exp', expected: 'goes on' },
  { name: 'at exp', claims: { exp: NOON }, expected: '403 expired' },
  { name: 'just before exp', claims: { exp: NOON + 1 }, expected: 'goes on' },
  { name: 'no exp', claims: { exp: undefined }, expected: '403 claims' },
  { name: 'exp is a text', claims: { exp: String(NOON + 60) }, expected: '403 claims' },
  { name: 'exp is null', claims: { exp: null }, expected: '403 claims' },
  { name: 'nbf within the leeway', claims: { nbf: NOON + 30 }, expected: 'goes on' },
  { name: 'nbf beyond the leeway', claims: { nbf: NOON + 31 }, expected: '403 not-yet-valid' },
  { name: 'nbf is a text', claims: { nbf: '0' }, expected: '403 claims' },
  { name: 'iat within the leeway', claims: { iat: NOON + 30 }, expected: 'goes on' },
  { name: 'iat beyond the leeway', claims: { iat: NOON + 31 }, expected: '403 not-yet-valid' },
  { name: 'iat is null', claims: { iat: null }, expected: '403 claims' },
  { name: 'sid and sub', claims: { sid: 'a', sub: 'b' }, expected: 'goes on' },
  { name: 'sid is a number', claims: { sid: 7 }, expected: '403 claims' },
  { name: 'sub is null', claims: { sub: null }, expected: '403 claims' },

  { name: 'res', claims: { res: '/private/*' }, expected: 'goes on' },
  { name: 'res, exact', claims: { res: '/private/film.mp4' }, expected: 'goes on' },
  { name: 'res, another', claims: { res: '/private/film.mp3' }, expected: '403 resource' },
  { name: 'res, one of several', claims: { res: ['/a', '/private/f*lm.*'] }, expected: 'goes on' },
  { name: 'res, none', claims: { res: [] }, expected: '403 resource' },
  { name: 'res is a number', claims: { res: 7 }, expected: '403 claims' },
  { name: 'res, the URL', claims: { res: 'https://www.example.com/private/*' }, expected: 'goes on' },
  {
    name: 'res, the URL with another scheme',
    claims: { res: 'http://www.example.com/private/*' },
    expected: '403 resource',
  },
  {
    name: 'res, the URL of another host',
    claims: { res: 'https://*.example.org/private/*' },
    expected: '403 resource',
  },
  {
    name: 'res, another host',
    claims: { res: 'https://www.example.com/*' },
    request: { headers: { host: 'evil.example' } },
    expected: '403 resource',
  },
  {
    name: 'res, exact, a query string',
    claims: { res: '/private/film.mp4' },
    request: { query: 'v=1' },
    expected: '403 resource',
  },
  {
    name: 'res, exact, an empty query string',
    claims: { res: '/private/film.mp4' },
    request: { query: '' },
    expected: 'goes on',
  },
  {
    name: 'res with a query string',
    claims: { res: '/private/film.mp4?v=1' },
    request: { query: 'v=1' },
    expected: 'goes on',
  },
  {
    name: 'res with another query string',
    claims: { res: '/private/film.mp4?v=1' },
    request: { query: 'v=1&w=2' },
    expected: '403 resource',
  },
  {
    name: 'res, back from signing in',
    claims: { res: '/private/film.mp4' },
    request: { query: 'edgekeeper-signin=1' },
    expected: 'goes on',
  },
  {
    name: 'res, in another spelling',
    claims: { res: '/private/a%40b' },
    request: { uri: '/private/a@b' },
    expected: 'goes on',
  },
  {
    name: 'res, an encoded asterisk',
    claims: { res: '/private/a%2A' },
    request: { uri: '/private/a*' },
    expected: 'goes on',
  },
  {
    name: 'res, no encoded asterisk',
    claims: { res: '/private/a%2A' },
    request: { uri: '/private/ab' },
    expected: '403 resource',
  },

  { name: 'not', claims: { not: '/private/film.mp4' }, expected: '403 excluded' },
  { name: 'not, another', claims: { not: ['/private/film.mp3', '/x'] }, expected: 'goes on' },
  {
    name: 'not, in another spelling',
    claims: { not: '/private/a@b' },
    request: { uri: '/private/a%40b' },
    expected: '403 excluded',
  },
  { name: 'not, before res', claims: { not: '/private/*', res: '/x' }, expected: '403 resource' },
  { name: 'not is null', claims: { not: null }, expected: '403 claims' },

  { name: 'ip', claims: { ip: '203.0.113.7' }, expected: 'goes on' },
  { name: 'ip, a range', claims: { ip: ['198.51.100.0/24', '203.0.113.0/29'] }, expected: 'goes on' },
  { name: 'ip, the next range', claims: { ip: '203.0.113.8/29' }, expected: '403 source-ip' },
  { name: 'ip, IPv6', claims: { ip: '2001:db8::/32' }, request: { ip: '2001:db8:1::7' }, expected: 'goes on' },
  {
    name: 'ip, another IPv6',
    claims: { ip: '2001:db8::/32' },
    request: { ip: '2001:db9::1' },
    expected: '403 source-ip',
  },
  { name: 'ip, none', claims: { ip: [] }, expected: '403 source-ip' },
  { name: 'ip is no range', claims: { ip: '203.0.113.0/33' }, expected: '403 claims' },

  {
    name: 'hdr',
    claims: bound(['user-agent'], 'user-agent:x\n'),
    request: { headers: { 'user-agent': 'x' } },
    expected: 'goes on',
  },
  {
    name: 'hdr, another value',
    claims: bound(['user-agent'], 'user-agent:x\n'),
    request: { headers: { 'user-agent': 'y' } },
    expected: '403 headers',
  },
  { name: 'hdr, absent', claims: bound(['user-agent'], 'user-agent:\n'), expected: 'goes on' },
  {
    name: 'hdr, in their order',
    claims: bound(['b', 'a'], 'b:2\na:1\n'),
    request: { headers: { a: '1', b: '2' } },
    expected: 'goes on',
  },
  {
    name: 'hdr, in another',
    claims: bound(['b', 'a'], 'a:1\nb:2\n'),
    request: { headers: { a: '1', b: '2' } },
    expected: '403 headers',
  },
  {
    name: 'hdr, several lines',
    claims: bound(['a'], 'a:1, 2\n'),
    request: { headers: { a: ['1', '2'] } },
    expected: 'goes on',
  },
  { name: 'hdr, a cookie is none', claims: bound(['cookie'], 'cookie:\n'), expected: 'goes on' },
  {
    name: 'hdr, the value of a cookie',
    claims: bound(['cookie'], 'cookie:theme=dark\n'),
    request: { cookies: { theme: 'dark' } },
    expected: '403 headers',
  },
  { name: 'hdr, the host', claims: bound(['host'], 'host:www.example.com\n'), expected: 'goes on' },
  {
    name: 'hdr, the prototype',
    claims: bound(['__proto__', 'constructor'], '__proto__:\nconstructor:\n'),
    expected: 'goes on',
  },
  { name: 'hdr, no digest', claims: { hdr: { names: ['a'] } }, expected: '403 headers' },
  {
    name: 'geo',
    claims: { geo: 'DE' },
    request: { headers: { 'cloudfront-viewer-country': 'DE' } },
    expected: '403 unsupported-claim',
  },

  { name: 'no token', carried: () => ({}), expected: '401 no-credential' },
  { name: 'in the query string', carried: (text) => ({ query: `a=1&edgekeeper=${text}` }), expected: 'goes on' },
  {
    name: 'in the query string, encoded',
    carried: (text) => ({ query: `%65dgekeeper=${text}` }),
    expected: '401 no-credential',
  },
  {
    name: 'in the query string, exact',
    claims: { res: '/private/film.mp4' },
    carried: (text) => ({ query: `edgekeeper=${text}` }),
    expected: 'goes on',
  },
  { name: 'in a header', carried: (text) => ({ headers: { authorization: `bearer ${text}` } }), expected: 'goes on' },
  {
    name: 'in a header of another scheme',
    carried: (text) => ({ headers: { authorization: `Basic ${text}` } }),
    expected: '401 no-credential',
  },
  {
    name: 'behind a bad header',
    carried: (text) => ({ headers: { authorization: 'Bearer x' }, cookies: { edgekeeper: text } }),
    expected: '403 malformed',
  },
  { name: 'as the second cookie', carried: (text) => ({ cookies: { edgekeeper: ['x', text] } }), expected: 'goes on' },
  {
    name: 'as the third cookie',
    carried: (text) => ({ cookies: { edgekeeper: ['x', 'x', text] } }),
    expected: '403 malformed',
  },
  {
    name: 'with a spoiled signature',
    carried: (text) => ({ cookies: { edgekeeper: `${text.slice(0, -9)}AAAAAAAAA` } }),
    expected: '403 signature',
  },
  {
    name: 'with four segments',
    carried: (text) => ({ cookies: { edgekeeper: `${text}.x` } }),
    expected: '403 malformed',
  },
  {
    name: 'with 2,049 characters',
    carried: (text) => ({ cookies: { edgekeeper: text.padEnd(2049, 'A') } }),
    expected: '403 oversized',
  },

  { name: 'a path that is not canonical', request: { uri: '/private/x%2e' }, expected: '400 path' },
  {
    name: 'a page, no token',
    carried: () => ({}),
    request: { headers: { accept: 'text/html' } },
    expected: '302 no-credential',
  },
  {
    name: 'a page, expired',
    claims: { exp: NOON },
    request: { headers: { accept: 'text/html' } },
    expected: '302 expired',
  },
  {
    name: 'a page, back from signing in',
    claims: { exp: NOON },
    request: { headers: { accept: 'text/html' }, query: `edgekeeper-signin=${NOON}` },
    expected: '403 expired',
  },
  {
    name: 'a preflight',
    carried: () => ({}),
    request: { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } },
    expected: '204',
  },
];

const REQUIRED: readonly Case[] = [
  { name: 'issuer and audience', claims: { iss: ISSUER, aud: 'cdn' }, expected: 'goes on' },
  { name: 'audience in a list', claims: { iss: ISSUER, aud: ['app', 'cdn'] }, expected: 'goes on' },
  { name: 'no issuer', claims: { aud: 'cdn' }, expected: '403 issuer' },
  { name: 'another issuer', claims: { iss: `${ISSUER}x`, aud: 'cdn' }, expected: '403 issuer' },
  { name: 'no audience', claims: { iss: ISSUER }, expected: '403 audience' },
  { name: 'another audience', claims: { iss: ISSUER, aud: ['app'] }, expected: '403 audience' },
];

/** What the request is that a case makes with its token. */
function requestOf({ request = {}, carried = asCookie }: Case, text: string): ViewerRequestInit {
  const own = carried(text);
  return {
    uri: '/private/film.mp4',
    ...request,
    ...own,
    headers: { ...request.headers, ...own.headers },
    cookies: { ...request.cookies, ...own.cookies },
  };
}

function asCookie(text: string): ViewerRequestInit {
  return { cookies: { edgekeeper: text } };
}

function verdictOf(statusCode: number | undefined, lines: readonly string[]): string {
  if (statusCode === undefined) return 'goes on';
  const reason = lines[0] === undefined ? '' : ` ${(JSON.parse(lines[0]) as { reason: string }).reason}`;
  return `${statusCode}${reason}`;
}

describe.each([
  { name: 'claims and requests', section: COMMON, cases: CASES },
  { name: 'required claims', section: { ...COMMON, issuer: ISSUER, audience: 'cdn' }, cases: REQUIRED },
])('$name', ({ section, cases }) => {
  const expected = Object.fromEntries(cases.map((one) => [one.name, one.expected]));

  async function inFunction(engine: Engine): Promise<void> {
    const settings = parseConfig({ ...SETTINGS, protected: [{ ...SETTINGS.protected[0], ...section }] });
    const script = await buildCloudFrontFunction('functions/cloudfront/viewer-request.ts', settings);
    const runs = await Promise.all(
      cases.map(async (one) => ({
        event: viewerRequest(requestOf(one, await token({ claims: one.claims ?? {} }))),
      })),
    );
    const results = await engine(script, runs);
    const verdicts = results.map(({ value, lines, error }) => error ?? verdictOf(value.statusCode, lines));
    expect(Object.fromEntries(cases.map(({ name }, index) => [name, verdicts[index]]))).toEqual(expected);
  }

  test('a CloudFront Function, in the emulator', () => inFunction(inEmulator));
  describeNjs('under njs', () => {
    test('a CloudFront Function', () => inFunction(inNjs));
  });

  describe('Lambda@Edge', () => {
    let members: MemberFunction;
    beforeAll(async () => {
      members = await memberFunction([{ ...LAMBDA, ...section }], { '/private/*': await memberKeys() });
    });
    afterAll(() => members.close());

    test('in the emulator', async () => {
      const actual: Record<string, string> = {};
      for (const one of cases) {
        actual[one.name] = (await members.ask(requestOf(one, await memberToken(one.claims)))).verdict;
      }
      expect(actual).toEqual(expected);
    });
  });
});
