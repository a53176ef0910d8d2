/** What passes between viewer and origin where a strict HTTP cache is between them. `see` is a section of RFC 9110. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { type OriginServer, startOriginServer } from '../../support/origin-server.ts';
import { FRESH, strictCache } from '../../support/strict-cache.ts';
import { ALL_METHODS, customOrigin, template } from '../../support/template.ts';

const cache = strictCache();
const { at, newPath } = cache;

describe('a request', () => {
  test.each(ALL_METHODS.filter((method) => method !== 'GET' && method !== 'HEAD'))(
    '%s goes on with its body (9.3)',
    async (method) => {
      cache.edge.script({ status: 201, body: 'done' });
      expect(await cache.edge.ask(newPath(), { method, body: 'sent' })).toMatchObject({ status: 201, body: 'done' });
      expect(cache.edge.received.map((one) => one.method)).toEqual([method]);
      expect(await cache.edge.received[0]?.body).toBe('sent');
    },
  );

  test('goes on with all of its headers, but those of its connection (7.6)', async () => {
    const headers = {
      accept: 'a/b;q=0.5',
      'accept-encoding': 'gzip;q=0.1, x',
      'accept-language': 'de, en',
      authorization: 'Basic x',
      'cache-control': 'no-cache, foo="a, b"',
      cookie: 'a=1; b=2',
      'if-none-match': 'W/"1", "2"',
      'if-modified-since': 'Thu, 01 Jan 2026 10:00:00 GMT',
      pragma: 'no-cache',
      range: 'bytes=0-1',
      referer: 'http://a.example/',
      'user-agent': 'test',
      'x-unknown': '1',
    };
    cache.edge.script({});
    await cache.edge.ask(`${newPath()}?q=%20`, {
      headers: { ...headers, connection: 'close, X-Hop', 'x-hop': '1', te: 'trailers' },
    });
    const [received] = cache.edge.received;
    expect(received?.headers).toMatchObject(headers);
    expect(Object.keys(received?.headers ?? {})).not.toEqual(expect.arrayContaining(['x-hop']));
    expect(received?.headers.te).toBeUndefined();
    expect(received?.target).toMatch(/\?q=%20$/);
  });
});

describe('a response', () => {
  test('goes on as it is, but for what is of its connection (7.6)', async () => {
    const headers = {
      'cache-control': 'no-store, foo',
      date: at(-5),
      age: '3',
      server: 'test',
      vary: 'X-A, accept-encoding',
      'set-cookie': ['a=1', 'b=2'],
      etag: 'odd',
      expires: '0',
      'content-encoding': 'x',
      'x-two': ['1', '2'],
      link: '<a>; rel=b',
    };
    cache.edge.script({
      headers: { ...headers, connection: 'x-hop', 'x-hop': '1', 'keep-alive': 'timeout=9' },
      body: 'b',
    });
    const answer = await cache.edge.ask(newPath());
    expect(answer).toMatchObject({ status: 200, body: 'b', headers: { ...headers, 'x-two': '1, 2' } });
    expect(answer.headers).not.toHaveProperty('x-hop');
  });

  test.each([201, 299, 302, 400, 404, 418, 500, 503, 599])("of status %i is the origin's own (15)", async (status) => {
    cache.edge.script({ status, body: 'own' });
    expect(await cache.edge.ask(newPath())).toMatchObject({ status, body: 'own' });
  });

  test('gets a date where it has none, the same from the store (6.6.1)', async () => {
    const path = newPath();
    const date = at(0);
    cache.edge.script({ headers: FRESH });
    expect((await cache.edge.ask(path)).headers.date).toBe(date);
    cache.edge.clock.advance(5_000);
    expect((await cache.edge.ask(path)).headers.date).toBe(date);
  });

  test('has no age where the origin has just made it (RFC 9111, 5.1)', async () => {
    cache.edge.script({ headers: FRESH });
    expect((await cache.edge.ask(newPath())).headers.age).toBeUndefined();
  });
});

test('whoever has read a response to its end finds it stored, on one connection too (RFC 9111, 3)', async () => {
  for (const headers of [FRESH, { ...FRESH, 'content-length': '200000' }]) {
    const path = newPath();
    cache.edge.script({ headers, body: 'x'.repeat(200_000) });
    for (let i = 0; i < 20; i++) await cache.edge.ask(path);
    expect(cache.edge.received).toHaveLength(1);
  }
});

describe('an edge in the strict mode', () => {
  let origin: OriginServer;
  let bench: TestBench;
  let edge: TestEdge;
  beforeAll(async () => {
    origin = await startOriginServer(async (request, response) => {
      const { method, url, headers } = request;
      response.setHeader('cache-control', 'max-age=100');
      if (url === '/hints') response.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-a': '1' });
      response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
    });
    bench = await plainBench(
      template({
        behavior: { TargetOriginId: 'api', AllowedMethods: ALL_METHODS, Compress: true },
        distribution: { Origins: [customOrigin('api')], OriginGroups: { Quantity: 0, Items: [] } },
        cachePolicy: {
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: true,
            EnableAcceptEncodingBrotli: true,
            HeadersConfig: { HeaderBehavior: 'none' },
            CookiesConfig: { CookieBehavior: 'none' },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        },
      }),
    );
    edge = await bench.start({ cache: 'rfc9111', origins: { api: origin.url } });
  });
  afterAll(async () => {
    await bench.close();
    await origin.close();
  });

  test('lets all of a request through, whatever the policies say', async () => {
    const headers = { 'accept-encoding': 'x, gzip', 'x-a': '1', cookie: 'a=1' };
    const { body } = await ask(edge.url, '/a?b=c', { headers });
    expect(JSON.parse(body)).toMatchObject({ url: '/a?b=c', headers: { ...headers, host: 'api.example.com' } });
  });

  test('passes interim responses on, to viewers that know of them (15.2)', async () => {
    const request = (version: string, more = '') => `GET /hints HTTP/${version}\r\nHost: a.example\r\n${more}\r\n`;
    const hints = /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\nx-a: 1\r\n\r\nHTTP\/1\.1 200 OK\r\n/;
    const unstored = 'Cache-Control: no-cache\r\n';
    expect(await rawAsk(request('1.1', 'Connection: close\r\n'))).toMatch(hints);
    expect(await rawAsk(request('1.1', 'Connection: close\r\n'))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await rawAsk(request('1.0', unstored))).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('takes requests of HTTP/1.0, with a host and without', async () => {
    for (const host of ['Host: a.example\r\n', '']) {
      const first = await rawAsk(`GET /old HTTP/1.0\r\n${host}\r\n`);
      const second = await rawAsk(`GET /old HTTP/1.0\r\n${host}\r\n`);
      expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(first).not.toMatch(/transfer-encoding/i);
      expect(first).toMatch(/"url":"\/old"/);
      expect(second).toMatch(/\r\nage: 0\r\n/i);
    }
  });

  test('answers hundreds of viewers at once, each its own', async () => {
    const targets = Array.from({ length: 300 }, (_, i) => `/many/${i}`);
    const answers = await Promise.all(targets.map((target) => ask(edge.url, target)));
    expect(answers.map(({ body }) => JSON.parse(body).url)).toEqual(targets);
  });

  async function rawAsk(request: string): Promise<string> {
    const socket = connect(Number(new URL(edge.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(request);
    return text(socket);
  }
});
