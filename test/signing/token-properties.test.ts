/** Tokens in general: beside jose and a plain oracle, with one thing changed, and as anybody might send them. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { type JWK, jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { admissions, tokensIn } from '../../shared/access/bearer.ts';
import { canonicalPath } from '../../shared/access/canonical-path.ts';
import { carriedValues, takePathToken } from '../../shared/access/carriers.ts';
import { sectionOf } from '../../shared/access/section.ts';
import { visitOf } from '../../shared/access/visit.ts';
import type { ProtectedSection } from '../../shared/config.ts';
import type { ViewerRequest } from '../../shared/events/cloudfront-functions.ts';
import { credentialRefusal, signatureRefusal } from '../../signing/credential.ts';
import { publicKeys } from '../../signing/public-keys.ts';
import { viewerRequest } from '../support/events.ts';
import { ALGORITHMS, type Algorithm, memberKeys, memberToken } from '../support/member-keys.ts';
import { config } from '../support/settings.ts';
import { NOON, SECRET, token } from '../support/tokens.ts';

const ISSUER = 'https://sign-in.example.com/';
const [section] = config({
  carriers: ['path', 'query', 'header', 'cookie'],
  issuer: ISSUER,
  audience: 'cdn',
}).protected;
const SECTION = section as ProtectedSection;
const MEMBERS: ProtectedSection = { ...SECTION, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] };

const KEYS = { k1: SECRET };
const hmac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

let jwks: readonly JWK[];
beforeAll(async () => {
  jwks = (await memberKeys()).jwks as JWK[];
});

type Judge = (init: Parameters<typeof viewerRequest>[0], now?: number) => Promise<string>;

/** The rules in the order in which the CloudFront Function asks them. */
const byHs256: Judge = async (init, now = NOON) => {
  const { request, ip } = requestOf(init);
  const pathToken = takePathToken(request);
  const path = canonicalPath(request.uri);
  if (!path || sectionOf([SECTION], path) === undefined) return 'path';
  const tokens = tokensIn(carriedValues(request, SECTION, pathToken), ['HS256']);
  if (typeof tokens === 'string') return tokens;
  const admitted = admissions(tokens, KEYS, hmac, SECTION, visitOf(request, ip, SECTION, now, sha256));
  return typeof admitted === 'string' ? admitted : 'allowed';
};

const byMembers: Judge = async (init, now = NOON) => {
  const { request, ip } = requestOf(init);
  const viewer = { request, ip, cookies: [] };
  const keys = { jwks: async () => jwks, publicKeys: publicKeys({}) };
  return (await credentialRefusal(viewer, MEMBERS, keys, now, signatureRefusal)) ?? 'allowed';
};

function requestOf(init: Parameters<typeof viewerRequest>[0]): { request: ViewerRequest; ip: string } {
  const { request, viewer, rawQueryString } = viewerRequest(init);
  return { request: { ...request, rawQueryString: () => rawQueryString } as ViewerRequest, ip: viewer.ip };
}

const asking = (shown: string) => ({ uri: '/private/film.mp4', cookies: { edgekeeper: shown } });

const BOTH: { name: string; judge: Judge; sign(claims: object, alg: Algorithm): Promise<string> }[] = [
  { name: 'HS256', judge: byHs256, sign: (claims) => token({ claims: { ...claims } }) },
  { name: 'asymmetric', judge: byMembers, sign: (claims, alg) => memberToken({ ...claims }, alg) },
];

const REQUIRED = { iss: ISSUER, aud: 'cdn' };
const algorithm = fc.constantFrom(...(Object.keys(ALGORITHMS) as Algorithm[]));

describe.each(BOTH)('$name tokens', ({ judge, sign }) => {
  test('let in exactly when every claim does', async () => {
    const time = fc.integer({ min: NOON - 100, max: NOON + 100 });
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 4 });
    const statement = fc.record({
      exp: fc.oneof({ arbitrary: fc.integer({ min: NOON + 1, max: NOON + 100 }), weight: 3 }, time),
      nbf: optional(time),
      iat: optional(time),
      iss: fc.constantFrom(ISSUER, ISSUER, ISSUER, 'https://other.example.com/'),
      aud: fc.constantFrom<string | string[]>('cdn', ['app', 'cdn'], 'cdn', ['app']),
      folder: optional(fc.constantFrom('/private/', '/private/', '/else/')),
      ip: optional(fc.constantFrom('203.0.113.0/24', '203.0.113.7', '198.51.100.0/24', '2001:db8::/32')),
    });
    await fc.assert(
      fc.asyncProperty(statement, algorithm, async ({ folder, ...claims }, alg) => {
        const { exp, nbf = 0, iat = 0, iss, aud, ip } = claims;
        const expected =
          NOON < exp &&
          nbf <= NOON + 30 &&
          iat <= NOON + 30 &&
          iss === ISSUER &&
          [aud].flat().includes('cdn') &&
          folder !== '/else/' &&
          (ip === undefined || ip.startsWith('203.'));
        const shown = await sign({ ...claims, ...(folder !== undefined && { res: `${folder}*` }) }, alg);
        expect((await judge(asking(shown))) === 'allowed').toBe(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('are judged as jose judges them, where jose knows the claim', async () => {
    const time = fc.integer({ min: NOON - 60, max: NOON + 60 });
    const statement = fc.record({
      exp: time,
      nbf: fc.option(time, { nil: undefined }),
      aud: fc.constantFrom('cdn', 'app'),
    });
    await fc.assert(
      fc.asyncProperty(statement, algorithm, async (claims, alg) => {
        const shown = await sign({ ...REQUIRED, ...claims }, alg);
        const key = judge === byHs256 ? Buffer.from(SECRET, 'base64url') : ALGORITHMS[alg].publicKey;
        const options = { issuer: ISSUER, audience: 'cdn', currentDate: new Date(NOON * 1000) };
        // jose's tolerance is for exp too: what lies within it is ours alone to refuse.
        const byJose = await jwtVerify(shown, key, { ...options, clockTolerance: 30 }).then(
          ({ payload: { exp = 0 } }) => NOON < exp,
          () => false,
        );
        expect((await judge(asking(shown))) === 'allowed').toBe(byJose);
      }),
      { numRuns: 100 },
    );
  });

  test('with one character changed, added or taken away let nobody in', async () => {
    const character = fc.constantFrom(...'ABCXYZabcxyz0189-_.=+/~ %"', '\u0000', '\n', 'é', '😀');
    const good = new Map<Algorithm, string>();
    for (const alg of Object.keys(ALGORITHMS) as Algorithm[])
      good.set(alg, await sign({ ...REQUIRED, res: '/private/*' }, alg));
    await fc.assert(
      fc.asyncProperty(algorithm, fc.nat(), fc.constantFrom(0, 1, 2), character, async (alg, seed, kind, added) => {
        const text = good.get(alg) as string;
        const at = seed % (text.length + 1);
        const changed = text.slice(0, at) + (kind === 2 ? '' : added) + text.slice(kind === 0 ? at : at + 1);
        // White space around the value of a cookie is no part of it (RFC 6265, section 5.2).
        fc.pre(changed.trim() !== text);
        expect(await judge(asking(changed))).not.toBe('allowed');
      }),
      { numRuns: 1_000 },
    );
  });

  test('with parts of another token let nobody in', async () => {
    const one = (await sign({ ...REQUIRED, res: '/private/film.mp4' }, 'ES256')).split('.');
    const two = (await sign({ ...REQUIRED, exp: NOON - 1 }, 'ES256')).split('.');
    const three = (await memberToken({ ...REQUIRED }, 'RS256')).split('.');
    const four = (await token({ claims: REQUIRED, header: { kid: 'other' } })).split('.');
    const parts = fc.constantFrom(one, two, three, four);
    await fc.assert(
      fc.asyncProperty(parts, parts, parts, async (a, b, c) => {
        const mixed = [a[0], b[1], c[2]].join('.');
        fc.pre([one, two, three, four].every((whole) => whole.join('.') !== mixed));
        expect(await judge(asking(mixed))).not.toBe('allowed');
      }),
    );
  });

  test('of any text, in any place, throw nothing and let nobody in', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(fc.base64String({ maxLength: 60 }), { maxLength: 5 }).map((segments) => segments.join('.')),
      fc
        .tuple(fc.json(), fc.json())
        .map((parts) => [...parts, 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.')),
      fc
        .record({ alg: fc.constantFrom('HS256', 'RS256', 'none', 'ES256', 'EdDSA'), kid: fc.anything() })
        .map((header) => `${Buffer.from(JSON.stringify(header) ?? '').toString('base64url')}.e30.AA`),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('cookie', 'query', 'header', 'path'), async (shown, carrier) => {
        const init = {
          cookie: asking(shown),
          query: { uri: '/private/x', query: `edgekeeper=${shown}` },
          header: { uri: '/private/x', headers: { authorization: `Bearer ${shown}` } },
          path: { uri: `/~${shown}/private/x` },
        }[carrier];
        expect(await judge(init)).not.toBe('allowed');
      }),
      { numRuns: 1_000 },
    );
  });

  /** Of nine runs, so that a machine's hiccup does not count; as long as CloudFront lets through. */
  test.each<[what: string, init: Parameters<typeof viewerRequest>[0]]>([
    ['a cookie', asking('x'.repeat(32_000))],
    ['dots', asking('.'.repeat(32_000))],
    ['a path of stars', { uri: `/private/${'*'.repeat(8_000)}` }],
    ['a path of encodings', { uri: `/private/${'%41'.repeat(2_700)}` }],
    ['a token in the path', { uri: `/~${'a.'.repeat(4_000)}/private/x` }],
    ['tildes', { uri: '/~'.repeat(4_000) }],
    ['many parameters', { uri: '/private/x', query: '&'.repeat(8_000) }],
    ['many tokens', { uri: '/private/x', query: 'edgekeeper=x&'.repeat(600) }],
    ['many cookies', { uri: '/private/x', cookies: { edgekeeper: Array.from({ length: 2_000 }, () => 'a.b.c') } }],
    ['spaces', { uri: '/private/x', headers: { authorization: `Bearer ${' '.repeat(30_000)}x` } }],
  ])('take no time worth noting over %s', async (_, init) => {
    const times: number[] = [];
    for (let run = 0; run < 9; run++) {
      const started = performance.now();
      expect(await judge(init)).not.toBe('allowed');
      times.push(performance.now() - started);
    }
    expect(times.sort((a, b) => a - b)[4]).toBeLessThan(30);
  });

  test('let nobody in after an exception', async () => {
    const shown = await sign(REQUIRED, 'ES256');
    const broken = { ...requestOf(asking(shown)).request, rawQueryString: () => fail() };
    const judged =
      judge === byHs256
        ? async () =>
            admissions(
              tokensIn([shown], ['HS256']) as never,
              KEYS,
              fail,
              SECTION,
              visitOf(broken, '', SECTION, NOON, sha256),
            )
        : () =>
            credentialRefusal(
              { request: broken, ip: '', cookies: [] },
              MEMBERS,
              { jwks: fail, publicKeys: new Map() },
              NOON,
              undefined,
            );
    await expect(judged()).rejects.toThrow('broken');
  });
});

function fail(): never {
  throw new Error('broken');
}
