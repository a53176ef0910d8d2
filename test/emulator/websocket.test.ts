/** WebSocket connections, by their handshake: what comes after it is passed on unread. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeOptions } from '../../emulator/edge.ts';
import { collectedLog } from '../support/access-log.ts';
import { plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { customOrigin, type TemplateInit, template } from '../support/template.ts';

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-websocket-'));

let bench: TestBench;
let atOrigin: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
const origin = createServer((_, response) => response.end('no WebSocket'));
origin.on('upgrade', (request, socket, head) => atOrigin(request, socket as Socket, head));
beforeAll(async () => {
  bench = await plainBench(template());
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
});
afterAll(async () => {
  await bench.close();
  origin.close();
  rmSync(folder, { recursive: true });
});

function started(init: TemplateInit = {}, options: Partial<EdgeOptions> = {}): Promise<TestEdge> {
  const made = template({
    originRequestPolicy: { HeadersConfig: { HeaderBehavior: 'allViewer' } },
    distribution: { Origins: [customOrigin('api')], OriginGroups: undefined },
    ...init,
    behavior: { TargetOriginId: 'api', ...init.behavior },
  });
  const url = `http://localhost:${(origin.address() as AddressInfo).port}`;
  return bench.start({ template: made, origins: { api: url }, ...options });
}

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};

type Opened = { response: IncomingMessage; socket: Socket | null };

/** What a viewer gets who asks for a WebSocket connection. */
function openFrom(url: string, headers = {}, ca?: string): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const options = { path: '/chat', headers: { ...HANDSHAKE, ...headers }, agent: false, ca } as const;
    const sent = (ca === undefined ? httpRequest : httpsRequest)(url, options);
    sent.on('upgrade', (response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve({ response, socket: socket as Socket });
    });
    sent.on('response', (response) => resolve({ response, socket: null }));
    sent.on('error', reject).end();
  });
}

/** The origin opens the next connection, and says something at once. */
function opening(): Promise<{ request: IncomingMessage; socket: Socket }> {
  return new Promise((resolve) => {
    atOrigin = (request, socket) => {
      // Node.js leaves its half open otherwise.
      socket.on('error', () => {}).once('end', () => socket.end());
      socket.write(`${SWITCHING}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello`);
      resolve({ request, socket });
    };
  });
}

async function opened(edge: TestEdge) {
  const reached = opening();
  const { response, socket } = await openFrom(edge.url);
  if (socket === null) throw new Error(`answered ${response.statusCode}`);
  socket.on('error', () => {});
  return { response, viewer: socket, origin: (await reached).socket };
}

const nextText = async (socket: Socket) => String((await once(socket, 'data'))[0]);

test('passes to a custom origin, and what is said afterwards both ways', async () => {
  const edge = await started({ code: 'function handler(e) { console.log("ran"); return e.request; }' });
  const reached = opening();
  const { response, socket } = await openFrom(edge.url);
  expect(response).toMatchObject({
    statusCode: 101,
    headers: { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' },
  });
  const { request, socket: far } = await reached;
  expect(request.headers).toMatchObject({ upgrade: 'websocket', 'sec-websocket-version': '13' });
  expect(edge.lines).toEqual(['ran']);
  const viewer = socket as Socket;
  expect(await nextText(viewer)).toBe('hello');
  viewer.write('question');
  expect(await nextText(far)).toBe('question');
  far.write('answer');
  expect(await nextText(viewer)).toBe('answer');
  viewer.destroy();
});

test('passes with TLS', async () => {
  const edge = await started({}, { https: { folder } });
  const reached = opening();
  const { socket } = await openFrom(edge.https?.url ?? '', {}, edge.https?.authority);
  expect(await nextText(socket as Socket)).toBe('hello');
  (await reached).socket.destroy();
});

describe('is closed', () => {
  test.each([
    { name: 'by the viewer', close: ({ viewer }: Awaited<ReturnType<typeof opened>>) => viewer.end() },
    { name: 'by a viewer that vanishes', close: ({ viewer }) => viewer.resetAndDestroy() },
    { name: 'by the origin', close: ({ origin }) => origin.end() },
    { name: 'by an origin that vanishes', close: ({ origin }) => origin.resetAndDestroy() },
  ] satisfies { name: string; close: (sides: Awaited<ReturnType<typeof opened>>) => unknown }[])(
    '$name',
    async (row) => {
      const edge = await started();
      const sides = await opened(edge);
      const closed = [sides.viewer, sides.origin].map(
        (socket) => new Promise((resolve) => socket.resume().on('close', resolve)),
      );
      row.close(sides);
      await Promise.all(closed);
      expect(edge.clock.pending()).toBe(0);
    },
  );

  test('after ten minutes of silence, and not before', async () => {
    const edge = await started();
    const { viewer, origin } = await opened(edge);
    expect(await nextText(viewer)).toBe('hello');
    edge.clock.advance(599_999);
    viewer.write('still here');
    expect(await nextText(origin)).toBe('still here');
    edge.clock.advance(599_999);
    origin.write('and here');
    expect(await nextText(viewer)).toBe('and here');
    const closed = [viewer, origin].map((socket) => new Promise((resolve) => socket.resume().on('close', resolve)));
    edge.clock.advance(600_000);
    await Promise.all(closed);
  });
});

describe('is not opened', () => {
  const refusing = 'function handler() { return { statusCode: 403, headers: {} }; }';

  test.each<{ name: string; init?: TemplateInit; headers?: object; status: number; body?: string }>([
    { name: 'where the function answers', init: { code: refusing }, status: 403 },
    { name: 'where the behavior wants HTTPS', init: { behavior: { ViewerProtocolPolicy: 'https-only' } }, status: 403 },
    { name: 'for another protocol', headers: { upgrade: 'h2c' }, status: 200, body: 'no WebSocket' },
    { name: 'with a body', headers: { 'content-length': '0', 'transfer-encoding': 'chunked' }, status: 400 },
  ])('$name', async ({ init = {}, headers = {}, status, body }) => {
    const edge = await started(init, { https: { folder } });
    const { response, socket } = await openFrom(edge.url, headers);
    expect(socket).toBeNull();
    expect(response.statusCode).toBe(status);
    const received = await text(response);
    if (body !== undefined) expect(received).toBe(body);
  });

  test('by a folder, which answers as ever', async () => {
    const edge = await bench.start({ template: template({ behavior: { TargetOriginId: 'us-east-1' } }) });
    const { response, socket } = await openFrom(edge.url);
    expect(socket).toBeNull();
    expect([404, 403]).toContain(response.statusCode);
    await text(response);
  });

  test('by an origin that answers otherwise', async () => {
    atOrigin = (_, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno');
    const { response, socket } = await openFrom((await started()).url);
    expect(socket).toBeNull();
    expect([response.statusCode, await text(response)]).toEqual([426, 'no']);
  });
});

test('is logged when it is closed', async () => {
  const log = collectedLog();
  const edge = await started({}, { accessLog: { write: log.write } });
  const { viewer } = await opened(edge);
  edge.clock.advance(5_000);
  viewer.end();
  const [line] = await log.whenLines(1);
  expect(line).toMatch(/^2026-01-01\t12:00:05\t.*\t101\t.*\twss\t/);
});
