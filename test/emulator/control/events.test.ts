import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamEvents } from '../../../emulator/control/events.ts';
import { liveEvents } from '../../../emulator/live-events.ts';
import { manualClock } from '../../../emulator/manual-clock.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';
import { eventsIn, watchEvents } from '../../support/watched-events.ts';

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(
    template({ code: 'function handler(e) { console.log("at " + e.request.uri); return e.request; }' }),
  );
  edge = await bench.start();
});
afterAll(() => bench.close());

const sent = (method: string, target: string, body: unknown) =>
  ask(edge.control, target, { method, body: JSON.stringify(body) });

test('each thing that happens is told as it happens', async () => {
  const watched = await watchEvents(edge.control);
  await ask(edge.url, '/film.mp4');
  await sent('PUT', '/origins/us-east-1/fault', { kind: 'refuse' });
  await edge.origin('us-east-1').setFault(null);
  edge.store.set('a', '1');
  await sent('PUT', '/clock', { isFrozen: true });
  await sent('POST', '/invalidations', { paths: ['/*'] });
  edge.clearCache();
  await sent('PUT', '/edge-locations/IAD', { isUp: true });
  const told = eventsIn(await watched.until('event: edge-location'));
  watched.close();
  const { requestId } = edge.requests.at(-1) ?? {};
  expect(watched.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  expect(told.map(({ name, data }) => ({ name, data }))).toEqual([
    { name: 'line', data: { requestId, source: expect.any(String), line: 'at /film.mp4' } },
    { name: 'request', data: { ...edge.requests.at(-1), query: null } },
    { name: 'fault', data: { originId: 'us-east-1', fault: { kind: 'refuse' } } },
    { name: 'fault', data: { originId: 'us-east-1', fault: null } },
    { name: 'store', data: { etag: expect.stringMatching(`^"${edge.instance}-`) } },
    { name: 'clock', data: { now: '2026-01-01T12:00:00.000Z', isFrozen: true } },
    { name: 'cache', data: { action: 'invalidated', removed: 1 } },
    { name: 'cache', data: { action: 'emptied', removed: null } },
    { name: 'edge-location', data: expect.objectContaining({ name: 'IAD', isUp: true }) },
  ]);
});

test('a watcher that comes back is told what it missed', async () => {
  const first = await watchEvents(edge.control);
  edge.store.set('b', '1');
  const [{ id } = { id: '' }] = eventsIn(await first.until('event: store'));
  first.close();
  edge.store.set('b', '2');
  edge.store.set('b', '3');
  const second = await watchEvents(edge.control, id ?? '');
  await second.until('event: store');
  edge.clearCache();
  const told = eventsIn(await second.until('event: cache'));
  second.close();
  expect(told.map(({ name }) => name)).toEqual(['store', 'store', 'cache']);
});

test.each([
  { name: 'a foreign name for this host', headers: { host: 'evil.test' } },
  { name: 'another site', headers: { origin: 'https://evil.test' } },
])('$name is told nothing', async ({ headers }) => {
  expect((await ask(edge.control, '/events', { headers })).status).toBe(403);
});

test('the stream ends with the edge', async () => {
  const other = await bench.start();
  const watched = await watchEvents(other.control);
  const closed = new Promise<void>((resolve) => watched.response.once('close', resolve));
  await other.close();
  await closed;
});

test('an event is made once, however many watch, and not at all when nobody does', () => {
  const events = liveEvents();
  let made = 0;
  const publish = (): void => events.publish('line', () => ++made);
  publish();
  expect(made).toBe(0);
  const shown: unknown[] = [];
  for (let watcher = 0; watcher < 3; watcher++) events.onPublished(() => shown.push(events.from(2)?.show()));
  publish();
  expect({ made, shown }).toEqual({ made: 1, shown: [1, 1, 1] });
});

describe('the stream', () => {
  let server: Server;
  afterAll(() => server.close());

  test('sends heartbeats, keeps nothing for a watcher that does not read, and tells it how much it missed', async () => {
    const events = liveEvents();
    const clock = manualClock();
    server = createServer((_, response) => {
      response.writeHead(200);
      streamEvents(response, events, 'cafe', 1, clock);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const [response] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
    await clock.whenPending(15_000);
    clock.advance(15_000);
    let shown = 0;
    const large = 'x'.repeat(100_000);
    for (let count = 0; count < 2_000; count++) {
      events.publish('line', () => {
        shown++;
        return large;
      });
    }
    // What the connection takes, and no more.
    expect(shown).toBeLessThan(100);
    const sentAtOnce = shown;
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk.replaceAll(/x{2,}/g, '');
    });
    while (shown < sentAtOnce + 500) await once(response, 'data');
    response.destroy();
    expect(text.startsWith(':\n\n:\n\n')).toBe(true);
    expect(text).toContain(`event: missed\ndata: {"count":${2_000 - 500 - sentAtOnce}}`);
    expect(text).toContain('id: cafe-1501');
  });
});
