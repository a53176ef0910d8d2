/** What a response headers policy makes of an answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { template } from '../support/template.ts';

const HANDLER = 'functions/lambda-edge/origin.handler';
const APP = 'https://app.example.com';
const SEE = 'understanding-response-headers-policies';

const items = (...Items: string[]) => ({ Items });
const ALL_PARTS = {
  AccessControlAllowOrigins: items(APP, 'https://*.example.org'),
  AccessControlAllowHeaders: items('Authorization', 'X-Mine'),
  AccessControlAllowMethods: items('GET', 'OPTIONS'),
  AccessControlExposeHeaders: items('ETag', 'X-Origin-Region'),
  AccessControlAllowCredentials: true,
  AccessControlMaxAgeSec: 600,
  OriginOverride: false,
};

let bench: TestBench;
beforeAll(async () => {
  const varying = (value: string) =>
    `exports.handler = async ({ Records: [{ cf: { response } }] }) => { response.headers.vary = [{ value: '${value}' }]; return response; };`;
  bench = await plainBench(template(), {
    'vary-origin.js': varying('Accept, ORIGIN'),
    'vary-all.js': varying('*'),
    'origin.js': `exports.handler = async ({ Records: [{ cf: { response } }] }) => {
      response.headers['access-control-allow-origin'] = [{ value: 'https://origin.example.com' }];
      response.headers.vary = [{ value: 'Accept-Encoding' }];
      return response;
    };`,
  });
});
afterAll(() => bench.close());

const behavior = { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] };
const withCors = (changes: object, init = {}) =>
  template({ behavior, responseHeadersPolicy: { CorsConfig: { ...ALL_PARTS, ...changes } }, ...init });

/** The CORS headers of an answer, without the common beginning of their names. */
async function corsOf(init: unknown, asked: Asked = {}, target = '/film.mp4'): Promise<Record<string, unknown>> {
  const edge = await bench.start({ template: init });
  const { headers } = await ask(edge.url, target, asked);
  const names = Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'vary');
  return Object.fromEntries(names.map((name) => [name.replace('access-control-', ''), headers[name]]));
}

const from = (origin: string, method = 'GET'): Asked => ({ method, headers: { origin } });

describe('CORS headers', () => {
  const SIMPLE = {
    'allow-origin': APP,
    'allow-credentials': 'true',
    'expose-headers': 'ETag, X-Origin-Region',
    vary: 'Origin',
  };
  const PREFLIGHT = {
    ...SIMPLE,
    'allow-headers': 'Authorization, X-Mine',
    'allow-methods': 'GET, OPTIONS',
    'max-age': '600',
  };

  interface Policy {
    readonly name: string;
    readonly changes?: object;
    readonly asked: Asked;
  }
  const EVIL = 'https://evil.example';
  const NONE = { vary: 'Origin' };
  const ANY = { AccessControlAllowOrigins: items('*'), AccessControlAllowCredentials: false };
  const LEAST = {
    AccessControlAllowCredentials: false,
    AccessControlMaxAgeSec: undefined,
    AccessControlExposeHeaders: undefined,
  };
  const MOST = { AccessControlAllowMethods: items('ALL'), AccessControlAllowHeaders: items('*') };

  test.each([
    ...documented<Row<Policy, object>>([
      { request: { name: 'a listed origin', asked: from(APP) }, expected: SIMPLE, see: SEE },
      { request: { name: 'its preflight', asked: from(APP, 'OPTIONS') }, expected: PREFLIGHT, see: SEE },
      { request: { name: 'no Origin', asked: {} }, expected: NONE, see: SEE },
      {
        request: { name: '*', changes: ANY, asked: from('https://any.example') },
        expected: { 'allow-origin': '*', 'expose-headers': 'ETag, X-Origin-Region', vary: 'Origin' },
        see: SEE,
      },
      {
        request: { name: 'no credentials, no age, nothing exposed', changes: LEAST, asked: from(APP, 'OPTIONS') },
        expected: {
          'allow-origin': APP,
          'allow-headers': 'Authorization, X-Mine',
          'allow-methods': 'GET, OPTIONS',
          vary: 'Origin',
        },
        see: SEE,
      },
      {
        request: { name: 'an age of 0', changes: { AccessControlMaxAgeSec: 0 }, asked: from(APP, 'OPTIONS') },
        expected: { ...PREFLIGHT, 'max-age': '0' },
        see: SEE,
      },
      {
        request: { name: 'all methods, all headers', changes: MOST, asked: from(APP, 'OPTIONS') },
        expected: {
          ...PREFLIGHT,
          'allow-headers': '*',
          'allow-methods': 'GET, DELETE, HEAD, OPTIONS, PATCH, POST, PUT',
        },
        see: SEE,
      },
    ]),
    ...decided<Row<Policy, object>>([
      { request: { name: 'an origin that is not listed', asked: from(EVIL) }, expected: NONE, see: 'fidelity' },
      { request: { name: 'its preflight', asked: from(EVIL, 'OPTIONS') }, expected: NONE, see: 'fidelity' },
      { request: { name: 'the origin of a sandbox', asked: from('null') }, expected: NONE, see: 'fidelity' },
    ]),
  ])('$kind: $request.name ($see)', async ({ request: { changes = {}, asked }, expected }) => {
    expect(await corsOf(withCors(changes), asked)).toEqual(expected);
  });

  type Pair = readonly [allowed: string, origin: string];
  test.each([
    ...documented<Row<Pair, boolean>>([
      { request: ['http://*.example.org', 'http://www.example.org'], expected: true, see: SEE },
      { request: ['http://*.example.org', 'http://a.b.example.org'], expected: true, see: SEE },
      { request: ['http://*.example.org', 'http://example.org'], expected: false, see: SEE },
      { request: ['http://*.example.org', 'http://evilexample.org'], expected: false, see: SEE },
      { request: ['http://*.example.org', 'http://www.example.org.evil.example'], expected: false, see: SEE },
      { request: ['http://*.example.org', 'https://www.example.org'], expected: false, see: SEE },
      { request: ['example.org', 'https://www.example.org'], expected: false, see: SEE },
      { request: ['example.org', 'example.org'], expected: false, see: 'RFC 6454, 7.1' },
      { request: ['http://example.org:*', 'http://example.org'], expected: true, see: SEE },
      { request: ['http://example.org:*', 'http://example.org:8080'], expected: true, see: SEE },
      { request: ['http://example.org:1*3', 'http://example.org:1893'], expected: true, see: SEE },
      { request: ['http://example.org:1*3', 'http://example.org:1894'], expected: false, see: SEE },
      { request: ['HTTP://Example.org', 'http://example.org'], expected: true, see: 'RFC 3986, 6.2.2.1' },
    ]),
    ...decided<Row<Pair, boolean>>([
      { request: ['http://*.example.org', 'http://www.example.org:123'], expected: false, see: 'fidelity' },
      { request: ['example.org', 'http://example.org'], expected: true, see: 'fidelity' },
      { request: ['example.org', 'https://example.org'], expected: true, see: 'fidelity' },
    ]),
  ])('$kind: $request.0 allows $request.1: $expected ($see)', async ({ request: [allowed, origin], expected }) => {
    const cors = await corsOf(withCors({ AccessControlAllowOrigins: items(allowed) }), from(origin));
    expect(cors['allow-origin']).toBe(expected ? origin : undefined);
  });

  test.each(
    documented<Row<boolean, string>>([
      { request: false, expected: 'https://origin.example.com', see: SEE },
      { request: true, expected: APP, see: SEE },
    ]),
  )("$kind: with override $request, beside the origin's own: $expected ($see)", async ({ request, expected }) => {
    const init = withCors({ OriginOverride: request }, { handler: HANDLER });
    expect(await corsOf(init, from(APP))).toMatchObject({
      'allow-origin': expected,
      'allow-credentials': 'true',
      vary: 'Accept-Encoding, Origin',
    });
  });

  test.each(
    decided<Row<string, string>>([
      { request: 'vary-origin', expected: 'Accept, ORIGIN', see: 'fidelity' },
      { request: 'vary-all', expected: '*', see: 'fidelity' },
    ]),
  )('$kind: a Vary that says so already stays: $expected ($see)', async ({ request, expected }) => {
    // What is not forwarded is taken out of `Vary` before.
    const originRequestPolicy = { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept', 'Origin'] } };
    const init = withCors({}, { handler: `functions/lambda-edge/${request}.handler`, originRequestPolicy });
    expect(await corsOf(init)).toEqual({ vary: expected });
  });

  test("decided: the origin's own stay where the policy adds none", async () => {
    const init = withCors({ OriginOverride: true }, { handler: HANDLER });
    expect(await corsOf(init, from('https://evil.example'))).toEqual({
      'allow-origin': 'https://origin.example.com',
      vary: 'Accept-Encoding, Origin',
    });
  });

  test('are for the request that is answered, also from the cache, and on an error', async () => {
    const edge = await bench.start({ template: withCors({}) });
    await ask(edge.url, '/film.mp4', from('https://a.example.org'));
    const hit = await ask(edge.url, '/film.mp4', from(APP));
    expect([hit.headers['x-cache'], hit.headers['access-control-allow-origin']]).toEqual(['Hit from cloudfront', APP]);
    const missing = await ask(edge.url, '/missing', from(APP));
    expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([403, APP]);
  });

  test('unconfirmed: are not on what a function answers at the viewer request', async () => {
    const code = 'function handler() { return { statusCode: 200 }; }';
    expect(await corsOf(withCors({}, { code }), from(APP))).toEqual({});
  });

  test('a policy without them adds none, and no Vary', async () => {
    expect(await corsOf(template({ responseHeadersPolicy: {} }), from(APP))).toEqual({});
  });

  test('all are read: nothing of the policy is left for the notices', () => {
    expect(readTemplate(withCors({})).notices).toEqual([]);
  });

  test.each(
    documented(
      [
        'https://example.*',
        'https://test.*.example.org',
        'https://exa*mple.org',
        'https://*',
        'https://a.example/x',
      ].map((request) => ({ request, expected: 'ERR_TEMPLATE_INVALID', see: SEE })),
    ),
  )('$kind: $request is refused ($see)', ({ request: origin, expected: code }) => {
    expect(() => readTemplate(withCors({ AccessControlAllowOrigins: items(origin) }))).toThrow(
      expect.objectContaining({
        code,
        message: `ResponseHeadersPolicy.ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowOrigins: expected *, or an origin such as https://*.example.com, got ${JSON.stringify(origin)}`,
      }),
    );
  });
});

test('documented: what is removed and set is there, as it was set', async () => {
  const policy = {
    RemoveHeadersConfig: { Items: [{ Header: 'ETag' }, { Header: 'X-Set' }] },
    CustomHeadersConfig: { Items: [{ Header: 'X-Set', Value: '1', Override: false }] },
  };
  const edge = await bench.start({ template: template({ responseHeadersPolicy: policy }) });
  const { headers } = await ask(edge.url, '/film.mp4');
  expect([headers.etag, headers['x-set']]).toEqual([undefined, '1']);
});
