import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { customOrigin, template } from '../../support/template.ts';
import { NOON } from '../../support/tokens.ts';

const SIGNED = 'a-token-that-nobody-may-see';

let bench: TestBench;
let edge: TestEdge;
let control: ControlApi;
const asked: unknown[] = [];
beforeAll(async () => {
  bench = await plainBench(template({ code: 'function handler(event) { return event.request; }' }));
  edge = await bench.start({
    signer: {
      ways: () => [{ path: '/private/*', way: 'token', algorithm: 'HS256', key: null }],
      sign: async (request, claims, now) => {
        asked.push({ request, claims, now });
        return { path: `${request.path}?by=signer`, headers: { authorization: `Bearer ${SIGNED}` } };
      },
    },
  });
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

const tried = (body: unknown) => control('/try', { method: 'POST', body: JSON.stringify(body) });

describe('a request that is tried', () => {
  test('goes the way of a viewer, from the place that is said', async () => {
    const { status, body } = await tried({ path: '/x?a=1', viewer: 'Tokyo', headers: { 'x-mark': '1' } });
    const { requestId, ...answer } = JSON.parse(body);
    expect({ status, answer }).toEqual({ status: 200, answer: { status: 200 } });
    const trace = JSON.parse((await control(`/requests/${encodeURIComponent(requestId)}`)).body);
    expect(trace).toMatchObject({ path: '/x', query: 'a=1', edgeLocation: 'NRT' });
    expect(trace.viewer.headers).toContainEqual({ name: 'x-mark', value: '1' });
  });

  test('is signed by the clock of the edge, and what was signed is told nobody', async () => {
    const { body } = await tried({ path: '/x', credential: { expiresInSeconds: -5, claims: { sub: 'v' } } });
    const request = { base: edge.url.replace('http:', 'https:'), path: '/x' };
    expect(asked).toEqual([{ request, claims: { sub: 'v', exp: NOON - 5 }, now: NOON }]);
    const { requestId } = JSON.parse(body);
    const trace = (await control(`/requests/${encodeURIComponent(requestId)}`)).body;
    expect(JSON.parse(trace)).toMatchObject({ query: 'by=signer' });
    expect(body + trace).not.toContain(SIGNED);
  });

  test('is signed for the host that it names, in the way that was chosen', async () => {
    const credential = { way: 'signed-url', key: 'K1', expiresInSeconds: 1, claims: {} };
    await tried({ path: '/x', headers: { Host: 'www.example.com' }, credential });
    const request = { base: 'https://www.example.com', path: '/x', way: 'signed-url', key: 'K1' };
    expect(asked.at(-1)).toMatchObject({ request });
  });

  test('keeps its own cookies beside those that are signed', async () => {
    const signer = { ways: () => [], sign: async () => ({ path: '/x', headers: { cookie: 'signed=1' } }) };
    const other = await bench.start({ signer });
    const ofOther = await controlApi(other.control);
    const credential = { expiresInSeconds: 1, claims: {} };
    const body = JSON.stringify({ path: '/x', headers: { Cookie: 'own=1' }, credential });
    const { requestId } = JSON.parse((await ofOther('/try', { method: 'POST', body })).body);
    const trace = JSON.parse((await ofOther(`/requests/${encodeURIComponent(requestId)}`)).body);
    expect(trace.viewer.headers).toContainEqual({ name: 'cookie', value: 'own=(secret); signed=(secret)' });
  });

  test('counts as HTTP where TLS is spoken elsewhere', async () => {
    const signer = { ways: () => [], sign: async ({ base }: { base: string }) => ({ path: '/', headers: { base } }) };
    const secure = await bench.start({ signer, https: {} });
    const ofSecure = await controlApi(secure.control);
    const body = JSON.stringify({ path: '/x', credential: { expiresInSeconds: 1, claims: {} } });
    const { requestId } = JSON.parse((await ofSecure('/try', { method: 'POST', body })).body);
    const trace = JSON.parse((await ofSecure(`/requests/${encodeURIComponent(requestId)}`)).body);
    expect(trace.viewer.headers).toContainEqual({ name: 'base', value: secure.url });
  });

  test('has a method and a body', async () => {
    const { requestId } = JSON.parse((await tried({ method: 'DELETE', path: '/x', body: 'text' })).body);
    expect(edge.requests.find((entry) => entry.requestId === requestId)).toMatchObject({
      method: 'DELETE',
      status: 403,
    });
  });

  test('opens a WebSocket connection, and leaves it', async () => {
    const origin = createServer().on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    });
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const other = await bench.start({
      template: template({
        originRequestPolicy: { HeadersConfig: { HeaderBehavior: 'allViewer' } },
        distribution: { Origins: [customOrigin('api')], OriginGroups: undefined },
        behavior: { TargetOriginId: 'api' },
      }),
      origins: { api: `http://localhost:${(origin.address() as AddressInfo).port}` },
    });
    const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' };
    const headers = { connection: 'Upgrade', upgrade: 'websocket', ...key };
    const ofOther = await controlApi(other.control);
    const { body } = await ofOther('/try', { method: 'POST', body: JSON.stringify({ path: '/chat', headers }) });
    expect(JSON.parse(body)).toEqual({ requestId: other.requests[0]?.requestId, status: 101 });
    origin.close();
  });

  test.each([
    {},
    { path: '/', viewer: 'Nowhere' },
    { path: '/', method: 'POST', headers: { 'transfer-encoding': 'chunked' }, body: 'text' },
    { path: 'http://evil.test/' },
    { path: '/a b' },
    { path: '/\r\nx: y' },
    { path: '/', method: 'GET /' },
    { path: '/', headers: { 'a b': 'c' } },
    { path: '/', headers: { a: 'b\r\nc: d' } },
    { path: '/', viewer: 'x\n' },
    { path: '/', body: 1 },
    { path: '/', host: 'evil.test' },
    { path: '/', credential: { expiresInSeconds: 'soon', claims: {} } },
    { path: '/', credential: { expiresInSeconds: 1, claims: [] } },
    { path: '/', credential: { expiresInSeconds: 1, claims: {}, way: 'other' } },
    { path: '/', credential: { expiresInSeconds: 1, claims: {}, key: 1 } },
    { path: '/', credential: { expiresInSeconds: 1, claims: {}, other: 1 } },
  ])('%j is refused', async (body) => {
    expect((await tried(body)).status).toBe(400);
  });

  test('comes from this machine alone', async () => {
    const headers = { origin: 'https://evil.test' };
    expect((await control('/try', { method: 'POST', body: '{"path":"/"}', headers })).status).toBe(403);
  });

  test('is not signed where nothing signs', async () => {
    const other = await bench.start();
    const ofOther = await controlApi(other.control);
    expect(JSON.parse((await ofOther('/try')).body)).toMatchObject({ signedPaths: [], ways: [] });
    const body = JSON.stringify({ path: '/', credential: { expiresInSeconds: 1, claims: {} } });
    expect((await ofOther('/try', { method: 'POST', body })).status).toBe(400);
  });
});
