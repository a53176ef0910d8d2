/** What a response headers policy makes of an answer. Marked: documented, observed, or decided here (docs/fidelity.md). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

const HANDLER = 'functions/lambda-edge/origin.handler';
const APP = 'https://app.example.com';

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

  test.each<{ name: string; changes?: object; asked: Asked; expected: object }>([
    { name: 'documented: a listed origin', asked: from(APP), expected: SIMPLE },
    { name: 'documented: its preflight', asked: from(APP, 'OPTIONS'), expected: PREFLIGHT },
    { name: 'documented: no Origin', asked: {}, expected: { vary: 'Origin' } },
    {
      name: 'decided: an origin that is not listed',
      asked: from('https://evil.example'),
      expected: { vary: 'Origin' },
    },
    { name: 'decided: its preflight', asked: from('https://evil.example', 'OPTIONS'), expected: { vary: 'Origin' } },
    { name: 'decided: the origin of a sandbox', asked: from('null'), expected: { vary: 'Origin' } },
    {
      name: 'documented: *',
      changes: { AccessControlAllowOrigins: items('*'), AccessControlAllowCredentials: false },
      asked: from('https://any.example'),
      expected: { 'allow-origin': '*', 'expose-headers': 'ETag, X-Origin-Region', vary: 'Origin' },
    },
    {
      name: 'documented: no credentials, no age, nothing exposed',
      changes: {
        AccessControlAllowCredentials: false,
        AccessControlMaxAgeSec: undefined,
        AccessControlExposeHeaders: undefined,
      },
      asked: from(APP, 'OPTIONS'),
      expected: {
        'allow-origin': APP,
        'allow-headers': 'Authorization, X-Mine',
        'allow-methods': 'GET, OPTIONS',
        vary: 'Origin',
      },
    },
    {
      name: 'an age of 0',
      changes: { AccessControlMaxAgeSec: 0 },
      asked: from(APP, 'OPTIONS'),
      expected: { ...PREFLIGHT, 'max-age': '0' },
    },
    {
      name: 'documented: all methods, all headers',
      changes: { AccessControlAllowMethods: items('ALL'), AccessControlAllowHeaders: items('*') },
      asked: from(APP, 'OPTIONS'),
      expected: {
        ...PREFLIGHT,
        'allow-headers': '*',
        'allow-methods': 'GET, DELETE, HEAD, OPTIONS, PATCH, POST, PUT',
      },
    },
  ])('$name', async ({ changes = {}, asked, expected }) => {
    expect(await corsOf(withCors(changes), asked)).toEqual(expected);
  });

  test.each<{ allowed: string; origin: string; isAllowed: boolean }>([
    { allowed: 'http://*.example.org', origin: 'http://www.example.org', isAllowed: true },
    { allowed: 'http://*.example.org', origin: 'http://a.b.example.org', isAllowed: true },
    { allowed: 'http://*.example.org', origin: 'http://example.org', isAllowed: false },
    { allowed: 'http://*.example.org', origin: 'http://evilexample.org', isAllowed: false },
    { allowed: 'http://*.example.org', origin: 'http://www.example.org.evil.example', isAllowed: false },
    { allowed: 'http://*.example.org', origin: 'https://www.example.org', isAllowed: false },
    { allowed: 'http://*.example.org', origin: 'http://www.example.org:123', isAllowed: false },
    { allowed: 'example.org', origin: 'http://example.org', isAllowed: true },
    { allowed: 'example.org', origin: 'https://example.org', isAllowed: true },
    { allowed: 'example.org', origin: 'https://www.example.org', isAllowed: false },
    { allowed: 'example.org', origin: 'example.org', isAllowed: false },
    { allowed: 'http://example.org:*', origin: 'http://example.org', isAllowed: true },
    { allowed: 'http://example.org:*', origin: 'http://example.org:8080', isAllowed: true },
    { allowed: 'http://example.org:1*3', origin: 'http://example.org:1893', isAllowed: true },
    { allowed: 'http://example.org:1*3', origin: 'http://example.org:1894', isAllowed: false },
    { allowed: 'HTTP://Example.org', origin: 'http://example.org', isAllowed: true },
  ])('$allowed allows $origin: $isAllowed', async ({ allowed, origin, isAllowed }) => {
    const cors = await corsOf(withCors({ AccessControlAllowOrigins: items(allowed) }), from(origin));
    expect(cors['allow-origin']).toBe(isAllowed ? origin : undefined);
  });

  test.each([
    { override: false, origin: 'https://origin.example.com' },
    { override: true, origin: APP },
  ])("documented: with override $override, beside the origin's own: $origin", async ({ override, origin }) => {
    const init = withCors({ OriginOverride: override }, { handler: HANDLER });
    expect(await corsOf(init, from(APP))).toMatchObject({
      'allow-origin': origin,
      'allow-credentials': 'true',
      vary: 'Accept-Encoding, Origin',
    });
  });

  test.each([
    { file: 'vary-origin', vary: 'Accept, ORIGIN' },
    { file: 'vary-all', vary: '*' },
  ])('decided: a Vary that says so already stays: $vary', async ({ file, vary }) => {
    // What is not forwarded is taken out of `Vary` before.
    const originRequestPolicy = { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept', 'Origin'] } };
    const init = withCors({}, { handler: `functions/lambda-edge/${file}.handler`, originRequestPolicy });
    expect(await corsOf(init)).toEqual({ vary });
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

  test.each([
    'https://example.*',
    'https://test.*.example.org',
    'https://exa*mple.org',
    'https://*',
    'https://a.example/x',
  ])('documented: %s is refused', (origin) => {
    expect(() => readTemplate(withCors({ AccessControlAllowOrigins: items(origin) }))).toThrow(
      expect.objectContaining({
        code: 'ERR_TEMPLATE_INVALID',
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
