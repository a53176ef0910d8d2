/** A Lambda@Edge function at the origin request. `see` is a section of the reference of CloudFront. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { lambdaBundle } from '../support/function-bodies.ts';
import { documented, type Row } from '../support/rows.ts';
import { type TemplateInit, template } from '../support/template.ts';

const EXECUTION = 'LambdaExecutionError from cloudfront';
const VALIDATION = 'LambdaValidationError from cloudfront';
const GENERATED = 'LambdaGeneratedResponse from cloudfront';
const MISS = 'Miss from cloudfront';
const HIT = 'Hit from cloudfront';
const ERROR = 'Error from cloudfront';

const IRELAND = 'films-111122223333.s3.eu-west-1.amazonaws.com';
const CUSTOM =
  '{ domainName: "IRELAND", path: "", port: 443, protocol: "https", keepaliveTimeout: 5, readTimeout: 30, sslProtocols: ["TLSv1.2"], customHeaders: {} }';
/** A custom origin with something else in it. */
const custom = (changes: string) => `request.origin = { custom: { ...${CUSTOM}, ${changes} } }; return request;`;
const s3 = (change: string) => `request.origin.s3.${change}; return request;`;
const header = (name: string, value = 'x') =>
  `request.headers[${JSON.stringify(name)}] = [{ value: ${JSON.stringify(value)} }]; return request;`;

const BODIES: Readonly<Record<string, string>> = {
  event: 'return { status: "200", body: JSON.stringify(event) };',
  throws: 'throw new Error("no");',
  loops: 'for (;;) {}',
  exits: 'process.exit(1);',
  nothing: 'return;',
  method: 'request.method = "HEAD"; return request;',
  'client-ip': 'request.clientIp = "192.0.2.1"; return request;',
  slash: 'request.uri = "film.mp4"; return request;',
  film: 'request.uri = "/film.mp4"; return request;',
  query: 'request.querystring = "b=2"; return request;',
  'query-space': 'request.querystring = "a b"; return request;',
  host: header('host', 'www.example.com'),
  'header-added': header('x-added', '1'),
  case: header('X-A'),
  disallowed: header('x-edge-me'),
  ...Object.fromEntries(
    [
      'accept-encoding',
      'cdn-loop',
      'content-length',
      'if-modified-since',
      'if-none-match',
      'if-range',
      'if-unmodified-since',
      'transfer-encoding',
      'via',
    ].map((name) => [`ro-${name}`, header(name)]),
  ),
  'no-via': 'delete request.headers.via; return request;',
  'no-origin': 'delete request.origin; return request;',
  ireland: 'request.uri = "/film.mp4"; request.origin.s3.domainName = "IRELAND"; return request;',
  unknown: 'request.origin.s3.domainName = "elsewhere.example.com"; return request;',
  'path-added': s3('path = "/private"'),
  'path-slash': s3('path = "/private/"'),
  'path-bare': s3('path = "private"'),
  'custom-header': s3('customHeaders["x-mine"] = [{ value: "1" }]'),
  'custom-denied': s3('customHeaders["x-amz-mine"] = [{ value: "1" }]'),
  'custom-value': s3('customHeaders["x-mine"] = [{ value: "x".repeat(1783) }]'),
  'custom-value-over': s3('customHeaders["x-mine"] = [{ value: "x".repeat(1784) }]'),
  'custom-many': s3('customHeaders = Object.fromEntries([...Array(30)].map((_, i) => ["x-" + i, [{ value: "1" }]]))'),
  'custom-too-many': s3(
    'customHeaders = Object.fromEntries([...Array(31)].map((_, i) => ["x-" + i, [{ value: "1" }]]))',
  ),
  'custom-twice': s3('customHeaders["user-agent"] = [{ value: "1" }]'),
  'auth-other': s3('authMethod = "origin-access-control"'),
  'auth-region': s3('authMethod = "origin-access-identity"'),
  'auth-identity':
    'Object.assign(request.origin.s3, { authMethod: "origin-access-identity", region: "eu-west-1" }); return request;',
  'both-origins': `request.origin.custom = ${CUSTOM}; return request;`,
  'neither-origin': 'request.origin = {}; return request;',
  custom: custom(''),
  'port-80': custom('port: 80'),
  'port-1023': custom('port: 1023'),
  'port-1024': custom('port: 1024'),
  'port-65535': custom('port: 65535'),
  'port-65536': custom('port: 65536'),
  'port-text': custom('port: "443"'),
  'protocol-match': custom('protocol: "match-viewer"'),
  'protocol-http': custom('protocol: "http"'),
  'read-0': custom('readTimeout: 0'),
  'read-1': custom('readTimeout: 1'),
  'read-120': custom('readTimeout: 120'),
  'read-121': custom('readTimeout: 121'),
  'keep-0': custom('keepaliveTimeout: 0'),
  'keep-120': custom('keepaliveTimeout: 120'),
  'keep-121': custom('keepaliveTimeout: 121'),
  'completion-0': custom('responseCompletionTimeout: 0'),
  'completion-29': custom('responseCompletionTimeout: 29'),
  'completion-30': custom('responseCompletionTimeout: 30'),
  'ssl-other': custom('sslProtocols: ["TLSv1.3"]'),
  'domain-address': custom('domainName: "192.0.2.1"'),
  'domain-port': custom('domainName: "a.example.com:80"'),
  made: 'return { status: "200", headers: { "content-type": [{ value: "text/plain" }] }, body: "made " + Math.random() };',
  'made-uncached':
    'return { status: "200", headers: { "cache-control": [{ value: "no-store" }] }, body: "made " + Math.random() };',
  'made-503': 'return { status: "503", body: "made" };',
  'status-199': 'return { status: "199" };',
  'status-600': 'return { status: "600" };',
  'no-content': 'return { status: "204" };',
  'made-quota': 'return { status: "200", headers: { a: [{ value: "b" }] }, body: "x".repeat(1048574) };',
  'made-over': 'return { status: "200", headers: { a: [{ value: "b" }] }, body: "x".repeat(1048575) };',
  'made-headers': 'return { status: "200", headers: { a: [{ value: "x".repeat(32763) }] } };',
  'made-headers-over': 'return { status: "200", headers: { a: [{ value: "x".repeat(32764) }] } };',
  'made-via': 'return { status: "200", headers: { via: [{ value: "x" }] } };',
};

const BUNDLES = {
  'origin-request.js': lambdaBundle(BODIES).replaceAll('IRELAND', IRELAND),
  'origin-response.js': `exports.handler = async ({ Records: [{ cf }] }) => {
    cf.response.headers['x-response-ran'] = [{ value: JSON.stringify(cf.request.origin) }];
    return cf.response;
  };`,
  'counter.js': `let runs = 0; exports.handler = async ({ Records: [{ cf: { request } }] }) => {
    console.log('run ' + ++runs + ' for ' + request.origin.s3.domainName.split('.')[2]);
    return request;
  };`,
};
const INIT: TemplateInit = {
  lambdas: { 'origin-request': 'functions/lambda-edge/origin-request.handler' },
  handler: 'functions/lambda-edge/origin-response.handler',
  timeoutSeconds: 1,
};

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template(INIT), BUNDLES);
  edge = await bench.start();
});
afterAll(() => bench.close());

const received = (region = 'us-east-1', of = edge) => of.buckets.get(region)?.received.at(-1);

test('that nothing stands in for an origin is said once it is asked: the function might have answered', async () => {
  const bare = await bench.start({ origins: {} });
  expect(bare.notices.filter((notice) => notice.startsWith('origin '))).toEqual([]);
  await ask(bare.url, '/film.mp4');
  expect(bare.lines.join()).toContain('origin us-east-1: nothing stands in for ');
});

describe('what the function returns', () => {
  const rows = documented<Row<string, { status: number; xCache: string }>>([
    { request: '/throws', expected: { status: 503, xCache: EXECUTION }, see: '3.4' },
    { request: '/loops', expected: { status: 503, xCache: EXECUTION }, see: '3.3' },
    { request: '/exits', expected: { status: 503, xCache: EXECUTION }, see: '3.4' },
    { request: '/nothing', expected: { status: 502, xCache: VALIDATION }, see: '3.4' },
    { request: '/method', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/client-ip', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/slash', expected: { status: 502, xCache: VALIDATION }, see: '1.1' },
    { request: '/query-space', expected: { status: 502, xCache: VALIDATION }, see: '1.9' },
    { request: '/case', expected: { status: 502, xCache: VALIDATION }, see: '1.9' },
    { request: '/disallowed', expected: { status: 502, xCache: VALIDATION }, see: '1.9' },
    ...Object.keys(BODIES)
      .filter((name) => name.startsWith('ro-'))
      .map((name) => ({ request: `/${name}`, expected: { status: 502, xCache: VALIDATION }, see: '1.9' })),
    { request: '/no-via', expected: { status: 502, xCache: VALIDATION }, see: '1.9' },
    { request: '/host', expected: { status: 403, xCache: ERROR }, see: '1.9' },
    { request: '/no-origin', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/unknown', expected: { status: 502, xCache: ERROR }, see: '4.3' },
    { request: '/path-slash', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/path-bare', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/custom-denied', expected: { status: 502, xCache: VALIDATION }, see: '6.4' },
    { request: '/custom-value', expected: { status: 403, xCache: ERROR }, see: '6.4' },
    { request: '/custom-value-over', expected: { status: 502, xCache: VALIDATION }, see: '6.4' },
    { request: '/custom-many', expected: { status: 403, xCache: ERROR }, see: '6.4' },
    { request: '/custom-too-many', expected: { status: 502, xCache: VALIDATION }, see: '6.4' },
    { request: '/custom-twice', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/auth-other', expected: { status: 502, xCache: VALIDATION }, see: '3.2' },
    { request: '/auth-region', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/auth-identity', expected: { status: 403, xCache: ERROR }, see: '3.2' },
    { request: '/both-origins', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/neither-origin', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/custom', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/port-80', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/port-1023', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/port-1024', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/port-65535', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/port-65536', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/port-text', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/protocol-http', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/protocol-match', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/read-0', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/read-1', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/read-120', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/read-121', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/keep-0', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/keep-120', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/keep-121', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/completion-0', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/completion-29', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/completion-30', expected: { status: 403, xCache: ERROR }, see: '3.1' },
    { request: '/ssl-other', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/domain-address', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/domain-port', expected: { status: 502, xCache: VALIDATION }, see: '3.1' },
    { request: '/status-199', expected: { status: 502, xCache: VALIDATION }, see: '3.4' },
    { request: '/status-600', expected: { status: 502, xCache: VALIDATION }, see: '3.4' },
    { request: '/no-content', expected: { status: 204, xCache: GENERATED }, see: '3.4' },
    { request: '/made-quota', expected: { status: 200, xCache: GENERATED }, see: '3.3' },
    { request: '/made-over', expected: { status: 502, xCache: VALIDATION }, see: '3.3' },
    { request: '/made-headers', expected: { status: 200, xCache: GENERATED }, see: '1.8' },
    { request: '/made-headers-over', expected: { status: 502, xCache: VALIDATION }, see: '1.8' },
    { request: '/made-via', expected: { status: 502, xCache: VALIDATION }, see: '1.9' },
  ]);

  test.each(rows)('$kind: $request: $expected ($see)', async ({ request, expected }) => {
    const { status, headers } = await ask(edge.url, request);
    expect({ status, xCache: headers['x-cache'] }).toEqual(expected);
  });

  test('is on the page of a refusal (3.4)', async () => {
    expect((await ask(edge.url, '/port-1023')).body).toContain(
      'The Lambda function result failed validation: request.origin: port is not 80, 443 or from 1024 to 65535.',
    );
    expect((await ask(edge.url, '/unknown')).body).toContain(
      "CloudFront wasn't able to resolve the origin domain name.",
    );
  });
});

describe('a changed request', () => {
  test.each<{ request: string; expected: object; region?: string; see: string }>([
    { request: '/film', expected: { target: '/film.mp4' }, see: '7.4' },
    { request: '/query?a=1', expected: { target: '/query?b=2' }, see: '1.9' },
    { request: '/host', expected: { headers: { host: 'www.example.com' } }, see: '1.9' },
    { request: '/header-added', expected: { headers: { 'x-added': '1' } }, see: '3.1' },
    { request: '/path-added', expected: { target: '/private/path-added' }, see: '3.1' },
    { request: '/custom-header', expected: { headers: { 'x-mine': '1' } }, see: '3.1' },
    {
      request: '/ireland',
      expected: { target: '/film.mp4', headers: { host: expect.stringContaining('us-east-1') } },
      region: 'eu-west-1',
      see: '3.2',
    },
    { request: '/custom', expected: { target: '/custom' }, region: 'eu-west-1', see: '3.1' },
  ])('$request reaches the origin as $expected ($see)', async ({ request, expected, region }) => {
    await ask(edge.url, request);
    expect(received(region)).toMatchObject(expected);
  });

  test('has its cache key from before (7.4)', async () => {
    const fresh = await bench.start();
    expect((await ask(fresh.url, '/film')).headers['x-cache']).toBe(MISS);
    expect((await ask(fresh.url, '/film')).headers['x-cache']).toBe(HIT);
    expect((await ask(fresh.url, '/film.mp4')).headers['x-cache']).toBe(MISS);
  });

  test('shows its origin to the origin response (3.1)', async () => {
    const { headers } = await ask(edge.url, '/ireland');
    expect(JSON.parse(String(headers['x-response-ran']))).toMatchObject({ s3: { domainName: IRELAND } });
  });
});

describe('the event', () => {
  const POLICY = {
    HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Mine'] },
    QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['a'] },
  };

  test('is the request as the origin is about to get it (3.1)', async () => {
    const { body } = await ask(edge.url, '/event?a=1', { headers: { 'x-other': '1', 'x-forwarded-for': '192.0.2.9' } });
    const { request } = JSON.parse(body).Records[0].cf;
    expect(request).toEqual({
      clientIp: '127.0.0.1',
      headers: {
        host: [{ key: 'Host', value: expect.stringMatching(/^films-.*us-east-1/) }],
        'user-agent': [{ key: 'User-Agent', value: 'Amazon CloudFront' }],
        via: [{ key: 'Via', value: expect.stringMatching(/^2\.0 .*\(CloudFront\)$/) }],
        'x-forwarded-for': [{ key: 'X-Forwarded-For', value: '192.0.2.9, 127.0.0.1' }],
      },
      method: 'GET',
      origin: {
        s3: {
          authMethod: 'none',
          customHeaders: {},
          domainName: expect.stringMatching(/^films-.*us-east-1/),
          path: '',
          readTimeout: 5,
          region: '',
          responseCompletionTimeout: 5,
        },
      },
      querystring: '',
      uri: '/event',
    });
  });

  test.each([
    { behavior: { QueryStringBehavior: 'all' }, request: '/event?a=1&b=2', expected: 'a=1&b=2' },
    { behavior: POLICY.QueryStringsConfig, request: '/event?a=1&b=2', expected: '' },
  ])(
    'has the query string where a policy forwards all of it: $behavior (3.4)',
    async ({ behavior, request, expected }) => {
      const originRequestPolicy = { ...POLICY, QueryStringsConfig: behavior };
      const forwarding = await bench.start({ template: template({ ...INIT, originRequestPolicy }) });
      const { body } = await ask(forwarding.url, request);
      expect(JSON.parse(body).Records[0].cf.request.querystring).toBe(expected);
    },
  );

  test('leaves a query string that it does not show (3.4)', async () => {
    const forwarding = await bench.start({ template: template({ ...INIT, originRequestPolicy: POLICY }) });
    await ask(forwarding.url, '/x?a=1&b=2');
    expect(received('us-east-1', forwarding)?.target).toBe('/x?a=1');
  });

  test("has an origin's custom headers there, and not among the request's (3.1)", async () => {
    const init = template({ ...INIT, originRequestPolicy: POLICY });
    const [origin] = init.Resources.Distribution.Properties.DistributionConfig.Origins;
    Object.assign(origin as object, { OriginCustomHeaders: [{ HeaderName: 'X-Mine', HeaderValue: 'origin' }] });
    const forwarding = await bench.start({ template: init });
    const { body } = await ask(forwarding.url, '/event', { headers: { 'x-mine': 'viewer' } });
    const { headers, origin: shown } = JSON.parse(body).Records[0].cf.request;
    expect([headers['x-mine'], shown.s3.customHeaders]).toEqual([
      undefined,
      { 'x-mine': [{ key: 'X-Mine', value: 'origin' }] },
    ]);
    await ask(forwarding.url, '/x', { headers: { 'x-mine': 'viewer' } });
    expect(received('us-east-1', forwarding)?.headers['x-mine']).toBe('origin');
  });
});

describe('an answer of the function', () => {
  test('is cached, without an origin and without the origin response (3.4)', async () => {
    const fresh = await bench.start();
    const first = await ask(fresh.url, '/made');
    const again = await ask(fresh.url, '/made');
    expect([first.headers['x-cache'], again.headers['x-cache'], again.body]).toEqual([GENERATED, HIT, first.body]);
    expect([first.headers['content-type'], first.headers['x-response-ran']]).toEqual(['text/plain', undefined]);
    expect([received('us-east-1', fresh), fresh.requests[0]?.attempts]).toEqual([undefined, []]);
  });

  test('is not cached where its headers forbid it (7.2)', async () => {
    const first = await ask(edge.url, '/made-uncached');
    expect((await ask(edge.url, '/made-uncached')).body).not.toBe(first.body);
  });

  test('ends the request, also with a status that an origin would fail over by', async () => {
    const { status, body } = await ask(edge.url, '/made-503');
    expect([status, body]).toEqual([503, 'made']);
    expect(edge.requests.at(-1)?.attempts).toEqual([]);
  });
});

describe('it runs', () => {
  const COUNTING = template({ lambdas: { 'origin-request': 'functions/lambda-edge/counter.handler' } });

  test('on misses alone (3.4)', async () => {
    const counting = await bench.start({ template: COUNTING });
    for (const _ of ['miss', 'hit']) await ask(counting.url, '/film.mp4');
    expect(counting.lines).toEqual(['run 1 for us-east-1']);
  });

  test('once for each origin that is asked (3.5)', async () => {
    const counting = await bench.start({ template: COUNTING });
    await counting.buckets.get('us-east-1')?.setFault({ kind: 'status', status: 503 });
    expect((await ask(counting.url, '/film.mp4')).body).toBe('film.mp4 from eu-west-1');
    expect(counting.lines).toEqual(['run 1 for us-east-1', 'run 2 for eu-west-1']);
  });
});
