/** Connections to origins: which of them are used again, and how long a request may take. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

let bench: TestBench;
let server: Server;
let listener: RequestListener;
/** The connection of each request, in turn. */
let connections: Socket[];

const answering: RequestListener = (request, response) => {
  request.resume().on('end', () => response.writeHead(200, { etag: '"1"' }).end('film'));
};

beforeAll(async () => {
  bench = await plainBench(template());
  server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    connections.push(request.socket);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  connections = [];
  listener = answering;
});
afterAll(async () => {
  await bench.close();
  server.close();
  server.closeAllConnections();
});

const serverUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function started(properties: Readonly<Record<string, unknown>> = {}, cachePolicy: object = {}): Promise<TestEdge> {
  const input = template({
    cachePolicy: { DefaultTTL: 0, MaxTTL: 0, ...cachePolicy },
    behavior: { TargetOriginId: 'api', AllowedMethods: ALL_METHODS },
    distribution: { Origins: [customOrigin('api', properties)], OriginGroups: undefined },
  });
  return bench.start({ template: input, origins: { api: serverUrl() } });
}

/** The origin has seen the end of a connection's last answer: from then on it can be used again. */
const isFree = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const withKeepalive = (seconds: number) => ({
  CustomOriginConfig: { OriginProtocolPolicy: 'http-only', OriginReadTimeout: 5, OriginKeepaliveTimeout: seconds },
});

describe('a connection that was kept', () => {
  test.each<{
    name: string;
    properties?: Record<string, unknown>;
    method?: string;
    idle: number;
    reused: boolean;
    see: string;
  }>([
    { name: 'within 5 seconds', idle: 4_999, reused: true, see: '4.2' },
    { name: 'after 5 seconds', idle: 5_000, reused: false, see: '4.2' },
    { name: 'within a timeout of its own', properties: withKeepalive(60), idle: 59_999, reused: true, see: '4.2' },
    { name: 'after a timeout of its own', properties: withKeepalive(60), idle: 60_000, reused: false, see: '4.2' },
    { name: 'HEAD', method: 'HEAD', idle: 0, reused: true, see: '4.2' },
    { name: 'OPTIONS', method: 'OPTIONS', idle: 0, reused: true, see: '4.2' },
    { name: 'POST, which cannot be sent again', method: 'POST', idle: 0, reused: false, see: 'ours' },
    { name: 'DELETE, which cannot be sent again', method: 'DELETE', idle: 0, reused: false, see: 'ours' },
  ])('$name: used again $reused ($see)', async ({ properties, method = 'GET', idle, reused }) => {
    const edge = await started(properties);
    await ask(edge.url, '/a');
    await isFree();
    edge.clock.advance(idle);
    await ask(edge.url, '/b', { method });
    expect(connections[0] === connections[1]).toBe(reused);
  });

  test('is asked to stay open (6.2)', async () => {
    const edge = await started();
    let connection: string | undefined;
    listener = (request, response) => {
      connection = request.headers.connection;
      response.end();
    };
    await ask(edge.url, '/a');
    expect(connection).toBe('keep-alive');
  });

  test('is of one origin alone', async () => {
    const behavior = (PathPattern: string, TargetOriginId: string) => ({
      PathPattern,
      TargetOriginId,
      ViewerProtocolPolicy: 'allow-all',
      CachePolicyId: { Ref: 'CachePolicy' },
    });
    const input = template({
      behavior: { TargetOriginId: 'one' },
      distribution: {
        Origins: [customOrigin('one'), customOrigin('two')],
        OriginGroups: undefined,
        CacheBehaviors: [behavior('/two', 'two')],
      },
    });
    const edge = await bench.start({ template: input, origins: { one: serverUrl(), two: serverUrl() } });
    for (const path of ['/one', '/two', '/1', '/two?2']) {
      await ask(edge.url, path);
      await isFree();
    }
    expect(connections[0]).not.toBe(connections[1]);
    expect(connections[2]).toBe(connections[0]);
  });

  test('outlives a 304, which has no body', async () => {
    const edge = await started({}, { DefaultTTL: 10, MaxTTL: 10 });
    await ask(edge.url, '/a');
    edge.clock.advance(10_000);
    listener = (_, response) => response.writeHead(304).end();
    expect((await ask(edge.url, '/a')).headers['x-cache']).toBe('RefreshHit from cloudfront');
    await isFree();
    listener = answering;
    await ask(edge.url, '/b');
    expect(connections[2]).toBe(connections[1]);
  });

  test('that the origin closes just then is no failure: the request is sent again, once', async () => {
    const edge = await started();
    await ask(edge.url, '/a');
    await isFree();
    listener = (request, response) => {
      if (request.socket === connections[0]) request.socket.destroy();
      else answering(request, response);
    };
    expect(await ask(edge.url, '/b')).toMatchObject({ status: 200, body: 'film' });
    expect(connections).toHaveLength(3);
    expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'api', result: 200 }]);
  });

  test('whose origin closes the next one, too, is a failure', async () => {
    const edge = await started({ ConnectionAttempts: 3 });
    await ask(edge.url, '/a');
    await isFree();
    listener = (request) => request.socket.destroy();
    expect((await ask(edge.url, '/b')).status).toBe(502);
    expect(connections).toHaveLength(3);
    expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'api', result: 'broken' }]);
  });

  test.each([
    { fault: { kind: 'refuse' }, result: 'refused' },
    { fault: { kind: 'dns' }, result: 'unresolved' },
    { fault: { kind: 'tls' }, result: 'untrusted' },
    { fault: { kind: 'reset' }, result: 'broken' },
    { fault: { kind: 'status', status: 418 }, result: 418 },
  ])('does not lead around the fault $fault.kind', async ({ fault, result }) => {
    const edge = await started();
    await ask(edge.url, '/a');
    await isFree();
    await ask(edge.control, '/origins/api/fault', { method: 'PUT', body: JSON.stringify(fault) });
    await ask(edge.url, '/b');
    expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'api', result }]);
    await ask(edge.control, '/origins/api/fault', { method: 'DELETE' });
    expect((await ask(edge.url, '/c')).status).toBe(200);
  });

  test.each([
    { kind: 'refuse', received: 0 },
    { kind: 'reset', received: 1 },
  ] as const)('to a bucket does not lead around the fault $kind', async ({ kind, received }) => {
    const edge = await bench.start({
      template: template({ behavior: { TargetOriginId: 'us-east-1' } }),
    });
    await ask(edge.url, '/x');
    await isFree();
    const bucket = edge.buckets.get('us-east-1');
    await bucket?.setFault({ kind });
    expect((await ask(edge.url, '/film.mp4')).status).toBe(502);
    expect(bucket?.received.filter(({ target }) => target === '/film.mp4')).toHaveLength(received);
  });
});

describe('the response completion timeout', () => {
  const within = (seconds: number, ConnectionAttempts = 1) => ({
    ResponseCompletionTimeout: seconds,
    ConnectionAttempts,
  });

  test('bounds all attempts together (4.2)', async () => {
    const edge = await started(within(7, 3));
    listener = () => {};
    const answer = ask(edge.url, '/a');
    await edge.clock.whenPending(7_000);
    await expect.poll(() => connections.length).toBe(1);
    await edge.clock.whenPending(5_000);
    while (edge.clock.pending() < 2) await isFree();
    edge.clock.advance(5_000);
    await expect.poll(() => connections.length).toBe(2);
    edge.clock.advance(1_999);
    edge.clock.advance(1);
    expect((await answer).status).toBe(504);
    expect(connections).toHaveLength(2);
    expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'api', result: 'timed-out' }]);
    expect(edge.clock.pending()).toBe(0);
  });

  test('cuts off an answer that is still coming (4.2)', async () => {
    const edge = await started(within(7));
    const replying = new Promise<ServerResponse>((resolve) => {
      listener = (_, response) => {
        response.write('one');
        resolve(response);
      };
    });
    const { body } = await fetch(`${edge.url}/a`);
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    const read = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toBe('one');
    edge.clock.advance(4_000);
    (await replying).write('two');
    expect(await read()).toBe('two');
    edge.clock.advance(2_999);
    (await replying).write('three');
    expect(await read()).toBe('three');
    edge.clock.advance(1);
    await expect(read()).rejects.toThrow();
  });

  test('is over with the answer (4.2)', async () => {
    const edge = await started(within(7));
    await ask(edge.url, '/a');
    await expect.poll(() => edge.clock.pending()).toBe(0);
  });
});

test.each([
  { policy: 'https-only', notice: 'origin api: HTTP is spoken, as its URL says; CloudFront would speak HTTPS' },
  { policy: 'match-viewer', notice: 'origin api: HTTP is spoken, as its URL says; CloudFront would speak HTTPS' },
  { policy: 'http-only', notice: null },
])('a URL of http for an origin of $policy: $notice', async ({ policy, notice }) => {
  const edge = await started({ CustomOriginConfig: { OriginProtocolPolicy: policy, HTTPPort: 8080, HTTPSPort: 8443 } });
  expect(edge.notices).toEqual(notice === null ? [] : [notice]);
});

test('a URL of https for an origin of http-only is named at start', async () => {
  const input = template({
    behavior: { TargetOriginId: 'api' },
    distribution: { Origins: [customOrigin('api', withKeepalive(1))], OriginGroups: undefined },
  });
  const edge = await bench.start({ template: input, origins: { api: 'https://localhost:1' } });
  expect(edge.notices).toEqual(['origin api: HTTPS is spoken, as its URL says; CloudFront would speak HTTP']);
});
