/** Whole requests to /members/*, with each kind of credential. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signCanned, signCustom } from '../../signing/signed-requests.ts';
import { type Asked, ask, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { type Algorithm, memberToken, SIGNER, SIGNER_ID } from '../support/member-keys.ts';
import { asCookies, asQuery } from '../support/signed-requests.ts';
import { NOON, token } from '../support/tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NAME = 'edgekeeper-member';
const FILM = '/members/film.mp4';
const SOON = NOON + 3600;
const PAST = SOON - 7200;
const signer = { keyPairId: SIGNER_ID, privateKey: SIGNER.privateKey, hashAlgorithm: 'SHA1' as const };

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await testBench(ROOT, {
    carriers: ['query', 'header', 'cookie', 'cloudfront'],
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  });
  edge = await bench.start();
}, 60_000);
afterAll(() => bench.close());

const bearing = (claims: object = {}, alg: Algorithm = 'ES256') => memberToken({ exp: SOON, ...claims }, alg);
const urlOf = (target: string): string => `${edge.url.replace('http:', 'https:')}${target}`;
const canned = (dateLessThan = SOON, target = FILM) => signCanned({ resource: urlOf(target), dateLessThan }, signer);
const custom = () =>
  signCustom({ resource: urlOf('/members/*'), dateLessThan: SOON, ipAddress: '127.0.0.0/8' }, signer);

async function outcome(target: string, asked: Asked): Promise<string> {
  const { status, headers } = await ask(edge.url, target, asked);
  return [status, headers['x-edgekeeper-reason']].filter((part) => part !== undefined).join(' ');
}

describe('a credential', () => {
  interface Case {
    readonly name: string;
    readonly request: () => Promise<Asked & { readonly query?: string; readonly path?: string }>;
    readonly expected: string;
  }
  test.each<Case>([
    ...(['RS256', 'PS256', 'ES256', 'EdDSA'] as const).map((alg) => ({
      name: `${alg} in a cookie`,
      request: async () => ({ cookie: `theme=dark; ${NAME}=${await bearing({}, alg)}` }),
      expected: '200',
    })),
    {
      name: 'in a header',
      request: async () => ({ headers: { authorization: `Bearer ${await bearing()}` } }),
      expected: '200',
    },
    { name: 'in the query string', request: async () => ({ query: `?${NAME}=${await bearing()}` }), expected: '200' },
    {
      name: 'for the path',
      request: async () => ({ cookie: `${NAME}=${await bearing({ res: '/members/*', ip: '127.0.0.1' })}` }),
      expected: '200',
    },
    {
      name: 'for another path',
      request: async () => ({ cookie: `${NAME}=${await bearing({ res: '/private/*' })}` }),
      expected: '403 resource',
    },
    {
      name: 'expired',
      request: async () => ({ cookie: `${NAME}=${await bearing({ exp: PAST })}` }),
      expected: '403 expired',
    },
    {
      name: 'of the other function',
      request: async () => ({ cookie: `${NAME}=${await token({ claims: { exp: SOON } })}` }),
      expected: '403 algorithm',
    },
    { name: 'signed cookies, canned', request: async () => ({ cookie: asCookies(canned()) }), expected: '200' },
    { name: 'signed cookies, custom', request: async () => ({ cookie: asCookies(custom()) }), expected: '200' },
    {
      name: 'signed cookies, expired',
      request: async () => ({ cookie: asCookies(canned(PAST)) }),
      expected: '403 expired',
    },
    { name: 'a signed URL, canned', request: async () => ({ query: `?${asQuery(canned())}` }), expected: '200' },
    { name: 'a signed URL, custom', request: async () => ({ query: `?own=1&${asQuery(custom())}` }), expected: '200' },
    {
      name: 'a signed URL of another file',
      request: async () => ({ query: `?${asQuery(canned(SOON, '/members/x'))}` }),
      expected: '403 signature',
    },
    { name: 'none', request: async () => ({}), expected: '401 no-credential' },
    { name: 'before a path', request: async () => ({ path: `/~${await bearing()}${FILM}` }), expected: '400 path' },
    {
      name: 'before a path, of the other function',
      request: async () => ({ path: `/~${await token({ claims: { exp: SOON } })}${FILM}` }),
      expected: '400 path',
    },
    {
      name: 'at a path that is not canonical',
      request: async () => ({ path: '/members%2Ffilm.mp4', cookie: `${NAME}=${await bearing()}` }),
      expected: '400 path',
    },
  ])('$name: $expected', async ({ request, expected }) => {
    const { query = '', path = FILM, ...asked } = await request();
    expect(await outcome(`${path}${query}`, asked)).toBe(expected);
  });

  test('does not open what the other function protects', async () => {
    const members = await bearing();
    expect(await outcome('/private/film.mp4', { cookie: `edgekeeper=${members}` })).toBe('403 algorithm');
    expect(await outcome('/private/film.mp4', { cookie: `${NAME}=${members}` })).toBe('401 no-credential');
  });
});

test('the static origin group serves what is let in, and fails over', async () => {
  const fresh = await bench.start();
  const cookie = `${NAME}=${await bearing()}`;
  await fresh.buckets.get('us-east-1')?.setFault({ kind: 'refuse' });
  const { status, headers, body } = await ask(fresh.url, FILM, { cookie });
  expect([status, body]).toEqual([200, 'members/film.mp4 from eu-west-1']);
  expect(headers).toMatchObject({ 'x-origin-region': 'eu-west-1', 'x-origin-role': 'secondary' });
  expect(headers['cache-control']).toMatch(/^private\b/);
});

test('one object is in the cache for all who may, and for nobody else', async () => {
  const fresh = await bench.start();
  const first = await ask(fresh.url, FILM, { cookie: `${NAME}=${await bearing()}` });
  const second = await ask(fresh.url, `${FILM}?${NAME}=${await bearing({ sub: 'another' })}`);
  const third = await ask(fresh.url, FILM);
  expect([first, second, third].map(({ headers }) => headers['x-cache'])).toEqual([
    'Miss from cloudfront',
    'Hit from cloudfront',
    'LambdaGeneratedResponse from cloudfront',
  ]);
});

test('a person is sent to sign in, and with what the application signs for the address comes in', async () => {
  const page = { headers: { accept: 'text/html' } };
  const { status, headers, body } = await ask(edge.url, `${FILM}?a=1`, page);
  expect([status, body]).toEqual([302, '']);
  const back = new URL(new URL(headers.location ?? '').searchParams.get('return') ?? '');
  expect(back.host).toBe('www.example.com');

  const host = { host: back.host };
  const signed = signCanned({ resource: back.href, dateLessThan: SOON }, signer);
  const target = `${back.pathname}${back.search}`;
  const answers = [
    await ask(edge.url, target, { headers: host, cookie: asCookies(signed) }),
    await ask(edge.url, `${target}&${asQuery(signed)}`, { headers: host }),
    await ask(edge.url, target, { headers: host, cookie: `${NAME}=${await bearing({ res: `${FILM}?a=1` })}` }),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect((await ask(edge.url, target, page)).status).toBe(401);
});
