/** The shipped bundle: CloudFront's own signed URLs and signed cookies, checked with the section's public keys. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Grant,
  type SigningParameters,
  signCanned,
  signCustom,
  signedUrl,
} from '../../../signing/signed-requests.ts';
import type { ViewerRequestInit } from '../../support/events.ts';
import { MEMBERS, type MemberFunction, memberFunction } from '../../support/member-function.ts';
import { memberKeys, memberToken, SIGNER, SIGNER_ID } from '../../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../../support/settings.ts';
import { NOON } from '../../support/tokens.ts';

const NAME = LAMBDA_SECTION.name;
const FILM = 'https://www.example.com/members/film.mp4';
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2048 });
const WEAK = generateKeyPairSync('rsa', { modulusLength: 1024 });

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

let members: MemberFunction;
beforeAll(async () => {
  const keys = await memberKeys();
  const publicKeys = { ...keys.publicKeys, KEC: pem(EC.publicKey), KWEAK: pem(WEAK.publicKey) };
  members = await memberFunction(undefined, { '/members/*': { ...keys, publicKeys } });
});
afterAll(() => members.close());

function signer(keyPairId = SIGNER_ID, privateKey = SIGNER.privateKey, hashAlgorithm: 'SHA1' | 'SHA256' = 'SHA1') {
  return { keyPairId, privateKey, hashAlgorithm };
}

/** Until a minute after noon. */
function grant(change: Partial<Grant> = {}): Grant {
  return { resource: FILM, dateLessThan: NOON + 60, ...change };
}

function inQuery(parameters: SigningParameters): ViewerRequestInit {
  return { query: new URL(signedUrl(FILM, parameters)).search.slice(1) };
}

function inCookies(parameters: SigningParameters): ViewerRequestInit {
  return { cookies: Object.fromEntries(parameters.map(([name, value]) => [`CloudFront-${name}`, value])) };
}

const verdict = async (init: ViewerRequestInit): Promise<string> => (await members.ask(init)).verdict;

describe.each([
  { carrier: 'a signed URL', carried: inQuery },
  { carrier: 'signed cookies', carried: inCookies },
])('$carrier', ({ carried }) => {
  test.each<{ name: string; parameters: SigningParameters; init?: ViewerRequestInit; expected: string }>([
    { name: 'canned', parameters: signCanned(grant(), signer()), expected: 'goes on' },
    {
      name: 'canned, SHA-256',
      parameters: signCanned(grant(), signer(SIGNER_ID, SIGNER.privateKey, 'SHA256')),
      expected: 'goes on',
    },
    { name: 'canned, ECDSA', parameters: signCanned(grant(), signer('KEC', EC.privateKey)), expected: 'goes on' },
    {
      name: 'canned, of another file',
      parameters: signCanned(grant(), signer()),
      init: { uri: '/members/other.mp4' },
      expected: '403 signature',
    },
    {
      name: 'canned, of another host',
      parameters: signCanned(grant(), signer()),
      init: { headers: { host: 'api.example.com' } },
      expected: '403 signature',
    },
    {
      name: 'canned, at its end',
      parameters: signCanned(grant({ dateLessThan: NOON }), signer()),
      expected: '403 expired',
    },
    {
      name: 'canned, a second before',
      parameters: signCanned(grant({ dateLessThan: NOON + 1 }), signer()),
      expected: 'goes on',
    },
    { name: 'custom', parameters: signCustom(grant(), signer()), expected: 'goes on' },
    {
      name: 'custom, a pattern',
      parameters: signCustom(grant({ resource: 'https://*/members/*' }), signer()),
      init: { uri: '/members/a/b' },
      expected: 'goes on',
    },
    {
      name: 'custom, outside',
      parameters: signCustom(grant({ resource: 'https://*/members/a/*' }), signer()),
      expected: '403 resource',
    },
    {
      name: 'custom, at its start',
      parameters: signCustom(grant({ dateGreaterThan: NOON }), signer()),
      expected: '403 not-yet-valid',
    },
    {
      name: 'custom, a second after',
      parameters: signCustom(grant({ dateGreaterThan: NOON - 1 }), signer()),
      expected: 'goes on',
    },
    {
      name: 'custom, the address',
      parameters: signCustom(grant({ ipAddress: '203.0.113.0/29' }), signer()),
      expected: 'goes on',
    },
    {
      name: 'custom, another address',
      parameters: signCustom(grant({ ipAddress: '203.0.113.8/29' }), signer()),
      expected: '403 source-ip',
    },
    { name: 'an unknown key', parameters: signCanned(grant(), signer('KOTHER')), expected: '403 unknown-key' },
    { name: 'the key of another id', parameters: signCanned(grant(), signer('KEC')), expected: '403 signature' },
    {
      name: 'a key that CloudFront would not take',
      parameters: signCanned(grant(), signer('KWEAK', WEAK.privateKey)),
      expected: '403 unknown-key',
    },
    {
      name: "a stranger's key",
      parameters: signCanned(grant(), signer(SIGNER_ID, STRANGER.privateKey)),
      expected: '403 signature',
    },
    {
      name: 'the prototype as a key',
      parameters: signCanned(grant(), signer('__proto__')),
      expected: '403 unknown-key',
    },
    {
      name: 'without a signature',
      parameters: [
        ['Expires', '9'],
        ['Key-Pair-Id', SIGNER_ID],
      ],
      expected: '403 no-signature',
    },
    { name: 'without a policy', parameters: signCanned(grant(), signer()).slice(1), expected: '403 no-policy' },
  ])('$name: $expected', async ({ parameters, init, expected }) => {
    expect(await verdict({ ...carried(parameters), ...init })).toBe(expected);
  });

  test('opens a section that asks for it alone', async () => {
    const parameters = signCanned(grant(), signer());
    const { jwks: _, ...section } = MEMBERS;
    const only = { ...section, carriers: ['cloudfront'], algorithms: [] };
    const tokens = { ...MEMBERS, carriers: ['query', 'header', 'cookie'], publicKeys: {} };
    const token = { authorization: `Bearer ${await memberToken()}` };
    const keys = { '/members/*': await memberKeys() };
    for (const [settings, signed, bearing] of [
      [only, 'goes on', '401 no-credential'],
      [tokens, '401 no-credential', 'goes on'],
    ] as const) {
      const one = await memberFunction([...SETTINGS.protected, settings], keys);
      expect((await one.ask(carried(parameters))).verdict).toBe(signed);
      expect((await one.ask({ headers: token })).verdict).toBe(bearing);
      await one.close();
    }
  });
});

describe('the URL is judged as it was on the wire', () => {
  test.each([
    { uri: '/members/a%40b', signed: '/members/a%40b', expected: 'goes on' },
    { uri: '/members/a@b', signed: '/members/a%40b', expected: '403 signature' },
    { uri: '/members/a%2fb', signed: '/members/a%2fb', expected: '400 path' },
  ])('$uri for $signed: $expected', async ({ uri, signed, expected }) => {
    const parameters = signCanned(grant({ resource: `https://www.example.com${signed}` }), signer());
    expect(await verdict({ uri, ...inCookies(parameters) })).toBe(expected);
  });

  test.each([
    { own: 'b=2&a=%20', asked: 'b=2&a=%20', expected: 'goes on' },
    { own: 'b=2&a=%20', asked: 'a=%20&b=2', expected: '403 signature' },
    { own: 'b=2&a=%20', asked: 'b=2&a=+', expected: '403 signature' },
    { own: 'b=2', asked: '', expected: '403 signature' },
    // What the application signed is the address to come back to, with the mark in it.
    { own: 'edgekeeper-signin=1767268800', asked: 'edgekeeper-signin=1767268800', expected: 'goes on' },
  ])('?$asked for ?$own: $expected', async ({ own, asked, expected }) => {
    const parameters = signCanned(grant({ resource: `${FILM}?${own}` }), signer());
    expect(await verdict({ query: asked, ...inCookies(parameters) })).toBe(expected);
    const signing = inQuery(parameters).query;
    expect(await verdict({ query: asked === '' ? `${signing}` : `${asked}&${signing}` })).toBe(expected);
  });
});

describe('of several credentials', () => {
  const good = signCanned(grant(), signer());
  const expired = signCanned(grant({ dateLessThan: NOON }), signer());

  test.each<{ name: string; token?: object; query?: SigningParameters; cookies?: SigningParameters; expected: string }>(
    [
      { name: 'a token decides: bad', token: { exp: NOON }, query: good, cookies: good, expected: '403 expired' },
      { name: 'a token decides: good', token: {}, query: expired, cookies: expired, expected: 'goes on' },
      { name: 'the URL before the cookies: bad', query: expired, cookies: good, expected: '403 expired' },
      { name: 'the URL before the cookies: good', query: good, cookies: expired, expected: 'goes on' },
      {
        name: 'one parameter makes it a signed URL',
        query: [['Expires', '1']],
        cookies: good,
        expected: '401 no-credential',
      },
      { name: 'the cookies', cookies: good, expected: 'goes on' },
      { name: 'none', expected: '401 no-credential' },
    ],
  )('$name: $expected', async ({ token, query = [], cookies = [], expected }) => {
    const own: Record<string, string> = token === undefined ? {} : { [NAME]: await memberToken({ ...token }) };
    const init = { ...inQuery(query), cookies: { ...inCookies(cookies).cookies, ...own } };
    expect(await verdict(init)).toBe(expected);
  });

  test.each([
    {
      name: 'a parameter that came twice',
      init: () => ({ query: `${inQuery(good).query}&Expires=${NOON + 60}` }),
      expected: '403 repeated-parameter',
    },
    {
      name: 'an encoded name is no signing parameter',
      init: () => ({ query: inQuery(good).query?.replace('Expires', '%45xpires') ?? '' }),
      expected: '403 no-policy',
    },
    { name: 'of two cookies the first', init: () => ({ headers: { cookie: twice('x') } }), expected: 'goes on' },
    {
      name: 'an empty token is none',
      init: () => ({ headers: { cookie: `${NAME}=; ${twice('x')}` } }),
      expected: 'goes on',
    },
  ])('$name: $expected', async ({ init, expected }) => {
    expect(await verdict(init())).toBe(expected);
  });

  function twice(second: string): string {
    const cookies = Object.entries(inCookies(good).cookies ?? {});
    return [...cookies, ...cookies.map(([name]) => [name, second])].map((pair) => pair.join('=')).join('; ');
  }
});
