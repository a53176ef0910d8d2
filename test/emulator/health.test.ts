/** The prober on this machine: what it asks, what it writes, and what viewers see of it. */

import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeOptions } from '../../emulator/edge.ts';
import type { Fault } from '../../emulator/fault.ts';
import { ask, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { NOON, SECRET } from '../support/tokens.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await testBench(process.cwd());
});
afterAll(() => bench.close());

/** Longer than anything else that the edge waits for, so that the clock tells when the prober waits. */
const INTERVAL = 10_000;
const EVERY = 100_000;
const PAUSE = EVERY - INTERVAL;

const HEALTH = {
  canary: '/index.html',
  probes: 2,
  threshold: 2,
  intervalSeconds: INTERVAL,
  timeoutSeconds: 2,
  everySeconds: EVERY,
  holdSeconds: 150_000,
  drainSeconds: 1_000_000,
};
const REGIONS = ['us-east-1', 'eu-west-1'].map((region) => ({ region, originId: region }));

function started(options: Partial<EdgeOptions> = {}): Promise<TestEdge> {
  return bench.start({ health: { regions: REGIONS, health: HEALTH }, ...options });
}

/** From one round's end, or the start, to the next one's. */
async function round({ clock }: TestEdge): Promise<void> {
  await clock.whenPending(PAUSE * 1000);
  clock.advance(EVERY * 1000);
  await clock.whenPending(INTERVAL * 1000);
  clock.advance(INTERVAL * 1000);
  await clock.whenPending(PAUSE * 1000);
}

function stateOf({ store }: TestEdge) {
  return JSON.parse(store.get('state') ?? '');
}

describe('a region that fails', () => {
  test('is drained, is asked last, and restored when it answers again and was held long enough', async () => {
    const edge = await started();
    await edge.origin('us-east-1').setFault({ kind: 'refuse' });
    await round(edge);
    expect(stateOf(edge)).toMatchObject({
      keys: { k1: SECRET },
      drained: { 'us-east-1': NOON + EVERY + INTERVAL + 1_000_000 },
    });
    expect(JSON.parse(edge.store.get('drain:us-east-1') ?? '')).toMatchObject({
      by: 'health',
      reason: '2 of 2 probes failed (refused)',
    });
    expect(edge.lines.map((line) => JSON.parse(line))).toContainEqual({
      edgekeeper: 1,
      health: 'drain',
      region: 'us-east-1',
      until: NOON + EVERY + INTERVAL + 1_000_000,
      reason: '2 of 2 probes failed (refused)',
      times: 1,
    });
    await edge.origin('us-east-1').setFault(null);
    const { headers } = await ask(edge.url, '/film.mp4');
    expect(headers).toMatchObject({ 'x-origin-region': 'eu-west-1', 'x-origin-role': 'primary' });

    await round(edge);
    expect(Object.keys(stateOf(edge).drained)).toEqual(['us-east-1']);
    await round(edge);
    expect(stateOf(edge)).toEqual({ keys: { k1: SECRET }, drained: {}, hard: [] });
    expect((await ask(edge.url, '/x')).headers['x-origin-region']).toBe('us-east-1');
  });

  test.each<[string, Fault, string]>([
    ['denies everything', { kind: 'status', status: 403 }, '403'],
    ['answers an error', { kind: 'status', status: 500 }, '500'],
    ['breaks off', { kind: 'truncate' }, 'truncated'],
    ['resets connections', { kind: 'reset' }, 'broken'],
  ])('by a word: %s', async (_, fault, failure) => {
    const edge = await started();
    await edge.origin('us-east-1').setFault(fault);
    await round(edge);
    expect(JSON.parse(edge.store.get('drain:us-east-1') ?? '').reason).toBe(`2 of 2 probes failed (${failure})`);
  });
});

test('without a state nothing is written, and a line says why', async () => {
  const edge = await started();
  edge.store.delete('state');
  await edge.origin('us-east-1').setFault({ kind: 'refuse' });
  await round(edge);
  expect(edge.store.entries()).toEqual([]);
  expect(edge.lines).toEqual(['{"edgekeeper":1,"health":"state-unusable"}']);
});

describe('nothing is written', () => {
  const notFound: RequestListener = (_, response) => response.writeHead(404).end();
  test.each<[string, Partial<EdgeOptions>, (edge: TestEdge) => Promise<unknown>]>([
    ['while all answer', {}, async () => {}],
    [
      'when all fail',
      {},
      (edge) => Promise.all(REGIONS.map(({ originId }) => edge.origin(originId).setFault({ kind: 'refuse' }))),
    ],
    [
      'where a region has no canary',
      { origins: { 'us-east-1': notFound, 'eu-west-1': (_, response) => void response.end('ok') } },
      async () => {},
    ],
  ])('%s', async (_, options, prepare) => {
    const edge = await started(options);
    await prepare(edge);
    await round(edge);
    expect(edge.store.get('drain:us-east-1')).toBeUndefined();
    expect(edge.lines).toEqual([]);
  });
});

test('a region is asked for the canary alone, as CloudFront would ask', async () => {
  const edge = await started();
  await round(edge);
  const { received } = edge.origin('eu-west-1');
  expect(received.map(({ method, target }) => `${method} ${target}`)).toEqual(['GET /index.html', 'GET /index.html']);
});

test('an edge that is closed leaves no prober behind', async () => {
  const edge = await started();
  await edge.clock.whenPending(EVERY * 1000);
  const pending = edge.clock.pending();
  await edge.close();
  expect(edge.clock.pending()).toBeLessThan(pending);
});
