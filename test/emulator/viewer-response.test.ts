/** Functions of either kind at the viewer response. `see` is a section of the reference of CloudFront. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { lambdaBundle } from '../support/function-bodies.ts';
import { documented } from '../support/rows.ts';
import { type TemplateInit, template } from '../support/template.ts';

const MISS = 'Miss from cloudfront';
const HIT = 'Hit from cloudfront';

/** What each does to the answer to `/film.mp4/<name>`, for Lambda@Edge. */
const LAMBDAS: Readonly<Record<string, string>> = {
  event: 'response.headers["x-event"] = [{ value: JSON.stringify(event) }]; return response;',
  same: 'return response;',
  added: 'response.headers["x-added"] = [{ value: "1" }]; return response;',
  removed: 'delete response.headers["last-modified"]; return response;',
  policed:
    'response.headers["x-policy"] = [{ value: response.headers["x-policy"] ? "seen" : "unseen" }]; return response;',
  throws: 'throw new Error("no");',
  loops: 'for (;;) {}',
  exits: 'process.exit(1);',
  nothing: 'return;',
  request: 'return request;',
  status: 'response.status = "201"; return response;',
  'status-number': 'response.status = 200; return response;',
  body: 'response.body = "x"; return response;',
  case: 'response.headers["X-A"] = [{ value: "1" }]; return response;',
  'no-list': 'response.headers["x-a"] = { value: "1" }; return response;',
  disallowed: 'response.headers["x-cache"] = [{ value: "1" }]; return response;',
  warning: 'response.headers.warning = [{ value: "1" }]; return response;',
  via: 'response.headers.via = [{ value: "1" }]; return response;',
  length: 'response.headers["content-length"] = [{ value: "1" }]; return response;',
  'no-length': 'delete response.headers["content-length"]; return response;',
  encoding: 'response.headers["content-encoding"] = [{ value: "gzip" }]; return response;',
  transfer: 'response.headers["transfer-encoding"] = [{ value: "chunked" }]; return response;',
  large: 'response.headers = { ...KEPT(response), a: [{ value: "x".repeat(32000) }] }; return response;',
};

/** The same for a CloudFront Function. */
const SCRIPTS: Readonly<Record<string, string>> = {
  event: 'response.headers["x-event"] = { value: JSON.stringify(event) }; return response;',
  same: 'return response;',
  added: 'response.headers["x-added"] = { value: "1" }; return response;',
  removed: 'delete response.headers["last-modified"]; return response;',
  policed:
    'response.headers["x-policy"] = { value: response.headers["x-policy"] ? "seen" : "unseen" }; return response;',
  throws: 'throw new Error("no");',
  loops: 'for (;;) {}',
  nothing: 'return;',
  request: 'return event.request;',
  event_: 'return event;',
  status: 'response.statusCode = 201; return response;',
  'status-text': 'response.statusCode = "200"; return response;',
  body: 'response.body = "replaced"; return response;',
  'body-base64': 'response.body = { encoding: "base64", data: "aMOpbGxv" }; return response;',
  'body-bad': 'response.body = { encoding: "base64", data: "h~llo" }; return response;',
  'body-empty': 'response.body = ""; return response;',
  case: 'response.headers["X-A"] = { value: "1" }; return response;',
  disallowed: 'response.headers["x-cache"] = { value: "1" }; return response;',
  warning: 'response.headers.warning = { value: "1" }; return response;',
  via: 'response.headers.via = { value: "1" }; return response;',
  length: 'response.headers["content-length"] = { value: "1" }; return response;',
  encoding: 'response.headers["content-encoding"] = { value: "identity" }; return response;',
  place: 'response.headers["x-place"] = { value: "[" + cf.edgeLocation.region + "]" }; return response;',
  cookie: 'response.cookies.a = { value: "1", attributes: "Secure; Path=/" }; return response;',
  cookies:
    'response.cookies.a = { value: "1", multiValue: [{ value: "1" }, { value: "2", attributes: "Path=/x" }] }; return response;',
  'cookie-first': 'response.cookies.old.value = "9"; return response;',
  'cookie-many': 'response.cookies.old.multiValue = [{ value: "7" }]; return response;',
  'cookie-gone': 'response.cookies = {}; return response;',
};

const script = `import cf from 'cloudfront';
function handler(event) {
  const request = event.request;
  const response = event.response;
  const name = request.uri === '/film.mp4' && request.querystring.run ? request.querystring.run.value : '';
${Object.entries(SCRIPTS)
  .map(([name, body]) => `  if (name === ${JSON.stringify(name)}) { ${body} }`)
  .join('\n')}
  return response;
}`;

const HANDLERS = {
  viewer: 'functions/lambda-edge/viewer-response.handler',
  response: 'functions/lambda-edge/origin-response.handler',
};
const BUNDLES = {
  'viewer-response.js': `const KEPT = ({ headers: { 'content-length': length } }) => ({ 'content-length': length });
${lambdaBundle(LAMBDAS).replace("request.uri.split('/')[1]", "request.querystring.replace('run=', '')")}`,
  'origin-response.js': `exports.handler = async ({ Records: [{ cf: { response } }] }) => {
    response.headers['set-cookie'] = [{ value: 'old=1; Path=/' }, { value: 'old=2' }, { value: 'other=a=b' }];
    return response;
  };`,
  'origin-request.js': 'exports.handler = async () => ({ status: "200", body: "made" });',
};

const COOKIES = { CookiesConfig: { CookieBehavior: 'all' } };
const INITS: Readonly<Record<string, TemplateInit>> = {
  'Lambda@Edge': { lambdas: { 'viewer-response': HANDLERS.viewer }, timeoutSeconds: 1 },
  'CloudFront Functions': { scripts: { 'viewer-response': script } },
};
const init = (kind: string, more: TemplateInit = {}) => template({ ...INITS[kind], ...more });

let bench: TestBench;
const edges = new Map<string, TestEdge>();
beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
  for (const kind of Object.keys(INITS)) edges.set(kind, await bench.start({ template: init(kind) }));
});
afterAll(() => bench.close());

const askFor = (kind: string, name: string, asked: Asked = {}) =>
  ask(edges.get(kind)?.url ?? '', `/film.mp4?run=${name}`, asked);

const ok = {
  status: 200,
  xCache: expect.stringMatching(/^(Hit|Miss) from cloudfront$/),
  body: 'film.mp4 from us-east-1',
};
const page = expect.stringContaining('The request could not be satisfied');
const failed = (kind: string, status: number) => ({
  status,
  xCache: `${kind}${status === 502 ? 'Validation' : 'Execution'}Error from cloudfront`,
  body: page,
});

describe.each([
  {
    kind: 'Lambda@Edge',
    rows: documented([
      { request: 'same', expected: ok, see: '3.4' },
      { request: 'throws', expected: failed('Lambda', 503), see: '3.4' },
      { request: 'loops', expected: failed('Lambda', 503), see: '3.3' },
      { request: 'exits', expected: failed('Lambda', 503), see: '3.4' },
      { request: 'nothing', expected: failed('Lambda', 502), see: '3.4' },
      { request: 'request', expected: failed('Lambda', 502), see: '3.4' },
      { request: 'status', expected: failed('Lambda', 502), see: '3.4' },
      { request: 'status-number', expected: ok, see: '3.1' },
      { request: 'body', expected: failed('Lambda', 502), see: '3.4' },
      { request: 'case', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'no-list', expected: failed('Lambda', 502), see: '3.1' },
      { request: 'disallowed', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'warning', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'via', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'length', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'no-length', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'encoding', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'transfer', expected: failed('Lambda', 502), see: '1.9' },
      { request: 'large', expected: ok, see: '1.8' },
    ]),
  },
  {
    kind: 'CloudFront Functions',
    rows: documented([
      { request: 'same', expected: ok, see: '1.1' },
      { request: 'throws', expected: failed('Function', 503), see: '1.7' },
      { request: 'loops', expected: failed('Function', 503), see: '1.7' },
      { request: 'nothing', expected: failed('Function', 502), see: '1.7' },
      { request: 'request', expected: failed('Function', 502), see: '1.1' },
      { request: 'event_', expected: failed('Function', 502), see: '1.1' },
      { request: 'status', expected: { ...ok, status: 201 }, see: '1.1' },
      { request: 'status-text', expected: failed('Function', 502), see: '1.1' },
      { request: 'body', expected: { ...ok, body: 'replaced' }, see: '1.1' },
      { request: 'body-base64', expected: { ...ok, body: 'héllo' }, see: '1.1' },
      { request: 'body-bad', expected: failed('Function', 502), see: '1.1' },
      { request: 'body-empty', expected: { ...ok, body: '' }, see: '1.1' },
      { request: 'case', expected: failed('Function', 502), see: '1.7' },
      { request: 'disallowed', expected: failed('Function', 502), see: '1.9' },
      { request: 'warning', expected: failed('Function', 502), see: '1.9' },
      { request: 'via', expected: failed('Function', 502), see: '1.9' },
      { request: 'length', expected: ok, see: '1.9' },
      { request: 'encoding', expected: ok, see: '1.9' },
    ]),
  },
])('$kind at the viewer response', ({ kind, rows }) => {
  test.each(rows)('$kind: $request: $expected.status ($see)', async ({ request, expected }) => {
    const { status, headers, body } = await askFor(kind, request);
    expect({ status, xCache: headers['x-cache'], body }).toEqual(expected);
  });

  test('changes headers, and not those in the cache (11)', async () => {
    const added = await askFor(kind, 'added');
    expect(added.headers).toMatchObject({ 'x-added': '1', 'last-modified': expect.anything() });
    const removed = await askFor(kind, 'removed');
    expect([removed.headers['x-added'], removed.headers['last-modified']]).toEqual([undefined, undefined]);
  });

  test('runs on a hit, and after a fault on a miss the answer is in the cache (1.2)', async () => {
    const edge = await bench.start({ template: init(kind) });
    expect((await ask(edge.url, '/film.mp4?run=throws')).status).toBe(503);
    const { headers } = await ask(edge.url, '/film.mp4?run=added');
    expect([headers['x-cache'], headers['x-added']]).toEqual([HIT, '1']);
  });

  test.each([
    { status: 399, expected: '1' },
    { status: 400, expected: undefined },
    { status: 500, expected: undefined },
  ])('runs up to status 399: $status (1.2)', async ({ status, expected }) => {
    const bundles = {
      ...BUNDLES,
      'status.js': `exports.handler = async ({ Records: [{ cf: { response } }] }) => ({ ...response, status: "${status}" });`,
    };
    const other = await plainBench(init(kind, { handler: 'functions/lambda-edge/status.handler' }), bundles);
    const edge = await other.start();
    const { headers } = await ask(edge.url, '/film.mp4?run=added');
    await other.close();
    expect(headers['x-added']).toBe(expected);
  });

  test.each([
    { name: 'what the viewer is refused', asked: { method: 'DELETE' }, expected: 403 },
    { name: 'an origin that cannot be reached', asked: {}, fault: { kind: 'refuse' as const }, expected: 502 },
  ])('does not run on $name (0)', async ({ asked, fault, expected }) => {
    const edge = await bench.start({ template: init(kind, { behavior: { TargetOriginId: 'us-east-1' } }) });
    if (fault !== undefined) await edge.buckets.get('us-east-1')?.setFault(fault);
    const { status, headers } = await ask(edge.url, '/film.mp4?run=added', asked);
    expect([status, headers['x-added']]).toEqual([expected, undefined]);
  });

  test('runs on what the function at the origin request answers (3.4)', async () => {
    const { lambdas } = INITS[kind] as TemplateInit;
    const made = { ...lambdas, 'origin-request': 'functions/lambda-edge/origin-request.handler' };
    const edge = await bench.start({ template: init(kind, { lambdas: made }) });
    const { body, headers } = await ask(edge.url, '/film.mp4?run=added');
    expect([body, headers['x-added']]).toEqual(['made', '1']);
  });

  test.each([
    { responseHeadersPolicy: undefined, expected: 'policy' },
    { responseHeadersPolicy: 'after-viewer-response' as const, expected: 'policy' },
    { responseHeadersPolicy: 'before-viewer-response' as const, expected: 'seen' },
  ])('comes before or after the policy: $responseHeadersPolicy (12)', async ({ responseHeadersPolicy, expected }) => {
    const CustomHeadersConfig = { Items: [{ Header: 'X-Policy', Value: 'policy', Override: true }] };
    const edge = await bench.start({
      template: init(kind, { responseHeadersPolicy: { CustomHeadersConfig } }),
      ...(responseHeadersPolicy !== undefined && { responseHeadersPolicy }),
    });
    expect((await ask(edge.url, '/film.mp4?run=policed')).headers['x-policy']).toBe(expected);
  });

  test('sees the answer without what CloudFront takes out or adds later, and the request (1.1, 3.1)', async () => {
    await askFor(kind, 'same');
    const { headers } = await askFor(kind, 'event', { headers: { host: 'www.example.com' }, cookie: 'a=1' });
    const seen = String(headers['x-event']);
    for (const hidden of ['x-amz-id-2', 'x-cache', 'x-amz-cf-id', '"via"']) expect(seen).not.toContain(hidden);
    for (const shown of ['www.example.com', 'viewer-response', 'etag', '"age"']) expect(seen).toContain(shown);
  });
});

test('a viewer request that answers leaves nothing for the viewer response (0)', async () => {
  const code = 'function handler() { return { statusCode: 200 }; }';
  const edge = await bench.start({ template: init('CloudFront Functions', { code }) });
  expect((await ask(edge.url, '/film.mp4?run=added')).headers['x-added']).toBeUndefined();
});

test('a viewer response sees the request as the viewer request left it (3.1)', async () => {
  const code = 'function handler(event) { event.request.querystring = "run=added"; return event.request; }';
  const edge = await bench.start({ template: init('CloudFront Functions', { code }) });
  expect((await ask(edge.url, '/film.mp4')).headers['x-added']).toBe('1');
});

test('a CloudFront Function is not told at the viewer response where it runs (2.4)', async () => {
  expect((await askFor('CloudFront Functions', 'place')).headers['x-place']).toBe('[undefined]');
});

test('HEAD has the length of the body that the function wrote (1.1)', async () => {
  const { headers } = await askFor('CloudFront Functions', 'body', { method: 'HEAD' });
  expect(headers['content-length']).toBe('8');
});

describe('cookies of an answer', () => {
  const OLD = ['old=1; Path=/', 'old=2', 'other=a=b'];

  test.each([
    { request: 'same', expected: OLD, see: '1.1' },
    { request: 'cookie', expected: [...OLD, 'a=1; Secure; Path=/'], see: '1.1' },
    { request: 'cookies', expected: [...OLD, 'a=1', 'a=2; Path=/x'], see: '1.1' },
    { request: 'cookie-first', expected: ['old=9; Path=/', 'old=2', 'other=a=b'], see: '1.1' },
    { request: 'cookie-many', expected: ['old=7', 'other=a=b'], see: '1.1' },
    { request: 'cookie-gone', expected: undefined, see: '1.1' },
  ])('$request: $expected ($see)', async ({ request, expected }) => {
    const forwarding = init('CloudFront Functions', { handler: HANDLERS.response, originRequestPolicy: COOKIES });
    const edge = await bench.start({ template: forwarding });
    const { headers } = await ask(edge.url, `/film.mp4?run=${request}`);
    expect([headers['x-cache'], headers['set-cookie']]).toEqual([MISS, expected]);
  });

  test('are not there where none are forwarded (6.3)', async () => {
    const edge = await bench.start({ template: init('CloudFront Functions', { handler: HANDLERS.response }) });
    const { headers } = await ask(edge.url, '/film.mp4?run=event');
    expect(JSON.parse(String(headers['x-event'])).response.cookies).toEqual({});
  });
});
