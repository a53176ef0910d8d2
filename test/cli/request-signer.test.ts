import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocalStore } from '../../cli/local-keys.ts';
import { requestSigner } from '../../cli/request-signer.ts';
import { type Guarded, guardedBy } from '../../cli/signing-ways.ts';
import type { Carrier, ProtectedSection } from '../../shared/config.ts';
import { type GuardedBench, guardedBench } from '../support/guarded-edge.ts';
import { config } from '../support/settings.ts';
import { template } from '../support/template.ts';
import { NOON } from '../support/tokens.ts';

const root = mkdtempSync(join(tmpdir(), 'edgekeeper-signer-'));
afterAll(() => rmSync(root, { recursive: true }));

const base = 'https://localhost:8080';
const { store, keys } = openLocalStore(root);
const claims = { exp: NOON + 60, res: '/private/*' };

describe('a request is signed', () => {
  const signed = (carriers: readonly Carrier[], path = '/private/x?a=1') => {
    const source = { template: template({ code: 'function handler(event) { return event.request; }' }) };
    const guarded = guardedBy({ source, config: config({ carriers, issuer: 'me' }) });
    return requestSigner(root, store, [], () => guarded).sign({ base, path }, claims, NOON);
  };

  test('with a key of this machine, and what the section wants', async () => {
    const { path, headers } = await signed(['path', 'query', 'header', 'cookie']);
    const secret = Buffer.from(keys[0]?.secret ?? '', 'base64url');
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    const { payload, protectedHeader } = await jwtVerify(token, secret, { currentDate: new Date(NOON * 1000) });
    expect({ path, payload }).toEqual({ path: '/private/x?a=1', payload: { ...claims, iss: 'me', iat: NOON } });
    expect(protectedHeader).toMatchObject({ alg: 'HS256', kid: 'local' });
  });

  test.each<{ carriers: Carrier[]; path: RegExp; headers: string[] }>([
    { carriers: ['path', 'query', 'cookie'], path: /^\/private\/x\?a=1$/, headers: ['cookie'] },
    { carriers: ['path', 'query'], path: /^\/private\/x\?a=1&edgekeeper=eyJ[\w.-]+$/, headers: [] },
    { carriers: ['path'], path: /^\/~eyJ[\w.-]+\/private\/x\?a=1$/, headers: [] },
  ])('where the section looks: $carriers', async ({ carriers, path, headers }) => {
    const request = await signed(carriers);
    expect(request.path).toMatch(path);
    expect(Object.keys(request.headers)).toEqual(headers);
  });

  test('for no other path, and with no key that the store does not know', async () => {
    await expect(async () => signed(['header'], '/public')).rejects.toThrow('path: expected one of /private/*');
    store.set('state', '{"drained":{},"keys":{}}');
    await expect(async () => signed(['header'])).rejects.toThrow('expected a key that the store knows');
  });
});

describe('the ways to sign', () => {
  let bench: GuardedBench;
  beforeAll(async () => {
    bench = await guardedBench();
  });
  afterAll(() => bench.close());

  /** The section of Lambda@Edge, or what a test makes of it. */
  const changed = (change: Partial<ProtectedSection>, sectionKeys = bench.guarded.sectionKeys): Guarded => ({
    ...bench.guarded,
    protected: bench.guarded.protected.map((section) => ({ ...section, ...change })).slice(1),
    sectionKeys,
  });
  const waysOf = (path: string | null, served?: Guarded, names?: string[]) =>
    bench
      .signer(served && (() => served), names)
      .ways(path)
      .map(({ way, algorithm, key }) => [way, algorithm, key].join(' '));

  test('are those of the keys that a path trusts', () => {
    expect(waysOf('/members/x?a=1')).toEqual([
      ...['token RS256 RS256', 'token PS256 PS256', 'token ES256 ES256', 'token EdDSA EdDSA'],
      ...['signed-url RSA KMEMBERS', 'signed-cookies RSA KMEMBERS'],
    ]);
    expect(waysOf('/signed/x', undefined, ['ec.pem', 'ES256.json'])).toEqual([
      ...['signed-url ECDSA K2EC', 'signed-cookies ECDSA K2EC'],
    ]);
    expect(waysOf('/public')).toEqual([]);
    // Its behavior runs no CloudFront Function here.
    expect(waysOf('/private/x')).toEqual([]);
  });

  test('for any path have their patterns', () => {
    const ways = bench.signer(undefined, ['rsa.pem', 'EdDSA.pem']).ways(null);
    expect(ways).toEqual([
      { path: '/private/*', way: 'token', algorithm: 'HS256', key: null },
      { path: '/members/*', way: 'token', algorithm: 'EdDSA', key: 'EdDSA' },
      { path: '/signed/*', way: 'signed-url', algorithm: 'RSA', key: 'K2RSA' },
      { path: '/signed/*', way: 'signed-cookies', algorithm: 'RSA', key: 'K2RSA' },
    ]);
  });

  test.each([
    { more: {}, names: ['Expires', 'Signature', 'Key-Pair-Id'] },
    { more: { res: '/signed/*' }, names: ['Policy', 'Signature', 'Key-Pair-Id'] },
    { more: { nbf: NOON }, names: ['Policy', 'Signature', 'Key-Pair-Id'] },
    { more: { ip: '203.0.113.7' }, names: ['Policy', 'Signature', 'Key-Pair-Id'] },
  ])('make a custom policy where a canned one does not do: $more', async ({ more, names }) => {
    const signer = bench.signer(undefined, ['rsa.pem']);
    const signed = (way: 'signed-url' | 'signed-cookies') =>
      signer.sign({ base, path: '/signed/x?a=1', way }, { exp: NOON + 60, ...more }, NOON);
    const { path } = await signed('signed-url');
    expect([...new URL(path, base).searchParams.keys()]).toEqual(['a', ...names]);
    const { headers } = await signed('signed-cookies');
    const cookies = headers.cookie?.split('; ').map((cookie) => cookie.split('=', 1)[0]);
    expect(cookies).toEqual(names.map((name) => `CloudFront-${name}`));
  });

  test('follow what is served', () => {
    let served: Guarded = changed({}, {});
    const signer = bench.signer(() => served, ['ES256.json']);
    expect(signer.ways('/members/x')).toEqual([]);
    served = bench.guarded;
    expect(signer.ways('/members/x')).toMatchObject([{ key: 'ES256' }]);
  });

  const keysWith = (change: (jwk: object) => object, count = 4) => {
    const { jwks = [], ...others } = bench.guarded.sectionKeys['/members/*'] ?? { jwksUrl: null, publicKeys: {} };
    return { '/members/*': { ...others, jwks: jwks.slice(0, count).map(change) } };
  };
  const unnamed = ({ kid, ...jwk }: { kid?: string }) => jwk;
  test.each<{ name: string; served: () => Guarded; expected: string[] }>([
    { name: 'a key without an id, of several', served: () => changed({}, keysWith(unnamed)), expected: [] },
    {
      name: 'a key without an id, and no other',
      served: () => changed({}, keysWith(unnamed, 1)),
      expected: ['token RS256 '],
    },
    {
      name: 'an algorithm that the section does not take',
      served: () => changed({ algorithms: ['ES256'] }),
      expected: [],
    },
    {
      name: 'RSA for the algorithm that the section takes',
      served: () =>
        changed(
          { algorithms: ['PS256'] },
          keysWith((jwk) => ({ ...jwk, alg: undefined })),
        ),
      expected: ['token PS256 RS256'],
    },
    {
      name: 'RSA for the other algorithm of the key',
      served: () =>
        changed(
          {},
          keysWith((jwk) => ({ ...jwk, alg: 'PS256' })),
        ),
      expected: ['token PS256 RS256'],
    },
    {
      name: 'a key for encryption',
      served: () =>
        changed(
          {},
          keysWith((jwk) => ({ ...jwk, use: 'enc' })),
        ),
      expected: [],
    },
  ])('$name: $expected', ({ served, expected }) => {
    expect(waysOf('/members/x', served(), ['RS256.pem'])).toEqual(expected);
  });
});
