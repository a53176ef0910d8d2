/** HTTP/2, between real sockets: headers, bodies both ways, streams that are given up. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { startToldOrigin, type ToldOrigin } from '../support/origin-server.ts';
import { answerOf, askHttp2, askSecurely, http2Session } from '../support/secure-viewer.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

const run = promisify(execFile);
const ALL = {
  HeadersConfig: { HeaderBehavior: 'allViewer' },
  CookiesConfig: { CookieBehavior: 'all' },
  QueryStringsConfig: { QueryStringBehavior: 'all' },
};
const NO_CACHE = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 };

let folder: string;
let bench: TestBench;
let server: ToldOrigin;
let edge: TestEdge;
let session: ClientHttp2Session;
const overOrigin = (HttpVersion: string) =>
  template({
    cachePolicy: NO_CACHE,
    originRequestPolicy: ALL,
    behavior: {
      TargetOriginId: 'api',
      AllowedMethods: ALL_METHODS,
    },
    distribution: { HttpVersion, Origins: [customOrigin('api')], OriginGroups: undefined },
  });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-http2-'));
  bench = await plainBench(template());
  server = await startToldOrigin();
  const origins = { api: server.url };
  edge = await bench.start({ template: overOrigin('http2'), origins, https: { folder } });
});
afterAll(async () => {
  await Promise.all([bench.close(), server.close()]);
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  session = await http2Session(edge);
});
afterEach(() => session.destroy());

const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4];
const END_HEADERS = 4;
const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(SETTINGS, 0, [], 0)]);

/** As they are on the wire: the client of Node.js ends a stream before it resets it. */
function frame(type: number, flags: number, payload: readonly number[], stream = 1): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.set([type, flags], 3);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload)]);
}

describe('headers', () => {
  test('come to the origin as HTTP/1.1 has them, cookies as one', async () => {
    server.answers((request, response) => response.end(JSON.stringify([request.url, request.rawHeaders])));
    const { status, body } = await askHttp2(session, {
      ':path': '/film?a=1',
      ':authority': 'www.example.com',
      cookie: ['a=1', 'b=2'],
      'x-one': 'é',
    });
    const [url, headers] = JSON.parse(body);
    expect([status, url]).toEqual([200, '/film?a=1']);
    expect(headers.filter((text: string) => text.startsWith(':'))).toEqual([]);
    expect(headers.join('\n')).toContain('Host\nwww.example.com');
    expect(headers.join('\n')).toContain('Cookie\na=1; b=2');
    expect(headers.filter((text: string) => text === 'Cookie')).toHaveLength(1);
  });

  test('go to the viewer without those of a connection, each cookie alone, the rest joined', async () => {
    server.answers((_, response) => {
      response.writeHead(200, [
        'Keep-Alive',
        'timeout=1',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-A',
        '1',
        'X-A',
        '2',
      ]);
      response.end('x');
    });
    const { headers } = await askHttp2(session, { ':path': '/' });
    expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-a': '1, 2' });
    expect(headers.via).toMatch(/^1\.1 [\w-]+\.cloudfront\.net \(CloudFront\)$/);
    for (const name of ['connection', 'keep-alive', 'transfer-encoding']) expect(headers).not.toHaveProperty(name);
  });

  test('with two hosts are refused', async () => {
    const answer = await askHttp2(session, { ':path': '/', ':authority': 'a.example.com', host: 'b.example.com' });
    expect(answer.status).toBe(400);
  });

  test('with the same host twice are not', async () => {
    server.answers((_, response) => response.end());
    const answer = await askHttp2(session, { ':path': '/', ':authority': 'a.example.com', host: 'A.example.com' });
    expect(answer.status).toBe(200);
  });
});

describe('bodies', () => {
  test.each([204, 304, 200])('none to HEAD, nor with %i', async (status) => {
    server.answers((_, response) => response.writeHead(status).end());
    const answer = await askHttp2(session, { ':method': status === 200 ? 'HEAD' : 'GET', ':path': '/' });
    expect(answer).toMatchObject({ status, body: '' });
  });

  test('pass both ways as they come', async () => {
    const reached = server.next();
    const body = new PassThrough();
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: false });
    body.pipe(stream);
    body.write('a');
    const [request, response] = await reached;
    expect(String((await once(request, 'data'))[0])).toBe('a');
    response.write('b');
    await answerOf(stream);
    expect(String((await once(stream, 'data'))[0])).toBe('b');
    body.end('c');
    response.end(await text(request));
    expect(await text(stream)).toBe('c');
  });

  test('have no trailers', async () => {
    const reached = server.next();
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: false, waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-late': '1' }));
    let late = 0;
    stream.on('trailers', () => {
      late++;
    });
    stream.end('x');
    const [request, response] = await reached;
    await text(request);
    expect(request.trailers).toEqual({});
    response.writeHead(200, { trailer: 'x-late' });
    response.write('y');
    response.addTrailers({ 'x-late': '1' });
    response.end();
    expect(await text(stream)).toBe('y');
    expect(late).toBe(0);
  });
});

describe('a stream that the viewer gives up', () => {
  test('in the middle of a download frees the origin', async () => {
    const reached = server.next();
    const stream = session.request({ ':path': '/' });
    stream.on('error', () => {});
    const [, response] = await reached;
    response.write('x');
    await answerOf(stream);
    const closed = once(response, 'close');
    stream.close(8);
    await closed;
    expect(response.writableFinished).toBe(false);
  });

  test.each([
    { name: 'with a reset', giveUp: (socket: TLSSocket) => socket.write(frame(RST_STREAM, 0, [0, 0, 0, 8])) },
    { name: 'with the connection', giveUp: (socket: TLSSocket) => socket.destroy() },
  ])('in the middle of an upload breaks it off at the origin, $name', async ({ giveUp }) => {
    const { port } = new URL(edge.https?.url ?? '');
    const reached = server.next();
    const socket = connectTls({ port: Number(port), ca: edge.https?.authority, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const host = Buffer.from('localhost');
    // POST, https, /, and the authority (RFC 7541, appendix A).
    const headers = [0x83, 0x87, 0x84, 0x41, host.length, ...host];
    socket.write(PREFACE);
    socket.write(Buffer.concat([frame(HEADERS, END_HEADERS, headers), frame(DATA, 0, [...Buffer.from('x')])]));
    const [request] = await reached;
    const broken = new Promise((resolve) => request.on('error', resolve).resume());
    giveUp(socket);
    await broken;
    expect(request.complete).toBe(false);
    expect(edge.lines).toEqual([]);
    socket.destroy();
  });

  test('leaves the others alone', async () => {
    const reached = server.next();
    const stream = session.request({ ':path': '/' });
    stream.on('error', () => {});
    await reached;
    stream.close(8);
    server.answers((_, response) => response.end('other'));
    expect((await askHttp2(session, { ':path': '/other' })).body).toBe('other');
  });
});

test('an origin that breaks off in the middle resets the stream', async () => {
  server.answers((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('x', () => response.destroy());
  });
  const stream = session.request({ ':path': '/' });
  await answerOf(stream);
  await expect(text(stream)).rejects.toThrow(/NGHTTP2_INTERNAL_ERROR/);
});

test('many streams at once have each their own answer', async () => {
  server.answers((request, response) => request.pipe(response));
  const count = 200;
  const answers = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      askHttp2(session, { ':method': 'POST', ':path': `/${i}` }, Readable.from([Buffer.from(String(i))])),
    ),
  );
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: count }, (_, i) => String(i)));
});

describe('which version is spoken', () => {
  test.each([
    { has: 'http2', version: '2' },
    { has: 'http2and3', version: '2' },
    { has: 'http1.1', version: '1.1' },
    { has: 'http3', version: '1.1' },
  ])('with $has curl gets HTTP/$version', async ({ has, version }) => {
    server.answers((_, response) => response.end('x'));
    const started = await bench.start({
      template: overOrigin(has),
      origins: { api: server.url },
      https: { folder },
    });
    const { url, authorityFile } = started.https ?? {};
    const args = ['-sS', '--cacert', authorityFile ?? '', '-o', '/dev/null', '-w', '%{http_version}', url ?? ''];
    expect((await run('curl', args)).stdout).toBe(version);
  });

  test.each(['http2', 'http1.1'])('with %s the header quota is CloudFront’s (6.4)', async (HttpVersion) => {
    const started = await bench.start({ template: template({ distribution: { HttpVersion } }), https: { folder } });
    const long = (length: number) => ({ 'x-long': 'x'.repeat(length) });
    expect((await askSecurely(started, '/film.mp4', long(30_000))).status).toBe(200);
    expect((await askSecurely(started, '/film.mp4', long(33_000))).status).toBe(494);
    if (HttpVersion !== 'http2') return;
    const other = await http2Session(started);
    expect((await askHttp2(other, { ':path': '/film.mp4', ...long(30_000) })).status).toBe(200);
    expect((await askHttp2(other, { ':path': '/film.mp4', ...long(33_000) })).status).toBe(494);
    other.destroy();
  });
});
