/** Virtual viewers, against servers that answer as a test says. */
import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { Sample } from '../../../cli/drill/sample.ts';
import { type DueRequest, view } from '../../../cli/drill/viewers.ts';
import { type OriginServer, startOriginServer } from '../../support/origin-server.ts';

let server: OriginServer | null = null;
afterEach(() => server?.close());

async function listen(listener: RequestListener): Promise<string> {
  server = await startOriginServer(listener);
  return server.url;
}

const request = (change: Partial<DueRequest> = {}): DueRequest => ({
  phase: 'healthy',
  due: 0,
  path: '/x',
  city: 'Paris',
  ...change,
});

/** It is always 500 ms since the drill began, so that all waits of a request that was due at 0 are 500. */
async function samplesOf(
  url: string,
  requests: readonly DueRequest[],
  timeoutMs = 10_000,
  signal = new AbortController().signal,
) {
  const samples: Sample[] = [];
  await view(requests, { url, timeoutMs, now: () => 500, signal, onSample: (sample) => samples.push(sample) });
  return samples;
}

test('a sample tells what the answer says, and the wait since the request was due', async () => {
  const url = await listen((_, response) => {
    response.writeHead(200, {
      'x-cache': 'Miss from cloudfront',
      'x-origin-region': 'eu-west-1',
      'x-origin-role': 'secondary',
    });
    response.end('x');
  });
  expect(await samplesOf(url, [request({ due: 200 })])).toEqual([
    {
      phase: 'healthy',
      due: 200,
      city: 'Paris',
      path: '/x',
      waitedMs: 300,
      status: 200,
      failure: null,
      isBroken: false,
      region: 'eu-west-1',
      role: 'secondary',
      isFresh: true,
    },
  ]);
});

test.each([
  { xCache: 'Miss from cloudfront', isFresh: true },
  { xCache: 'RefreshHit from cloudfront', isFresh: true },
  { xCache: 'Hit from cloudfront', isFresh: false },
  { xCache: 'Error from cloudfront', isFresh: false },
  { xCache: undefined, isFresh: false },
])('X-Cache: $xCache is fresh: $isFresh', async ({ xCache, isFresh }) => {
  const url = await listen((_, response) =>
    response.writeHead(200, xCache === undefined ? {} : { 'x-cache': xCache }).end(),
  );
  expect(await samplesOf(url, [request()])).toMatchObject([{ isFresh, region: null, role: null }]);
});

test('a viewer says where it is, where it is anywhere', async () => {
  const said: unknown[] = [];
  const url = await listen((asked, response) => {
    said.push([asked.method, asked.url, asked.headers['x-edgekeeper-viewer']]);
    response.end();
  });
  await samplesOf(url, [request({ path: '/a' })]);
  await samplesOf(url, [request({ path: '/b', city: null })]);
  expect(said).toEqual([
    ['GET', '/a', 'Paris'],
    ['GET', '/b', undefined],
  ]);
});

test('a request is sent when it is due, though the one before it has no answer', async () => {
  let answerFirst = (): void => {};
  const url = await listen((asked, response) => {
    if (asked.url === '/first') {
      answerFirst = () => response.end();
    } else {
      response.end();
      answerFirst();
    }
  });
  const samples = await samplesOf(url, [request({ path: '/first' }), request({ path: '/second' })]);
  expect(samples.map(({ path, status }) => `${path} ${status}`).sort()).toEqual(['/first 200', '/second 200']);
});

test('what breaks off after its first byte is broken, once', async () => {
  const url = await listen((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('12345', () => response.destroy());
  });
  expect(await samplesOf(url, [request()])).toMatchObject([{ status: 200, isBroken: true, failure: null }]);
});

test('so is what does not end in time', async () => {
  const url = await listen((_, response) => response.write('1'));
  expect(await samplesOf(url, [request()], 100)).toMatchObject([{ status: 200, isBroken: true }]);
});

test('without a first byte in time there is no answer', async () => {
  const url = await listen(() => {});
  expect(await samplesOf(url, [request()], 100)).toMatchObject([{ status: null, failure: 'TIMEOUT', waitedMs: 500 }]);
});

test('nor is there over a connection that ends, or is refused', async () => {
  const url = await listen((asked) => asked.socket.resetAndDestroy());
  expect(await samplesOf(url, [request()])).toMatchObject([{ status: null, failure: 'ECONNRESET' }]);
  await server?.close();
  server = null;
  expect(await samplesOf(url, [request()])).toMatchObject([{ status: null, failure: 'ECONNREFUSED' }]);
});

test('only what can be the name of a region or a role is kept of what anybody may answer', async () => {
  const names = ['eu-west-1', 'x'.repeat(32), 'x'.repeat(33), '\u009b2J', 'EU', 'a, b', ''];
  const url = await listen(({ url = '' }, response) => {
    const name = names[Number(url.slice(1))] ?? '';
    response.writeHead(200, { 'x-origin-region': name, 'x-origin-role': name }).end();
  });
  const samples = await samplesOf(
    url,
    names.map((_, index) => request({ path: `/${index}` })),
  );
  const kept = samples.toSorted((a, b) => a.path.localeCompare(b.path)).map(({ region, role }) => [region, role]);
  expect(kept).toEqual([...names.slice(0, 2), null, null, null, null, null].map((name) => [name, name]));
});

test.each(['//other.invalid/x', '/\\other.invalid/x', '/@other.invalid/x'])(
  'the path %s leads to no other host',
  async (path) => {
    const url = await listen((_, response) => response.end());
    expect(await samplesOf(url, [request({ path })])).toMatchObject([{ status: 200 }]);
  },
);

test('a server that changes to another protocol gives no answer', async () => {
  const url = await listen(({ socket }) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
  });
  expect(await samplesOf(url, [request()])).toMatchObject([{ status: null, failure: 'ECONNRESET' }]);
});

test('what is not answered when it ends is no sample, and nothing more is sent', async () => {
  const ending = new AbortController();
  const asked: unknown[] = [];
  const url = await listen((received) => {
    asked.push(received.url);
    ending.abort();
  });
  const later = request({ path: '/later', due: 60_000 });
  expect(await samplesOf(url, [request(), later], 10_000, ending.signal)).toEqual([]);
  expect(asked).toEqual(['/x']);
});
