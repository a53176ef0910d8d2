/** What CloudFront removes, sets and passes on, toward the origin and toward the viewer: reference, section 6. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { customOrigin, template } from '../support/template.ts';

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

interface Row {
  readonly name: string;
  /** Expected; undefined: no such header. */
  readonly expected: unknown;
  readonly see: string;
}

async function edgeWith(originRequestPolicy: object) {
  const input = template({
    behavior: { TargetOriginId: 'api', AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'] },
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

  /** `sent`: what the viewer sends of that name. */
  test.each<Row & { sent?: string; also?: Record<string, string>; policy?: object; method?: string }>([
    { name: 'via', expected: VIA, see: '6.2' },
    { name: 'via', sent: '1.1 proxy', policy: ALL, expected: VIA, see: '6.2' },
    { name: 'x-amz-cf-id', sent: 'mine', policy: ALL, expected: ID, see: '6.2' },
    { name: 'x-forwarded-for', expected: '127.0.0.1', see: '6.2' },
    { name: 'x-forwarded-for', sent: '192.0.2.4,192.0.2.3', expected: '192.0.2.4,192.0.2.3, 127.0.0.1', see: '6.2' },
    { name: 'user-agent', sent: 'curl', expected: 'Amazon CloudFront', see: '6.2' },
    { name: 'user-agent', sent: 'curl', policy: ALL, expected: 'curl', see: '6.2' },
    { name: 'host', sent: 'www.example.com', expected: 'api.example.com', see: '6.2' },
    { name: 'host', sent: 'www.example.com', policy: ALL, expected: 'www.example.com', see: '6.2' },
    ...['accept', 'accept-language', 'referer', 'origin', 'x-own', 'accept-encoding'].flatMap((name) => [
      { name, sent: 'a', expected: undefined, see: '6.2' },
      { name, sent: 'a', policy: ALL, expected: 'a', see: '6.2' },
    ]),
    ...['GET', 'HEAD'].flatMap((method) => [
      { name: 'authorization', sent: 'a', method, expected: undefined, see: '6.2' },
      { name: 'authorization', sent: 'a', method, policy: ALL, expected: 'a', see: '6.2' },
    ]),
    { name: 'cookie', sent: 'a=1', policy: ALL, expected: undefined, see: '7.1' },
    { name: 'cookie', sent: 'a=1', policy: ALL_COOKIES, expected: 'a=1', see: '7.1' },
    ...['range', 'if-none-match', 'if-modified-since', 'if-range'].map((name) => ({
      name,
      sent: 'a',
      expected: 'a',
      see: '7.4',
    })),
    ...['x-forwarded-proto', 'x-real-ip', 'te', 'keep-alive', 'proxy-connection'].map((name) => ({
      name,
      sent: 'a',
      policy: ALL,
      expected: undefined,
      see: '6.2',
    })),
    ...['proxy-authorization', 'proxy-authenticate'].map((name) => ({
      name,
      sent: 'a',
      policy: ALL,
      expected: undefined,
      see: '6.2',
    })),
    ...['trailer', 'upgrade', 'connection', 'transfer-encoding'].map((name) => ({
      name,
      sent:
        { trailer: 'x-own', upgrade: 'h2c', connection: 'keep-alive, x-own', 'transfer-encoding': 'chunked' }[name] ??
        '',
      policy: ALL,
      method: 'PUT',
      expected: { connection: 'close', 'transfer-encoding': 'chunked' }[name],
      see: '6.2',
    })),
    {
      name: 'x-edge-location',
      sent: 'a',
      policy: ALL,
      expected: undefined,
      see: '6.2, RequestAndResponseBehaviorCustomOrigin',
    },
    {
      name: 'x-own',
      sent: 'a',
      also: { connection: 'x-own' },
      policy: ALL,
      expected: undefined,
      see: 'RFC 9110, 7.6.1',
    },
    {
      name: 'host',
      sent: 'www.example.com',
      also: { connection: 'host' },
      policy: ALL,
      expected: 'api.example.com',
      see: 'RFC 9110, 7.6.1',
    },
    {
      name: 'transfer-encoding',
      also: { connection: 'content-length' },
      policy: ALL,
      method: 'DELETE',
      expected: 'chunked',
      see: 'RFC 9110, 7.6.1: a body always has an end',
    },
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
      name: 'authorization',
      sent: 'a',
      method,
      expected: 'a',
      see: '6.2, RequestAndResponseBehaviorCustomOrigin',
    })),
    {
      name: 'cloudfront-forwarded-proto',
      sent: 'http',
      policy: { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['CloudFront-Forwarded-Proto'] } },
      expected: 'https',
      see: '6.1',
    },
    { name: 'cloudfront-forwarded-proto', expected: undefined, see: '6.1' },
    { name: 'x-forwarded-for', sent: '2001:db8::1', policy: ALL, expected: '2001:db8::1, 127.0.0.1', see: '6.2' },
    { name: 'if-match', sent: 'a', expected: 'a', see: '7.4' },
    { name: 'if-unmodified-since', sent: 'a', expected: 'a', see: '7.4' },
    { name: 'cookie', sent: 'a=1', expected: undefined, see: '7.1' },
    { name: 'content-encoding', sent: 'gzip', method: 'POST', expected: 'gzip', see: '6.2' },
    { name: 'content-encoding', sent: 'gzip', expected: undefined, see: '6.2' },
    { name: 'expect', sent: '100-continue', policy: ALL, method: 'POST', expected: undefined, see: '6.2' },
    { name: 'content-type', sent: 'a/b', method: 'POST', expected: 'a/b', see: '6.2' },
    { name: 'content-length', method: 'POST', expected: '1', see: '6.2' },
  ])(
    '$name, sent as $sent: $expected ($see)',
    async ({ name, sent, also = {}, policy = NONE, method = 'GET', expected }) => {
      answered = {};
      const edge = await edgeWith(policy);
      const headers: Record<string, string> = sent === undefined ? also : { ...also, [name]: sent };
      await ask(edge.url, '/film', { method, headers, ...(['POST', 'DELETE'].includes(method) && { body: 'x' }) });
      expect(server.received.at(-1)?.headers[name]).toEqual(expected);
    },
  );
});

describe('toward the viewer', () => {
  const VIA = expect.stringMatching(/^1\.1 \S+\.cloudfront\.net \(CloudFront\)$/);
  const YESTERDAY = 'Wed, 31 Dec 2025 12:00:00 GMT';

  /** `sent`: what the origin sends of that name; `hit`: of the second answer, a second later. */
  test.each<Row & { sent?: string | string[]; also?: object; policy?: object; target?: string; hit?: boolean }>([
    { name: 'via', sent: '1.1 proxy', expected: VIA, see: '6.3' },
    { name: 'x-cache', sent: 'Hit from elsewhere', expected: 'Miss from cloudfront', see: '6.3' },
    { name: 'x-cache', hit: true, expected: 'Hit from cloudfront', see: '6.3' },
    { name: 'x-cache', target: '/404', expected: 'Error from cloudfront', see: '6.3' },
    { name: 'x-amz-cf-pop', sent: 'x', expected: 'IAD50-C1', see: '6.3' },
    { name: 'x-amz-cf-id', sent: 'x', expected: expect.stringMatching(/^[\w-]+==$/), see: '6.3' },
    { name: 'age', expected: undefined, see: '6.3' },
    { name: 'age', hit: true, expected: '1', see: '6.3' },
    { name: 'date', sent: YESTERDAY, expected: YESTERDAY, see: '6.3' },
    { name: 'date', sent: YESTERDAY, hit: true, expected: YESTERDAY, see: '6.3' },
    { name: 'server', sent: 'films', expected: 'films', see: '6.3' },
    { name: 'x-own', sent: 'a', expected: 'a', see: '6.3' },
    { name: 'x-amz-id-2', sent: 'a', expected: undefined, see: '6.3' },
    { name: 'x-amz-request-id', sent: 'a', expected: undefined, see: '6.3' },
    { name: 'set-cookie', sent: ['a=1', 'b=2'], expected: undefined, see: '6.3' },
    { name: 'set-cookie', sent: ['a=1', 'b=2'], policy: ALL_COOKIES, expected: ['a=1', 'b=2'], see: '6.3' },
    { name: 'upgrade', sent: 'h2c', expected: undefined, see: '6.3' },
    { name: 'trailer', sent: 'x-own', expected: undefined, see: '6.3' },
    { name: 'keep-alive', sent: 'timeout=1', expected: undefined, see: '6.3' },
    { name: 'proxy-authenticate', sent: 'Basic', expected: undefined, see: '6.3' },
    { name: 'te', sent: 'trailers', expected: undefined, see: '6.3' },
    { name: 'x-own', sent: 'a', also: { connection: 'close, x-own' }, expected: undefined, see: 'RFC 9110, 7.6.1' },
    { name: 'x-cache', target: '/302', expected: 'Miss from cloudfront', see: '6.3' },
    { name: 'etag', sent: '"1"', hit: true, expected: '"1"', see: '7.2' },
    { name: 'set-cookie', sent: ['a=1', 'b=2'], policy: ALL_COOKIES, hit: true, expected: ['a=1', 'b=2'], see: '6.3' },
    { name: 'transfer-encoding', expected: 'chunked', see: '6.3' },
    { name: 'content-length', sent: '4', expected: '4', see: '6.3' },
    { name: 'location', sent: '/elsewhere', target: '/302', expected: '/elsewhere', see: '7.4 not followed' },
  ])(
    '$name, sent as $sent: $expected ($see)',
    async ({ name, sent, also, policy = NONE, target = '/film', hit, expected }) => {
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
    },
  );
});
