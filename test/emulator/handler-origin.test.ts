/** What tests of somebody else's functions need: origins of their own making, faults, time, and what became of requests. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { type Edge, type EdgeOptions, startEdge } from '../../emulator/edge.ts';
import { manualClock } from '../../emulator/manual-clock.ts';
import { ask } from '../support/edge.ts';
import { customOrigin, template } from '../support/template.ts';

const open: Edge[] = [];
afterEach(() => Promise.all(open.splice(0).map((edge) => edge.close())));

const API = template({
  behavior: { TargetOriginId: 'api' },
  distribution: { Origins: [customOrigin('api')], OriginGroups: undefined },
});

async function started(options: Partial<EdgeOptions>): Promise<Edge> {
  const edge = await startEdge({ template: API, ...options });
  open.push(edge);
  return edge;
}

test('a distribution is all that is required', async () => {
  const edge = await started({});
  expect(await ask(edge.url, '/')).toMatchObject({ status: 502 });
  expect(edge.store.entries()).toEqual([]);
});

describe('a request handler', () => {
  test('answers in the place of an origin', async () => {
    const edge = await started({
      origins: { api: ({ method, url, headers }, response) => response.end(`${method} ${headers.host}${url}`) },
    });
    expect(await ask(edge.url, '/films')).toMatchObject({ status: 200, body: 'GET api.example.com/films' });
    expect(edge.origin('api').received).toMatchObject([{ method: 'GET', target: '/films' }]);
  });

  test.each<{ what: string; handler: EdgeOptions['origins'] }>([
    {
      what: 'throws',
      handler: {
        api: () => {
          throw new Error('not today');
        },
      },
    },
    {
      what: 'rejects',
      handler: { api: () => Promise.reject(new Error('not today')) },
    },
  ])('that $what is an origin that answers 500, and is told', async ({ handler }) => {
    const lines: string[] = [];
    const edge = await started({ origins: handler ?? {}, onLine: (_, line) => lines.push(line) });
    expect(await ask(edge.url, '/')).toMatchObject({ status: 500, body: '500\n' });
    expect(lines).toEqual([expect.stringContaining('not today')]);
  });

  test('that throws in the middle breaks off its answer', async () => {
    const edge = await started({
      origins: {
        api: async (_, response) => {
          response.writeHead(200, { 'content-length': 10 });
          await new Promise((resolve) => response.write('half', resolve));
          throw new Error('not today');
        },
      },
    });
    await expect(ask(edge.url, '/')).rejects.toThrow();
  });

  test('is broken and repaired as any origin', async () => {
    const edge = await started({ origins: { api: (_, response) => response.end('0123456789') } });
    const api = edge.origin('api');
    await api.setFault({ kind: 'status', status: 503 });
    expect(await ask(edge.url, '/a')).toMatchObject({ status: 503 });
    await api.setFault({ kind: 'refuse' });
    expect(await ask(edge.url, '/b')).toMatchObject({ status: 502 });
    await api.setFault({ kind: 'truncate' });
    await expect(ask(edge.url, '/c')).rejects.toThrow();
    expect(api.fault).toEqual({ kind: 'truncate' });
    await api.setFault(null);
    expect(await ask(edge.url, '/d')).toMatchObject({ status: 200, body: '0123456789' });
    expect(api.received.map(({ target }) => target)).toEqual(['/a', '/c', '/d']);
  });
});

test('an origin that nothing stands in for cannot be broken', async () => {
  const edge = await started({ origins: { api: () => {} } });
  expect(() => edge.origin('other')).toThrow('origin: expected api, got "other"');
  expect(() => edge.origin('toString')).toThrow('origin: expected api, got "toString"');
});

test('each request is found again by the id that its answer has', async () => {
  const edge = await started({ origins: { api: (_, response) => response.end() } });
  await ask(edge.url, '/first');
  const { headers } = await ask(edge.url, '/second');
  expect(edge.requests.find(({ requestId }) => requestId === headers['x-amz-cf-id'])).toMatchObject({
    path: '/second',
    attempts: [{ originId: 'api', result: 200 }],
  });
});

describe('the clock', () => {
  test('decides what has expired', async () => {
    const clock = manualClock();
    const edge = await started({
      clock,
      origins: { api: (_, response) => response.setHeader('cache-control', 'max-age=60').end() },
    });
    const xCache = async () => (await ask(edge.url, '/')).headers['x-cache'];
    expect(await xCache()).toBe('Miss from cloudfront');
    clock.advance(59_000);
    expect(await xCache()).toBe('Hit from cloudfront');
    clock.set(Date.UTC(2026, 0, 1, 12, 1, 1));
    expect(await xCache()).toBe('Miss from cloudfront');
    edge.clearCache();
    expect(await xCache()).toBe('Miss from cloudfront');
  });

  test('set forward runs what falls due, at its own time; set back, nothing', () => {
    const clock = manualClock(1_000);
    const ran: number[] = [];
    clock.after(10, () => ran.push(clock.now()));
    clock.set(1_009);
    clock.set(0);
    expect({ ran, now: clock.now() }).toEqual({ ran: [], now: 0 });
    clock.set(2_000);
    expect({ ran, now: clock.now() }).toEqual({ ran: [1_010], now: 2_000 });
  });
});

test('closed in the middle of everything, it leaves nothing that keeps the process', async () => {
  const script = fileURLToPath(new URL('../support/closed-edge.ts', import.meta.url));
  const run = promisify(execFile)(process.execPath, ['--import', 'tsx', script], { timeout: 30_000 });
  const { handles, answers } = JSON.parse((await run).stdout);
  expect(answers).toEqual(['page 200', 'made at the edge 200']);
  expect(handles.filter((name: string) => !/Pipe|TTY|Process/.test(name))).toEqual([]);
});
