/** Keys as the build reads them: from files, and from a real server. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { withSectionKeys } from '../../deploy/section-keys.ts';
import type { EdgeConfig, JwksSource } from '../../shared/config.ts';
import { ALGORITHMS } from '../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../support/settings.ts';

const KEY = { ...ALGORITHMS.ES256.publicKey.export({ format: 'jwk' }), kid: 'a', alg: 'ES256', use: 'sig' };
const PRIVATE = ALGORITHMS.ES256.privateKey.export({ format: 'jwk' });
const RSA = ALGORITHMS.RS256.publicKey.export({ format: 'jwk' });

const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-section-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

let file = 0;
/** Writes a file, and returns its name. */
function written(text: string): string {
  const name = `${file++}.txt`;
  writeFileSync(join(folder, name), text);
  return name;
}

function config(change: object): EdgeConfig {
  return parseConfig({ ...SETTINGS, protected: [...SETTINGS.protected, { ...LAMBDA_SECTION, ...change }] });
}

async function keysOf(settings: EdgeConfig) {
  return (await withSectionKeys(settings, folder)).sectionKeys;
}

describe('a key set in a file', () => {
  test.each<{ name: string; keys: object[]; inlined: object[] }>([
    { name: 'a public key', keys: [KEY], inlined: [KEY] },
    { name: 'several', keys: [KEY, { ...RSA, kid: 'b' }], inlined: [KEY, { ...RSA, kid: 'b' }] },
    { name: 'none yet', keys: [], inlined: [] },
    { name: 'one for encryption', keys: [{ ...RSA, use: 'enc' }, KEY], inlined: [KEY] },
    { name: 'more than a key needs', keys: [{ ...KEY, x5c: ['AA'], key_ops: ['verify'], note: 'x' }], inlined: [KEY] },
  ])('with $name', async ({ keys, inlined }) => {
    const settings = config({ jwks: { file: written(JSON.stringify({ keys })) } });
    expect(await keysOf(settings)).toEqual({ '/members/*': { jwks: inlined, jwksUrl: null, publicKeys: {} } });
  });

  const NO_SET = 'protected[1].jwks: expected a JSON Web Key Set, {"keys": [...]}, got ';
  const NO_KEY = 'protected[1].jwks: expected a public key as number ';
  test.each<{ name: string; text: string; says: string }>([
    { name: 'empty', text: '', says: NO_SET },
    { name: 'not JSON', text: '{"keys": [', says: NO_SET },
    { name: 'null', text: 'null', says: NO_SET },
    { name: 'a list', text: JSON.stringify([KEY]), says: NO_SET },
    { name: 'a key', text: JSON.stringify(KEY), says: NO_SET },
    { name: 'a set of texts', text: '{"keys":["a"]}', says: NO_SET },
    { name: 'a set of null', text: '{"keys":[null]}', says: NO_SET },
    { name: 'a private key', text: JSON.stringify({ keys: [PRIVATE] }), says: `${NO_KEY}1 of the set` },
    {
      name: 'a private key behind a public one',
      text: JSON.stringify({ keys: [KEY, PRIVATE] }),
      says: `${NO_KEY}2 of the set`,
    },
    {
      name: 'a private key for signatures behind one for encryption',
      text: JSON.stringify({ keys: [{ ...RSA, use: 'enc' }, PRIVATE] }),
      says: `${NO_KEY}2 of the set`,
    },
    {
      name: 'a secret',
      text: JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }),
      says: `${NO_KEY}1 of the set`,
    },
    {
      name: 'a secret that says to be public',
      text: JSON.stringify({ keys: [{ ...KEY, k: 'c2VjcmV0' }] }),
      says: `${NO_KEY}1 of the set`,
    },
    {
      name: 'RSA of 2,047 bits',
      text: JSON.stringify({ keys: [KEY, { ...rsaKey(2047), kid: 'weak' }] }),
      says: 'protected[1].jwks: expected RSA of 2048 bits or more as number 2 of the set',
    },
    {
      name: 'two keys of one id',
      text: JSON.stringify({
        keys: [
          { ...KEY, kid: 'a' },
          { ...rsaKey(2048), kid: 'a' },
        ],
      }),
      says: 'protected[1].jwks: expected one key for each kid, of which a has two',
    },
    {
      name: 'a key without its members',
      text: JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB' }] }),
      says: `${NO_KEY}1 of the set`,
    },
    {
      name: 'a key off its curve',
      text: JSON.stringify({ keys: [{ ...KEY, x: KEY.y }] }),
      says: `${NO_KEY}1 of the set`,
    },
    { name: 'an empty key', text: '{"keys":[{}]}', says: `${NO_KEY}1 of the set` },
  ])('that is $name is refused', async ({ text, says }) => {
    const name = written(text);
    const refusal = await keysOf(config({ jwks: { file: name } })).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'ERR_CONFIG_INVALID', message: expect.stringContaining(says) });
    expect(refusal).toMatchObject({ message: expect.stringMatching(new RegExp(`got "${name}"$`)) });
  });

  test('that is not there is refused', async () => {
    await expect(keysOf(config({ jwks: { file: 'none.json' } }))).rejects.toThrow(
      'protected[1].jwks.file: expected a file with a JSON Web Key Set, got "none.json (ENOENT)"',
    );
  });
});

describe('a key set behind a URL', () => {
  let server: Server;
  let origin: string;
  const replies: Readonly<Record<string, RequestListener>> = {
    '/jwks.json': (_, response) => response.end(JSON.stringify({ keys: [KEY] })),
    '/secret.json': (_, response) => response.end(JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] })),
    '/page': (_, response) => response.end('<html>'),
    '/moved': (_, response) => response.writeHead(301, { location: '/jwks.json' }).end(),
    '/closed': (request) => request.destroy(),
  };
  beforeAll(async () => {
    server = createServer((request, response) => {
      const reply = replies[request.url ?? ''];
      if (reply === undefined) response.writeHead(404).end('{"keys":[]}');
      else reply(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  /** Settings take https alone: the test's own server is put in afterwards. */
  function configFor(path: string, refresh: JwksSource['refresh'] = 'build'): EdgeConfig {
    const settings = config({ jwks: { url: 'https://id.example.com/jwks.json' } });
    const jwks = { file: null, url: path.startsWith('http') ? path : `${origin}${path}`, refresh };
    return {
      ...settings,
      protected: settings.protected.map((section) => (section.jwks === null ? section : { ...section, jwks })),
    };
  }

  test('is inlined, and asked for again by the function where the settings say so', async () => {
    const inlined = { jwks: [KEY], publicKeys: {} };
    expect(await keysOf(configFor('/jwks.json'))).toEqual({ '/members/*': { ...inlined, jwksUrl: null } });
    const jwksUrl = `${origin}/jwks.json`;
    expect(await keysOf(configFor('/jwks.json', 'runtime'))).toEqual({ '/members/*': { ...inlined, jwksUrl } });
  });

  test.each([
    { path: '/none', says: '.url: expected a JSON Web Key Set, got "URL (status 404)"' },
    { path: '/moved', says: '.url: expected a JSON Web Key Set, got "URL (unexpected redirect)"' },
    { path: '/closed', says: '.url: expected a JSON Web Key Set, got "URL (UND_ERR_SOCKET)"' },
    { path: 'http://127.0.0.1:1/', says: '.url: expected a JSON Web Key Set, got "URL (' },
    { path: 'http://no-such-host.invalid/', says: '.url: expected a JSON Web Key Set, got "URL (' },
    { path: '/page', says: ': expected a JSON Web Key Set, {"keys": [...]}, got "URL"' },
    { path: '/secret.json', says: ': expected a public key as number 1 of the set, got "URL"' },
  ])('$path is refused', async ({ path, says }) => {
    const settings = configFor(path);
    const url = settings.protected[1]?.jwks?.url ?? '';
    await expect(keysOf(settings)).rejects.toMatchObject({
      code: 'ERR_CONFIG_INVALID',
      message: expect.stringContaining(`protected[1].jwks${says.replace('URL', url)}`),
    });
  });
});

describe('a public key of a signer', () => {
  const pem = (key: KeyObject, type: 'spki' | 'pkcs8' = 'spki') => key.export({ type, format: 'pem' }).toString();
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey;
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey;
  const settings = (publicKeys: Record<string, string>) =>
    config({ carriers: ['cookie', 'cloudfront'], jwks: { file: written('{"keys":[]}') }, publicKeys });

  test.each([
    { name: 'RSA 2048', text: () => pem(rsa(2048)) },
    { name: 'ECDSA P-256', text: () => pem(ec('P-256')) },
  ])('may be $name', async ({ text }) => {
    const key = text();
    const { '/members/*': keys } = await keysOf(settings({ K1: written(key) }));
    expect(keys?.publicKeys).toEqual({ K1: key });
  });

  test.each([
    { name: 'RSA 1024', text: () => pem(rsa(1024)) },
    { name: 'RSA 3072', text: () => pem(rsa(3072)) },
    { name: 'ECDSA P-384', text: () => pem(ec('P-384')) },
    { name: 'Ed25519', text: () => pem(ALGORITHMS.EdDSA.publicKey) },
    { name: 'a JWK', text: () => JSON.stringify(KEY) },
    { name: 'empty', text: () => '' },
  ])('may not be $name', async ({ text }) => {
    await expect(keysOf(settings({ K1: written(text()) }))).rejects.toThrow(
      'protected[1].publicKeys.K1: expected a public key of RSA 2048 or ECDSA P-256 as PEM, got "',
    );
  });

  test('may not come with the private half, which would go to the edge with the code', async () => {
    const halves = [pem(ALGORITHMS.RS256.privateKey, 'pkcs8'), pem(ALGORITHMS.RS256.publicKey)];
    for (const text of [halves[0] ?? '', [...halves].join(''), [...halves].reverse().join('')]) {
      const file = written(text);
      await expect(keysOf(settings({ K1: file }))).rejects.toThrow(
        `protected[1].publicKeys.K1: expected a public key of RSA 2048 or ECDSA P-256 as PEM, got "${file}"`,
      );
    }
  });

  test('has to be there', async () => {
    await expect(keysOf(settings({ K1: 'none.pem' }))).rejects.toThrow(
      'protected[1].publicKeys.K1: expected a file with a public key, got "none.pem (ENOENT)"',
    );
  });
});

test('sections of the CloudFront Function have none: its keys are in the store', async () => {
  expect(await keysOf(parseConfig(SETTINGS))).toEqual({});
});

function rsaKey(modulusLength: number): object {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
}
