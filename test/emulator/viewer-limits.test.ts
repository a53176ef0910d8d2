/** Viewers that are slow, silent or gone. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ViewerAnswer } from '../../emulator/exchange.ts';
import { localCertificate } from '../../emulator/local-certificate.ts';
import { manualClock } from '../../emulator/manual-clock.ts';
import { secureViewerListener, type ViewerService, viewerListener } from '../../emulator/viewer-listener.ts';
import { plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { startToldOrigin, type ToldOrigin } from '../support/origin-server.ts';
import { http2Session } from '../support/secure-viewer.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a connection', () => {
  const SHORT = { headers: 100, idle: 100 };
  const answer: ViewerAnswer = { status: 200, headers: [], body: Buffer.from('x'), xCache: '' };
  const service: ViewerService = {
    arriving: (request) => ({ request, refusal: null }),
    serve: async () => answer,
    onAnswered: () => null,
    onCrash: () => {},
    clock: manualClock(),
    passesInterim: false,
  };
  const servers: Server[] = [];
  const portOf = async (server: Server) => {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  test('over which the headers do not come is ended with 408', async () => {
    const socket = connect(await portOf(viewerListener(service, 'https', SHORT)), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow');
    expect(await text(socket)).toBe('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n');
  });

  test('over which nothing more comes is ended', async () => {
    const socket = connect(await portOf(viewerListener(service, 'https', SHORT)), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nx$/);
  });

  test('of HTTP/2, likewise', async () => {
    const certificate = await localCertificate([], folder);
    const port = await portOf(secureViewerListener(service, certificate, true, SHORT));
    const session = connectHttp2(`https://localhost:${port}`, { ca: certificate.authority });
    const stream = session.request({ ':path': '/' });
    expect(await text(stream)).toBe('x');
    await once(session, 'close');
  });
});

describe('an upload', () => {
  let bench: TestBench;
  let server: ToldOrigin;
  let edge: TestEdge;
  beforeAll(async () => {
    bench = await plainBench(template());
    server = await startToldOrigin();
    edge = await bench.start({
      template: template({
        behavior: {
          TargetOriginId: 'api',
          AllowedMethods: ALL_METHODS,
        },
        distribution: { HttpVersion: 'http2', Origins: [customOrigin('api')], OriginGroups: undefined },
      }),
      origins: { api: server.url },
      https: { folder },
    });
  });
  afterAll(() => Promise.all([bench.close(), server.close()]));

  /** A viewer that sends one byte of two, and then nothing. */
  const senders = {
    'HTTP/1.1': async () => {
      const sent = httpRequest(edge.url, {
        method: 'POST',
        headers: { 'content-length': 2 },
        agent: false,
      });
      sent.on('error', () => {}).write('a');
      return sent;
    },
    'HTTP/2': async () => {
      const session = await http2Session(edge);
      const sent = session.request({ ':method': 'POST', ':path': '/', 'content-length': 2 }, { endStream: false });
      sent.on('error', () => {}).write('a');
      return sent;
    },
  };

  test.each(['HTTP/1.1', 'HTTP/2'] as const)(
    'over %s that falls silent for two minutes is broken off',
    async (version) => {
      const reached = server.next();
      const sent = await senders[version]();
      const [request] = await reached;
      await once(request, 'data');
      const broken = new Promise((resolve) => request.on('error', resolve).resume());
      edge.clock.advance(119_999);
      expect(sent.destroyed).toBe(false);
      edge.clock.advance(1);
      await broken;
      expect(request.complete).toBe(false);
      sent.destroy();
    },
  );

  test.each(['HTTP/1.1', 'HTTP/2'] as const)('over %s that goes on in between is not', async (version) => {
    const reached = server.next();
    const sent = await senders[version]();
    const [request, response] = await reached;
    await once(request, 'data');
    edge.clock.advance(119_999);
    sent.write('b');
    await once(request, 'data');
    edge.clock.advance(119_999);
    sent.end();
    await once(request.resume(), 'end');
    response.end('x');
    await once(sent, 'response');
    expect(request.complete).toBe(true);
    sent.destroy();
  });
});
