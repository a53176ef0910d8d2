/** CloudFront's own check of signed URLs and signed cookies, in a distribution of the test's own. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Grant, type Signer, signCanned, signCustom, signedUrl } from '../../signing/signed-requests.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { documented, observed, type Row } from '../support/rows.ts';
import { template } from '../support/template.ts';
import { NOON } from '../support/tokens.ts';

function keyPair(
  id: string,
  type: 'rsa' | 'ec',
  hashAlgorithm: Signer['hashAlgorithm'],
): { pem: string; signer: Signer } {
  const { publicKey, privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  return { pem, signer: { keyPairId: id, privateKey, hashAlgorithm } };
}

const rsa = keyPair('RsaKey', 'rsa', 'SHA1');
const ec = keyPair('EcKey', 'ec', 'SHA256');
const untrusted = keyPair('OtherKey', 'rsa', 'SHA256');

function signedTemplate(extra: { code?: string; behavior?: Record<string, unknown> } = {}) {
  const built = template({
    behavior: { TrustedKeyGroups: [{ Ref: 'KeyGroup' }] },
    ...extra,
    cachePolicy: {
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingGzip: false,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'all' },
      },
    },
  });
  const key = (EncodedKey: string) => ({
    Type: 'AWS::CloudFront::PublicKey',
    Properties: { PublicKeyConfig: { CallerReference: 'x', Name: 'x', EncodedKey } },
  });
  const KeyGroup = {
    Type: 'AWS::CloudFront::KeyGroup',
    Properties: { KeyGroupConfig: { Name: 'x', Items: [{ Ref: 'RsaKey' }, { Ref: 'EcKey' }] } },
  };
  const keys = { RsaKey: key(rsa.pem), EcKey: key(ec.pem), OtherKey: key(untrusted.pem), KeyGroup };
  return { ...built, Resources: { ...built.Resources, ...keys } };
}

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(signedTemplate());
  edge = await bench.start();
});
afterAll(() => bench.close());

/** Valid for a minute from noon, on the host that the test's requests name. */
function grant(change: Partial<Grant> = {}): Grant {
  return { resource: `${edge.url.replace('http:', 'https:')}/film.mp4`, dateLessThan: NOON + 60, ...change };
}

const target = (url: string): string => url.slice(url.indexOf('/', 'https://'.length));
const asCookies = (parameters: ReturnType<typeof signCanned>): string =>
  parameters.map(([name, value]) => `CloudFront-${name}=${value}`).join('; ');

describe('a signed URL', () => {
  test.each(
    documented([
      { request: rsa, expected: 'film.mp4 from us-east-1', see: '5.1' },
      { request: ec, expected: 'film.mp4 from us-east-1', see: '5.1' },
    ]),
  )('$kind: with a canned policy of $request.signer.keyPairId opens its URL alone ($see)', async (row) => {
    const { signer } = row.request;
    const { resource } = grant();
    const signed = target(signedUrl(resource, signCanned(grant(), signer)));
    expect(await ask(edge.url, signed)).toMatchObject({ status: 200, body: row.expected });
    expect(await ask(edge.url, signed.replace('film', 'x'))).toMatchObject({ status: 403 });
    expect(await ask(edge.url, `${signed}&more=1`)).toMatchObject({ status: 403 });
  });

  test('with a custom policy opens what its pattern covers', async () => {
    const all = grant({ resource: grant().resource.replace('film.mp4', '*'), ipAddress: '127.0.0.0/8' });
    const parameters = signCustom(all, rsa.signer);
    for (const path of ['film.mp4', 'private/film.mp4?own=1']) {
      const url = signedUrl(all.resource.replace('*', path), parameters);
      expect((await ask(edge.url, target(url))).status).toBe(200);
    }
    const elsewhere = signCustom({ ...all, ipAddress: '203.0.113.0/24' }, rsa.signer);
    expect((await ask(edge.url, target(signedUrl(grant().resource, elsewhere)))).status).toBe(403);
  });

  test('leaves nothing of the signature in the cache key or with the origin', async () => {
    const fresh = await bench.start();
    const resource = `${fresh.url.replace('http:', 'https:')}/film.mp4?own=1`;
    for (const dateLessThan of [NOON + 60, NOON + 61]) {
      const url = signedUrl(resource, signCanned({ resource, dateLessThan }, ec.signer));
      expect((await ask(fresh.url, target(url))).status).toBe(200);
    }
    expect(fresh.buckets.get('us-east-1')?.received.map((request) => request.target)).toEqual(['/film.mp4?own=1']);
    expect(JSON.stringify(fresh.requests)).not.toContain('Signature');
  });

  test("is the application's own query string where no key group is trusted", async () => {
    const fresh = await bench.start({ template: signedTemplate({ behavior: {} }) });
    expect((await ask(fresh.url, '/film.mp4?Expires=1&own=1')).status).toBe(200);
    expect(fresh.buckets.get('us-east-1')?.received.at(-1)?.target).toBe('/film.mp4?Expires=1&own=1');
  });

  test('is still seen by the function at the viewer request', async () => {
    const code = 'function handler(e) { return { statusCode: 200, body: Object.keys(e.request.querystring).join() }; }';
    const fresh = await bench.start({ template: signedTemplate({ code }) });
    const resource = `${fresh.url.replace('http:', 'https:')}/film.mp4`;
    const url = signedUrl(resource, signCanned({ resource, dateLessThan: NOON + 60 }, rsa.signer));
    expect((await ask(fresh.url, target(url))).body).toBe('Expires,Signature,Key-Pair-Id');
    expect((await ask(fresh.url, '/film.mp4')).status).toBe(403);
  });
});

describe('signed cookies', () => {
  /** Expected: a canned policy's own file, another, and another under a custom policy. */
  test.each(
    documented([
      { request: rsa, expected: [200, 403, 200], see: '5.2' },
      { request: ec, expected: [200, 403, 200], see: '5.2' },
    ]),
  )('$kind: of $request.signer.keyPairId open what their policy covers ($see)', async ({ request, expected }) => {
    const { signer } = request;
    const canned = asCookies(signCanned(grant(), signer));
    const custom = asCookies(signCustom(grant({ resource: grant().resource.replace('film.mp4', '*') }), signer));
    const answers = [
      await ask(edge.url, '/film.mp4', { cookie: `theme=dark; ${canned}` }),
      await ask(edge.url, '/x', { cookie: canned }),
      await ask(edge.url, '/x', { cookie: custom }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(expected);
  });

  test('are not looked at when the URL carries a signing parameter', async () => {
    const cookie = asCookies(signCanned(grant(), rsa.signer));
    expect((await ask(edge.url, '/film.mp4?Expires=1', { cookie })).status).toBe(403);
  });
});

describe('a refusal', () => {
  test('says why, here alone', async () => {
    const { headers } = await ask(edge.url, `/film.mp4${query(signCanned(grant({ dateLessThan: NOON }), rsa.signer))}`);
    expect(headers['x-edgekeeper-reason']).toBe('expired');
    expect(edge.requests.at(-1)).toMatchObject({ status: 403, reason: 'expired' });
  });

  interface Shown {
    readonly name: string;
    readonly query: () => string;
  }
  test.each(
    observed<Row<Shown, { code: string; message: string }>>([
      {
        request: { name: 'nothing shown', query: () => '' },
        expected: { code: 'MissingKey', message: 'Missing Key-Pair-Id query parameter or cookie value' },
        see: '5.4',
      },
      {
        request: { name: 'an untrusted key', query: () => query(signCanned(grant(), untrusted.signer)) },
        expected: { code: 'InvalidKey', message: 'Unknown Key' },
        see: '5.4',
      },
      {
        request: { name: 'expired', query: () => query(signCanned(grant({ dateLessThan: NOON }), rsa.signer)) },
        expected: { code: 'AccessDenied', message: 'Access denied' },
        see: '5.4',
      },
      {
        request: {
          name: 'tampered',
          query: () => query(signCanned(grant(), rsa.signer)).replace(/Expires=\d+/, 'Expires=1999999999'),
        },
        expected: { code: 'AccessDenied', message: 'Access denied' },
        see: '5.4',
      },
      {
        request: {
          name: 'no base64',
          query: () => query(signCanned(grant(), rsa.signer)).replace(/Signature=./, 'Signature=!'),
        },
        expected: { code: 'MalformedSignature', message: 'Could not unencode Signature' },
        see: '5.4',
      },
      {
        request: { name: 'no policy', query: () => query(signCustom(grant({ dateLessThan: 1.5 }), rsa.signer)) },
        expected: { code: 'MalformedPolicy', message: 'Malformed Policy' },
        see: '5.4',
      },
    ]),
  )('$kind: $request.name: $expected.code ($see)', async ({ request, expected: { code, message } }) => {
    const { status, headers, body } = await ask(edge.url, `/film.mp4${request.query()}`);
    expect({ status, type: headers['content-type'], server: headers.server, xCache: headers['x-cache'] }).toEqual({
      status: 403,
      type: 'text/xml',
      server: 'CloudFront',
      xCache: 'Error from cloudfront',
    });
    expect(body).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
  });

  function query(parameters: ReturnType<typeof signCanned>): string {
    return `?${parameters.map(([name, value]) => `${name}=${value}`).join('&')}`;
  }
});

test('a key that CloudFront would not take is named at start', async () => {
  const { publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const weak = JSON.parse(JSON.stringify(signedTemplate()).replace(JSON.stringify(rsa.pem), JSON.stringify(publicKey)));
  await expect(bench.start({ template: weak })).rejects.toMatchObject({
    code: 'ERR_KEY_INVALID',
    message: expect.stringContaining('RsaKey.EncodedKey: expected a public key of RSA 2048 or ECDSA P-256'),
  });
});
