/** Requests that are tried over the control API, with credentials that private keys of this machine sign. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guarded } from '../../cli/signing-ways.ts';
import { type ControlApi, controlApi } from '../support/control-api.ts';
import type { TestEdge } from '../support/edge.ts';
import { type GuardedBench, guardedBench } from '../support/guarded-edge.ts';
import { NOON } from '../support/tokens.ts';

interface Credential {
  readonly way?: string;
  readonly key?: string;
  readonly expiresInSeconds?: number;
  readonly claims?: object;
}

const MEMBERS = '/members/film.mp4';
const SIGNED = '/signed/film.mp4';

let bench: GuardedBench;
let edge: TestEdge;
let control: ControlApi;
/** What the signer takes for served, in place of what is. */
let elsewhere: Guarded | null = null;
const answers: string[] = [];
beforeAll(async () => {
  bench = await guardedBench();
  edge = await bench.start({ signer: bench.signer(() => elsewhere ?? bench.guarded) });
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

async function told(target: string, body?: object) {
  const answer = await control(target, body && { method: 'POST', body: JSON.stringify(body) });
  answers.push(answer.body);
  return { status: answer.status, ...JSON.parse(answer.body) };
}

/** The status at the edge with the reason of a refusal, or the error of the control API. */
async function outcome(path: string, credential: Credential, more: object = {}): Promise<string> {
  const signed = { expiresInSeconds: 60, claims: {}, ...credential };
  const { requestId, error } = await told('/try', { path, viewer: '203.0.113.7', ...more, credential: signed });
  if (error !== undefined) return `${error.code} ${error.message}`;
  answers.push(JSON.stringify(await told(`/requests/${encodeURIComponent(requestId)}`)));
  const entry = edge.requests.find((request) => request.requestId === requestId);
  return [entry?.status, entry?.reason].filter((part) => part != null).join(' ');
}

describe('a token', () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('of %s is let in while it is good', async (key) => {
    const said = (credential: Credential) => outcome(MEMBERS, { way: 'token', key, ...credential });
    expect(await said({ claims: { res: '/members/*', ip: '203.0.113.0/24' } })).toBe('200');
    expect(await said({ expiresInSeconds: 1 })).toBe('200');
    expect(await said({ expiresInSeconds: 0 })).toBe('403 expired');
    expect(await said({ claims: { res: '/private/*' } })).toBe('403 resource');
    expect(await said({ claims: { ip: '198.51.100.0/24' } })).toBe('403 source-ip');
  });

  test('without a word of the way is what the path takes', async () => {
    expect(await outcome(MEMBERS, {})).toBe('200');
  });

  test('of a key that the section at the edge does not have is refused', async () => {
    const keys = bench.guarded.sectionKeys['/members/*'] ?? { jwks: [], jwksUrl: null, publicKeys: {} };
    const jwks = keys.jwks.map((jwk) => ({ ...jwk, kid: 'elsewhere' })).slice(0, 1);
    elsewhere = { ...bench.guarded, sectionKeys: { '/members/*': { ...keys, jwks } } };
    expect(await outcome(MEMBERS, { key: 'elsewhere' })).toBe('403 unknown-key');
    elsewhere = null;
  });
});

describe.each([
  { path: MEMBERS, keys: ['KMEMBERS'] },
  { path: SIGNED, keys: ['K2RSA', 'K2EC'] },
])('for $path', ({ path, keys }) => {
  test.each(['signed-url', 'signed-cookies'].flatMap((way) => keys.map((key) => ({ way, key }))))(
    '$way with $key open while they are good',
    async (chosen) => {
      const said = (credential: Credential) => outcome(path, { ...chosen, ...credential });
      expect(await said({})).toBe('200');
      expect(await said({ expiresInSeconds: 0 })).toBe('403 expired');
      expect(await said({ claims: { res: path.replace('film.mp4', '*') } })).toBe('200');
      expect(await said({ claims: { res: 'https://*/*' } })).toBe('200');
      expect(await said({ claims: { res: '/other/*' } })).toBe('403 resource');
      expect(await said({ claims: { nbf: NOON } })).toBe('200');
      expect(await said({ claims: { nbf: NOON + 1 } })).toBe('403 not-yet-valid');
      expect(await said({ claims: { ip: '203.0.113.0/24' } })).toBe('200');
      expect(await said({ claims: { ip: '203.0.113.8' } })).toBe('403 source-ip');
    },
  );
});

describe('a signed URL', () => {
  test.each([
    { path: `${SIGNED}?a=1`, more: { headers: { host: 'www.example.com' } }, expected: '200' },
    { path: `${SIGNED}?Policy=x`, expected: 'path: expected no signing parameter in it, got "one"' },
    { path: '/signed/*', expected: 'path: expected no * and no " without the claim res, got "one"' },
    { path: '/public', expected: 'path: expected one of /private/*, /members/*, /signed/* to sign for' },
  ])('of $path: $expected', async ({ path, more, expected }) => {
    expect(await outcome(path, { way: path === '/public' ? 'token' : 'signed-url' }, more)).toContain(expected);
  });

  test.each([
    { claims: { sub: 'viewer-7' }, expected: 'claims.sub: expected none: a policy carries res, nbf and ip, got' },
    { claims: { res: ['/a', '/b'] }, expected: 'claims.res: expected one resource, as a text' },
    { claims: { res: '' }, expected: 'claims.res: expected one resource, as a text' },
    { claims: { nbf: 'soon' }, expected: 'claims.nbf: expected epoch seconds' },
    { claims: { ip: '2001:db8::/32' }, expected: 'claims.ip: expected one IPv4 address or range' },
    { claims: { ip: ['203.0.113.7'] }, expected: 'claims.ip: expected one IPv4 address or range' },
  ])('cannot carry $claims', async ({ claims, expected }) => {
    expect(await outcome(SIGNED, { claims })).toContain(`ERR_OPTION_INVALID ${expected}`);
  });

  test.each([
    { way: 'token', expected: 'way: expected one of signed-url with K2RSA, signed-cookies with K2RSA, signed-url wi' },
    { key: 'KMEMBERS', expected: 'way: expected one of signed-url with K2RSA' },
    { way: 'magic', expected: 'way: expected one of token, signed-url, signed-cookies, got "another"' },
    { key: 7 as unknown as string, expected: 'key: expected an id, as a text, got "number"' },
    { sign: 'x', expected: 'credential: expected way, key, expiresInSeconds and claims, got "another"' },
  ])('is not made with %o', async ({ expected, ...chosen }) => {
    expect(await outcome(SIGNED, chosen)).toContain(`ERR_OPTION_INVALID ${expected}`);
  });
});

test('what can be signed for is told, with the key', async () => {
  const { signedPaths, ways } = await told(`/try?path=${encodeURIComponent(`${SIGNED}?a=1`)}`);
  expect(signedPaths).toEqual(['/private/*', '/members/*', '/signed/*']);
  expect(ways[3]).toEqual({ path: '/signed/*', way: 'signed-cookies', algorithm: 'ECDSA', key: 'K2EC' });
  expect((await told('/try')).ways).toHaveLength(11);
});

/** The last of all: what the tests above were answered. */
test('nothing tells a private key, nor what was signed', () => {
  const all = [...answers, ...edge.lines, JSON.stringify(edge.requests)].join('\n');
  expect(answers.length).toBeGreaterThan(100);
  for (const text of Object.values(bench.keyTexts)) {
    const parts = text.startsWith('{') ? [JSON.parse(text).d] : text.split('\n').filter((line) => line.length === 64);
    expect(parts.filter((part) => all.includes(part))).toEqual([]);
  }
  expect(all).not.toMatch(/eyJ[\w-]{10}|PRIVATE|Signature=\w|Policy=\w/);
});
