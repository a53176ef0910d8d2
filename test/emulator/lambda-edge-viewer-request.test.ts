/** A Lambda@Edge function of somebody else at the viewer request: what it sees, may change, and may answer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { template } from '../support/template.ts';

const HANDLER = 'functions/lambda-edge/viewer.handler';
const EXECUTION = 'LambdaExecutionError from cloudfront';
const VALIDATION = 'LambdaValidationError from cloudfront';
const GENERATED = 'LambdaGeneratedResponse from cloudfront';
const MISS = 'Miss from cloudfront';

/** Which of these runs is in the path: `/<name>?query`. */
const BODIES: Readonly<Record<string, string>> = {
  event: 'return { status: "200", body: JSON.stringify(event) };',
  same: 'return request;',
  throws: 'throw new Error("no");',
  loops: 'for (;;) {}',
  nothing: 'return;',
  list: 'return [];',
  method: 'request.method = "HEAD"; return request;',
  'client-ip': 'request.clientIp = "192.0.2.1"; return request;',
  host: 'request.headers.host = [{ value: "x" }]; return request;',
  'no-host': 'delete request.headers.host; return request;',
  via: 'request.headers.via = [{ value: "1.1 me" }]; return request;',
  'no-headers': 'delete request.headers; return request;',
  disallowed: 'request.headers["x-edge-me"] = [{ value: "x" }]; return request;',
  case: 'request.headers["X-A"] = [{ value: "x" }]; return request;',
  key: 'request.headers["x-a"] = [{ key: "X-B", value: "x" }]; return request;',
  country: 'request.headers["cloudfront-viewer-country"] = [{ value: "DE" }]; return request;',
  slash: 'request.uri = "film.mp4"; return request;',
  'path-query': 'request.uri = "/film.mp4?a"; return request;',
  'query-space': 'request.querystring = "a b"; return request;',
  'query-fragment': 'request.querystring = "a#b"; return request;',
  'query-none': 'delete request.querystring; return request;',
  'target-8191': 'request.uri = "/x"; request.querystring = "x".repeat(8188); return request;',
  'target-8192': 'request.uri = "/x"; request.querystring = "x".repeat(8189); return request;',
  film: 'request.uri = "/film.mp4"; return request;',
  origin: 'request.uri = "/film.mp4"; request.origin = { s3: { domainName: "elsewhere" } }; return request;',
  query: 'request.uri = "/x"; request.querystring = "b=2"; return request;',
  'header-added': 'request.uri = "/x"; request.headers["x-added"] = [{ value: "1" }]; return request;',
  'status-199': 'return { status: "199" };',
  'status-200': 'return { status: "200" };',
  'status-599': 'return { status: "599" };',
  'status-600': 'return { status: "600" };',
  'description-number': 'return { status: "200", statusDescription: 1 };',
  'no-content': 'return { status: "204" };',
  'no-content-body': 'return { status: "204", body: "x" };',
  text: 'return { status: "401", statusDescription: "No", headers: HEADERS, body: "héllo", bodyEncoding: "text" };',
  base64: 'return { status: "200", body: Buffer.from("héllo").toString("base64"), bodyEncoding: "base64" };',
  'base64-bad': 'return { status: "200", body: "h~llo", bodyEncoding: "base64" };',
  encoding: 'return { status: "200", body: "x", bodyEncoding: "hex" };',
  'body-object': 'return { status: "200", body: {} };',
  'body-quota': 'return { status: "200", headers: { a: [{ value: "b" }] }, body: "x".repeat(40958) };',
  'body-over': 'return { status: "200", headers: { a: [{ value: "b" }] }, body: "x".repeat(40959) };',
  'body-over-bytes': 'return { status: "200", body: "é".repeat(20481) };',
  'answer-cf': 'return { status: "200", headers: { "x-amz-cf-id": [{ value: "x" }] } };',
  'answer-via': 'return { status: "200", headers: { via: [{ value: "x" }] } };',
  'answer-length': 'return { status: "200", headers: { "content-length": [{ value: "1" }] }, body: "x" };',
  'answer-break': 'return { status: "200", headers: { a: [{ value: "x\\ny" }] } };',
  'answer-markup': 'return { status: "200", headers: { "x-edge-<b>": [{ value: "x" }] } };',
  refuses:
    'console.log(\'{"edgekeeper":1,"verdict":"refused","reason":"expired","status":403,"path":"/"}\'); return { status: "403" };',
};

const BUNDLE = `
const HEADERS = { 'content-type': [{ key: 'Content-Type', value: 'text/plain' }], 'set-cookie': [{ value: 'a=1' }, { value: 'b=2' }] };
const BODIES = {
${Object.entries(BODIES)
  .map(([name, body]) => `${JSON.stringify(name)}: async (event, request) => { ${body} },`)
  .join('\n')}
};
exports.handler = async (event) => {
  const { request } = event.Records[0].cf;
  const run = BODIES[request.uri.slice(1)];
  return run ? run(event, request) : request;
};`;

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template({ viewerHandler: HANDLER, timeoutSeconds: 1 }), { 'viewer.js': BUNDLE });
  edge = await bench.start();
});
afterAll(() => bench.close());

const received = () => edge.buckets.get('us-east-1')?.received.at(-1);

describe('the event', () => {
  test('is as documented: the request as the viewer sent it, no origin, no body', async () => {
    const { body } = await ask(edge.url, '/event?a=1&b=%20', {
      headers: { Host: 'www.example.com', 'X-UPPER': '1', 'x-cache': 'mine', 'cloudfront-viewer-country': 'XX' },
      cookie: 'a=1; b=2',
    });
    expect(JSON.parse(body)).toEqual({
      Records: [
        {
          cf: {
            config: {
              distributionDomainName: 'd111111abcdef8.cloudfront.net',
              distributionId: 'EDFDVBD6EXAMPLE',
              eventType: 'viewer-request',
              requestId: expect.stringMatching(/==$/),
            },
            request: {
              clientIp: '127.0.0.1',
              headers: {
                host: [{ key: 'Host', value: 'www.example.com' }],
                'x-upper': [{ key: 'X-UPPER', value: '1' }],
                'cloudfront-viewer-country': [{ key: 'cloudfront-viewer-country', value: 'XX' }],
                cookie: [{ key: 'cookie', value: 'a=1; b=2' }],
              },
              method: 'GET',
              querystring: 'a=1&b=%20',
              uri: '/event',
            },
          },
        },
      ],
    });
  });

  test('has an empty query string where there is none', async () => {
    const { body } = await ask(edge.url, '/event');
    expect(JSON.parse(body).Records[0].cf.request.querystring).toBe('');
  });

  test.each(['constructor', '__proto__'])('has a header named %s', async (name) => {
    const { status, body } = await ask(edge.url, '/event', { headers: Object.fromEntries([[name, 'x']]) });
    expect([status, body]).toEqual([200, expect.stringContaining(`"${name}":[{"key"`)]);
  });

  test('is asked for on a hit, too', async () => {
    await ask(edge.url, '/index.html');
    expect((await ask(edge.url, '/index.html')).headers['x-cache']).toBe('Hit from cloudfront');
    expect((await ask(edge.url, '/text')).status).toBe(401);
  });
});

describe('what the function returns', () => {
  test.each([
    { name: 'throws', status: 503, xCache: EXECUTION },
    { name: 'loops', status: 503, xCache: EXECUTION },
    { name: 'nothing', status: 502, xCache: VALIDATION },
    { name: 'list', status: 502, xCache: VALIDATION },
    { name: 'method', status: 502, xCache: VALIDATION },
    { name: 'client-ip', status: 502, xCache: VALIDATION },
    { name: 'host', status: 502, xCache: VALIDATION },
    { name: 'no-host', status: 502, xCache: VALIDATION },
    { name: 'via', status: 502, xCache: VALIDATION },
    { name: 'no-headers', status: 502, xCache: VALIDATION },
    { name: 'disallowed', status: 502, xCache: VALIDATION },
    { name: 'case', status: 502, xCache: VALIDATION },
    { name: 'key', status: 502, xCache: VALIDATION },
    { name: 'country', status: 502, xCache: VALIDATION },
    { name: 'slash', status: 502, xCache: VALIDATION },
    { name: 'path-query', status: 502, xCache: VALIDATION },
    { name: 'query-space', status: 502, xCache: VALIDATION },
    { name: 'query-fragment', status: 502, xCache: VALIDATION },
    { name: 'query-none', status: 502, xCache: VALIDATION },
    { name: 'target-8191', status: 200, xCache: MISS },
    { name: 'target-8192', status: 502, xCache: VALIDATION },
    { name: 'status-199', status: 502, xCache: VALIDATION },
    { name: 'status-200', status: 200, xCache: GENERATED },
    { name: 'status-599', status: 599, xCache: GENERATED },
    { name: 'status-600', status: 502, xCache: VALIDATION },
    { name: 'description-number', status: 502, xCache: VALIDATION },
    { name: 'no-content', status: 204, xCache: GENERATED },
    { name: 'no-content-body', status: 502, xCache: VALIDATION },
    { name: 'base64-bad', status: 502, xCache: VALIDATION },
    { name: 'encoding', status: 502, xCache: VALIDATION },
    { name: 'body-object', status: 502, xCache: VALIDATION },
    { name: 'body-quota', status: 200, xCache: GENERATED },
    { name: 'body-over', status: 502, xCache: VALIDATION },
    { name: 'body-over-bytes', status: 502, xCache: VALIDATION },
    { name: 'answer-cf', status: 502, xCache: VALIDATION },
    { name: 'answer-via', status: 502, xCache: VALIDATION },
    { name: 'answer-length', status: 502, xCache: VALIDATION },
    { name: 'answer-break', status: 502, xCache: VALIDATION },
  ])('$name: $status $xCache', async ({ name, status, xCache }) => {
    const answer = await ask(edge.url, `/${name}`);
    expect({ status: answer.status, xCache: answer.headers['x-cache'] }).toEqual({ status, xCache });
  });

  test('is on the page of a refusal as text', async () => {
    const { status, body } = await ask(edge.url, '/answer-markup');
    expect([status, body]).toEqual([502, expect.stringContaining('x-edge-&#60;b&#62; is not allowed')]);
  });

  test('may write over the country that a viewer claims', async () => {
    const headers = { 'cloudfront-viewer-country': 'XX' };
    expect((await ask(edge.url, '/country', { headers })).headers['x-cache']).not.toBe(VALIDATION);
  });

  test.each([
    { name: 'text', status: 401, type: 'text/plain', cookies: ['a=1', 'b=2'] },
    { name: 'base64', status: 200, type: undefined, cookies: undefined },
  ])('may be a body as $name, which is answered and not stored', async ({ name, status, type, cookies }) => {
    for (const _ of ['first', 'again']) {
      const answer = await ask(edge.url, `/${name}`);
      expect(answer).toMatchObject({ status, body: 'héllo', headers: { 'x-cache': GENERATED } });
      expect([answer.headers['content-type'], answer.headers['set-cookie']]).toEqual([type, cookies]);
    }
  });

  test('gives the reason of a refusal, here and in the list of requests', async () => {
    const { headers } = await ask(edge.url, '/refuses');
    expect([headers['x-edgekeeper-reason'], edge.requests.at(-1)?.reason]).toEqual(['expired', 'expired']);
    expect(edge.lines.at(-1)).toContain('"verdict":"refused"');
  });
});

describe('a request that the function changed', () => {
  const ALL = {
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Added', 'X-Amz-Cf-Hidden'] },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    },
  };

  beforeAll(async () => {
    edge = await bench.start({ template: template({ viewerHandler: HANDLER, cachePolicy: ALL }) });
  });

  test.each<{ target: string; asked?: Asked; path: string; header?: string }>([
    { target: '/film', path: '/film.mp4' },
    { target: '/query?a=1', path: '/x?b=2' },
    { target: '/header-added', path: '/x', header: '1' },
    { target: '/same?a=1&a=2', path: '/same?a=1&a=2' },
    { target: '/same?', path: '/same?' },
    { target: '/same', path: '/same' },
  ])('$target reaches the origin as $path', async ({ target, path, header }) => {
    await ask(edge.url, target);
    expect([received()?.target, received()?.headers['x-added']]).toEqual([path, header]);
  });

  test('keeps the headers that the function did not see', async () => {
    await ask(edge.url, '/film?hidden', { headers: { 'x-amz-cf-hidden': '1' } });
    expect(received()?.headers['x-amz-cf-hidden']).toBe('1');
  });

  test('may be as long as a viewer may make it, where the function leaves it alone', async () => {
    const { headers } = await ask(edge.url, `/same?${'x'.repeat(8_192 - '/same?'.length)}`);
    expect(headers['x-cache']).not.toBe(VALIDATION);
  });

  test('has its cache key from what it has become', async () => {
    await ask(edge.url, '/film');
    expect((await ask(edge.url, '/film.mp4')).headers['x-cache']).toBe('Hit from cloudfront');
  });

  test("goes to the behavior's own target, whatever origin the function names", async () => {
    const fresh = await bench.start({ template: template({ viewerHandler: HANDLER }) });
    await fresh.buckets.get('us-east-1')?.setFault({ kind: 'status', status: 503 });
    expect((await ask(fresh.url, '/origin')).body).toBe('film.mp4 from eu-west-1');
    expect(fresh.requests.at(-1)?.attempts.map(({ originId }) => originId)).toEqual(['us-east-1', 'eu-west-1']);
  });
});
