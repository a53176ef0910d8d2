/** What CloudFront removes, sets and passes on, toward the origin and toward the viewer: reference, section 6. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { documented, observed, type Row } from '../support/rows.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

let bench: TestBench;
let server: OriginServer;
let answered: Record<string, string | string[]>;
beforeAll(async () => {
  server = await startOriginServer((request, response) => {
    const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200);
    request.resume().on('end', () => response.writeHead(status, answered).end('film'));
  });
  bench = await plainBench(template());
});
afterAll(async () => {
  await Promise.all([bench.close(), server.close()]);
});

async function edgeWith(originRequestPolicy: object) {
  const input = template({
    behavior: { TargetOriginId: 'api', AllowedMethods: ALL_METHODS },
    originRequestPolicy: { ...originRequestPolicy },
    distribution: { Origins: [customOrigin('api')], OriginGroups: undefined },
  });
  return bench.start({ template: input, origins: { api: server.url } });
}

const NONE = { HeadersConfig: { HeaderBehavior: 'none' } };
const ALL = { HeadersConfig: { HeaderBehavior: 'allViewer' } };
const ALL_COOKIES = { ...ALL, CookiesConfig: { CookieBehavior: 'all' } };

describe('toward the origin', () => {
  const VIA = expect.stringMatching(/^2\.0 \S+\.cloudfront\.net \(CloudFront\)$/);
  const ID = expect.stringMatching(/^[\w-]+==$/);

  interface Sent {
    readonly name: string;
    /** What the viewer sends of that name. */
    readonly sent?: string;
    readonly also?: Record<string, string>;
    readonly policy?: object;
    readonly method?: string;
  }
  const NAMED = { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['CloudFront-Forwarded-Proto'] } };
  const removed = (names: readonly string[]): Row<Sent, unknown>[] =>
    names.map((name) => ({ request: { name, sent: 'a', policy: ALL }, expected: undefined, see: '6.2' }));
  const passed = (names: readonly string[]): Row<Sent, unknown>[] =>
    names.map((name) => ({ request: { name, sent: 'a' }, expected: 'a', see: '7.4' }));
  const onlyWithPolicy = (sent: Sent): Row<Sent, unknown>[] => [
    { request: sent, expected: undefined, see: '6.2' },
    { request: { ...sent, policy: ALL }, expected: sent.sent, see: '6.2' },
  ];
  const framing = (name: string, sent: string, expected?: string): Row<Sent, unknown> => ({
    request: { name, sent, policy: ALL, method: 'PUT' },
    expected,
    see: '6.2',
  });

  /** Expected: what the origin gets; undefined: no such header. */
  test.each(
    documented<Row<Sent, unknown>>([
      { request: { name: 'via' }, expected: VIA, see: '6.2' },
      { request: { name: 'via', sent: '1.1 proxy', policy: ALL }, expected: VIA, see: '6.2' },
      { request: { name: 'x-amz-cf-id', sent: 'mine', policy: ALL }, expected: ID, see: '6.2' },
      { request: { name: 'x-forwarded-for' }, expected: '127.0.0.1', see: '6.2' },
      {
        request: { name: 'x-forwarded-for', sent: '192.0.2.4,192.0.2.3' },
        expected: '192.0.2.4,192.0.2.3, 127.0.0.1',
        see: '6.2',
      },
      { request: { name: 'user-agent', sent: 'curl' }, expected: 'Amazon CloudFront', see: '6.2' },
      { request: { name: 'user-agent', sent: 'curl', policy: ALL }, expected: 'curl', see: '6.2' },
      { request: { name: 'host', sent: 'www.example.com' }, expected: 'api.example.com', see: '6.2' },
      { request: { name: 'host', sent: 'www.example.com', policy: ALL }, expected: 'www.example.com', see: '6.2' },
      ...['accept', 'accept-language', 'referer', 'origin', 'x-own', 'accept-encoding'].flatMap((name) =>
        onlyWithPolicy({ name, sent: 'a' }),
      ),
      ...['GET', 'HEAD'].flatMap((method) => onlyWithPolicy({ name: 'authorization', sent: 'a', method })),
      { request: { name: 'cookie', sent: 'a=1', policy: ALL }, expected: undefined, see: '7.1' },
      { request: { name: 'cookie', sent: 'a=1', policy: ALL_COOKIES }, expected: 'a=1', see: '7.1' },
      ...passed(['range', 'if-none-match', 'if-modified-since', 'if-range']),
      ...removed(['x-forwarded-proto', 'x-real-ip', 'te', 'keep-alive', 'proxy-connection']),
      ...removed(['proxy-authorization', 'proxy-authenticate']),
      framing('trailer', 'x-own'),
      framing('upgrade', 'h2c'),
      framing('connection', 'keep-alive, x-own', 'close'),
      framing('transfer-encoding', 'chunked', 'chunked'),
      {
        request: { name: 'x-edge-location', sent: 'a', policy: ALL },
        expected: undefined,
        see: '6.2, RequestAndResponseBehaviorCustomOrigin',
      },
      {
        request: { name: 'x-own', sent: 'a', also: { connection: 'x-own' }, policy: ALL },
        expected: undefined,
        see: 'RFC 9110, 7.6.1',
      },
      {
        request: { name: 'host', sent: 'www.example.com', also: { connection: 'host' }, policy: ALL },
        expected: 'api.example.com',
        see: 'RFC 9110, 7.6.1',
      },
      {
        request: { name: 'transfer-encoding', also: { connection: 'content-length' }, policy: ALL, method: 'DELETE' },
        expected: 'chunked',
        see: 'RFC 9110, 7.6.1: a body always has an end',
      },
      ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
        request: { name: 'authorization', sent: 'a', method },
        expected: 'a',
        see: '6.2, RequestAndResponseBehaviorCustomOrigin',
      })),
      { request: { name: 'cloudfront-forwarded-proto', sent: 'http', policy: NAMED }, expected: 'https', see: '6.1' },
      { request: { name: 'cloudfront-forwarded-proto' }, expected: undefined, see: '6.1' },
      {
        request: { name: 'x-forwarded-for', sent: '2001:db8::1', policy: ALL },
        expected: '2001:db8::1, 127.0.0.1',
        see: '6.2',
      },
      ...passed(['if-match', 'if-unmodified-since']),
      { request: { name: 'cookie', sent: 'a=1' }, expected: undefined, see: '7.1' },
      { request: { name: 'content-encoding', sent: 'gzip', method: 'POST' }, expected: 'gzip', see: '6.2' },
      { request: { name: 'content-encoding', sent: 'gzip' }, expected: undefined, see: '6.2' },
      {
        request: { name: 'expect', sent: '100-continue', policy: ALL, method: 'POST' },
        expected: undefined,
        see: '6.2',
      },
      { request: { name: 'content-type', sent: 'a/b', method: 'POST' }, expected: 'a/b', see: '6.2' },
      { request: { name: 'content-length', method: 'POST' }, expected: '1', see: '6.2' },
    ]),
  )('$kind: $request.name, sent as $request.sent: $expected ($see)', async ({ request, expected }) => {
    const { name, sent, also = {}, policy = NONE, method = 'GET' } = request;
    answered = {};
    const edge = await edgeWith(policy);
    const headers: Record<string, string> = sent === undefined ? also : { ...also, [name]: sent };
    await ask(edge.url, '/film', { method, headers, ...(['POST', 'DELETE'].includes(method) && { body: 'x' }) });
    expect(server.received.at(-1)?.headers[name]).toEqual(expected);
  });
});

describe('toward the viewer', () => {
  const VIA = expect.stringMatching(/^1\.1 \S+\.cloudfront\.net \(CloudFront\)$/);
  const YESTERDAY = 'Wed, 31 Dec 2025 12:00:00 GMT';

  interface Sent {
    readonly name: string;
    /** What the origin sends of that name. */
    readonly sent?: string | string[];
    readonly also?: object;
    readonly policy?: object;
    readonly target?: string;
    /** Of the second answer, a second later. */
    readonly hit?: boolean;
  }

  /** Expected: what the viewer gets; undefined: no such header. */
  test.each([
    ...documented<Row<Sent, unknown>>([
      { request: { name: 'via', sent: '1.1 proxy' }, expected: VIA, see: '6.3' },
      { request: { name: 'x-amz-cf-id', sent: 'x' }, expected: expect.stringMatching(/^[\w-]+==$/), see: '6.3' },
      { request: { name: 'age' }, expected: undefined, see: '6.3' },
      { request: { name: 'age', hit: true }, expected: '1', see: '6.3' },
      { request: { name: 'date', sent: YESTERDAY }, expected: YESTERDAY, see: '6.3' },
      { request: { name: 'date', sent: YESTERDAY, hit: true }, expected: YESTERDAY, see: '6.3' },
      { request: { name: 'server', sent: 'films' }, expected: 'films', see: '6.3' },
      { request: { name: 'x-own', sent: 'a' }, expected: 'a', see: '6.3' },
      { request: { name: 'x-amz-id-2', sent: 'a' }, expected: undefined, see: '6.3' },
      { request: { name: 'x-amz-request-id', sent: 'a' }, expected: undefined, see: '6.3' },
      { request: { name: 'set-cookie', sent: ['a=1', 'b=2'] }, expected: undefined, see: '6.3' },
      {
        request: { name: 'set-cookie', sent: ['a=1', 'b=2'], policy: ALL_COOKIES },
        expected: ['a=1', 'b=2'],
        see: '6.3',
      },
      { request: { name: 'upgrade', sent: 'h2c' }, expected: undefined, see: '6.3' },
      { request: { name: 'trailer', sent: 'x-own' }, expected: undefined, see: '6.3' },
      { request: { name: 'keep-alive', sent: 'timeout=1' }, expected: undefined, see: '6.3' },
      { request: { name: 'proxy-authenticate', sent: 'Basic' }, expected: undefined, see: '6.3' },
      { request: { name: 'te', sent: 'trailers' }, expected: undefined, see: '6.3' },
      {
        request: { name: 'x-own', sent: 'a', also: { connection: 'close, x-own' } },
        expected: undefined,
        see: 'RFC 9110, 7.6.1',
      },
      { request: { name: 'etag', sent: '"1"', hit: true }, expected: '"1"', see: '7.2' },
      {
        request: { name: 'set-cookie', sent: ['a=1', 'b=2'], policy: ALL_COOKIES, hit: true },
        expected: ['a=1', 'b=2'],
        see: '6.3',
      },
      { request: { name: 'transfer-encoding' }, expected: 'chunked', see: '6.3' },
      { request: { name: 'content-length', sent: '4' }, expected: '4', see: '6.3' },
      {
        request: { name: 'location', sent: '/elsewhere', target: '/302' },
        expected: '/elsewhere',
        see: '7.4 not followed',
      },
    ]),
    ...observed<Row<Sent, unknown>>([
      { request: { name: 'x-cache', sent: 'Hit from elsewhere' }, expected: 'Miss from cloudfront', see: '6.3' },
      { request: { name: 'x-cache', hit: true }, expected: 'Hit from cloudfront', see: '6.3' },
      { request: { name: 'x-cache', target: '/404' }, expected: 'Error from cloudfront', see: '6.3' },
      { request: { name: 'x-amz-cf-pop', sent: 'x' }, expected: 'IAD50-C1', see: '6.3' },
      { request: { name: 'x-cache', target: '/302' }, expected: 'Miss from cloudfront', see: '6.3' },
    ]),
  ])('$kind: $request.name, sent as $request.sent: $expected ($see)', async ({ request, expected }) => {
    const { name, sent, also, policy = NONE, target = '/film', hit } = request;
    answered = { connection: 'close', ...(name === 'trailer' && { 'transfer-encoding': 'chunked' }), ...also };
    if (sent !== undefined) answered[name] = sent;
    const edge = await edgeWith(policy);
    let { headers } = await ask(edge.url, target);
    if (hit === true) {
      edge.clock.advance(1000);
      ({ headers } = await ask(edge.url, target));
    }
    // The connection to the viewer has a Keep-Alive of its own, and none where it is closed.
    expect(headers[name]).toEqual(expected);
  });
});
