/** `drain`, `undrain` and `regions` as processes, over a store file and over an edge that runs. */

import { readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writePrivateFile } from '../../emulator/private-file.ts';
import { type Ended, runCommand } from '../support/command.ts';
import { ask, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { copyService } from '../support/service-copy.ts';
import { SECRET, STATE } from '../support/tokens.ts';

let folder: string;
let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  folder = await copyService();
  bench = await testBench(folder);
  edge = await bench.start();
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string) => join(folder, '.edgekeeper', 'local', name);
const run = (...args: string[]): Promise<Ended> => runCommand(args, folder);
const stored = () => JSON.parse(readFileSync(file('kvs.json'), 'utf8')) as Record<string, string>;
const state = () => JSON.parse(stored().state ?? '');
const now = () => Math.floor(Date.now() / 1000);

function storeState(drains: object): void {
  writePrivateFile(file('kvs.json'), JSON.stringify({ state: JSON.stringify({ keys: { k1: SECRET }, ...drains }) }));
}

describe('without an edge', () => {
  beforeEach(() => storeState({ drained: {} }));

  test('a region is drained until further notice, and asked as ever again', async () => {
    const { code, out } = await run('drain', 'eu-west-1', '--reason', 'a drill');
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^Drained eu-west-1 in .*kvs\.json: it is asked last until further notice\.\n$/),
    });
    expect(state()).toEqual({ keys: { k1: SECRET }, drained: { 'eu-west-1': 0 }, hard: [] });
    expect(JSON.parse(stored()['drain:eu-west-1'] ?? '')).toEqual({
      reason: 'a drill',
      by: userInfo().username,
      since: expect.stringMatching(/^\d{4}-/),
    });

    expect((await run('undrain', 'eu-west-1')).out).toMatch(/^eu-west-1 is asked as ever in /);
    expect(Object.keys(stored())).toEqual(['state']);
    expect(state()).toEqual({ keys: { k1: SECRET }, drained: {}, hard: [] });
    expect((await run('undrain', 'eu-west-1')).out).toMatch(/^eu-west-1 was not drained in /);
  });

  test('or for a time, and not at all', async () => {
    const before = now();
    expect((await run('drain', 'eu-west-1', '--for', '2h', '--hard')).out).toMatch(/it is not asked until \d{4}-/);
    const { drained, hard } = state();
    expect(drained['eu-west-1']).toBeGreaterThanOrEqual(before + 7200);
    expect(drained['eu-west-1']).toBeLessThanOrEqual(now() + 7200);
    expect(hard).toEqual(['eu-west-1']);
    await run('drain', 'eu-west-1');
    expect(state()).toMatchObject({ drained: { 'eu-west-1': 0 }, hard: [] });
  });

  test('the last region is not drained but by force', async () => {
    storeState({ drained: { 'us-east-1': 0 }, hard: ['us-east-1'] });
    const before = stored();
    expect(await run('drain', 'eu-west-1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ERR_OPTION_INVALID: region: expected another region that is not drained (--force'),
    });
    expect(stored()).toEqual(before);
    expect((await run('drain', 'eu-west-1', '--force')).code).toBe(0);
    expect(state()).toMatchObject({ drained: { 'us-east-1': 0, 'eu-west-1': 0 }, hard: ['us-east-1'] });
  });

  test.each([
    { args: ['drain', 'mars-1'], says: 'region: expected one of us-east-1, eu-west-1, got "mars-1"' },
    { args: ['drain', 'eu-west-1', '--for', 'soon'], says: '--for: expected a duration of a second or more' },
    {
      args: ['drain', 'eu-west-1', '--reason', 'x'.repeat(201)],
      says: '--reason: expected at most 200 characters, got 201',
    },
  ])('$says', async ({ args, says }) => {
    const before = stored();
    const { code, err } = await run(...args);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`ERR_OPTION_INVALID: ${says}`) });
    expect(stored()).toEqual(before);
  });

  test('the table says which, until when, why, by whom', async () => {
    storeState({ drained: { 'us-east-1': 4_102_444_800, 'eu-west-1': 1 }, hard: ['us-east-1'] });
    const note = JSON.stringify({ reason: 'bell\u0007', by: 'health', since: '2026-01-01T12:00:00Z' });
    writePrivateFile(
      file('kvs.json'),
      JSON.stringify({ ...stored(), 'drain:us-east-1': note, 'drain:eu-west-1': note }),
    );
    expect((await run('regions')).out).toBe(
      [
        'region     state         until                     reason  by      since',
        'us-east-1  drained hard  2100-01-01T00:00:00.000Z  bell    health  2026-01-01T12:00:00Z',
        'eu-west-1  open          -                         -       -       -',
        '',
      ].join('\n'),
    );
  });
});

describe('with an edge that runs', () => {
  test('a drained region gets no request until the healthy one fails, from the next request on', async () => {
    edge.store.set('state', STATE);
    writePrivateFile(file('edge.json'), JSON.stringify({ control: edge.control, instance: edge.instance }));
    const asked = (region: string) => edge.buckets.get(region)?.received.length;
    expect((await run('drain', 'us-east-1')).out).toContain(`Drained us-east-1 in the edge at ${edge.control}`);
    expect(JSON.parse(edge.store.get('state') ?? '').keys).toEqual(JSON.parse(STATE).keys);
    expect((await ask(edge.url, '/film.mp4')).headers['x-origin-region']).toBe('eu-west-1');
    expect([asked('us-east-1'), asked('eu-west-1')]).toEqual([0, 1]);

    await edge.buckets.get('eu-west-1')?.setFault({ kind: 'refuse' });
    expect((await ask(edge.url, '/index.html')).headers['x-origin-region']).toBe('us-east-1');
    expect(asked('us-east-1')).toBe(1);
    await edge.buckets.get('eu-west-1')?.setFault(null);

    await run('undrain', 'us-east-1');
    expect((await ask(edge.url, '/x')).headers['x-origin-region']).toBe('us-east-1');
  });

  test('of regions that are drained at once none is lost, and the last one stays', async () => {
    edge.store.set('state', STATE);
    writePrivateFile(file('edge.json'), JSON.stringify({ control: edge.control, instance: edge.instance }));
    const ended = await Promise.all([run('drain', 'us-east-1'), run('drain', 'eu-west-1')]);
    expect(ended.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(Object.keys(JSON.parse(edge.store.get('state') ?? '').drained)).toHaveLength(1);
  });
});
