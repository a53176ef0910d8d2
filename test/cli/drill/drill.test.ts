/** The command as a process: a drill of a few phases, one that misses its objective, one that is ended, and observing. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observe } from '../../../cli/drill/observe.ts';
import type { DrillResult } from '../../../cli/drill/result.ts';
import { type Ended, runCommand, startCommand } from '../../support/command.ts';
import { type TestBench, type TestEdge, testBench } from '../../support/edge.ts';
import { copyService } from '../../support/service-copy.ts';

const ADDRESS =
  '--url: expected an address such as https://d111111abcdef8.cloudfront.net (--path says what is asked for)';

let folder: string;
beforeAll(async () => {
  folder = await copyService();
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]): Promise<Ended> => runCommand(['drill', ...args], folder);
const report = (file = '.edgekeeper/drill.html') => readFile(join(folder, file), 'utf8');
const phases = (...names: string[]) => names.flatMap((name) => ['--phase', name]);

describe('a drill', () => {
  let ended: Ended;
  let result: DrillResult;
  beforeAll(async () => {
    const chosen = phases('healthy', 'refuses', 'truncates', 'drained-by-hand', 'drained-by-health', 'both-down');
    ended = await run('--json', '--seconds-per-phase', '2', '--seed', 'a', ...chosen);
    result = JSON.parse(ended.out);
  });

  test('meets its objectives, and prints nothing but JSON', () => {
    expect(result).toMatchObject({ url: null, seed: 'a', rate: 40, isInterrupted: false, missed: [] });
    expect(ended.code).toBe(0);
  });

  test('fails over without a failure', () => {
    const found = result.phases.find(({ name }) => name === 'refuses');
    expect(found).toMatchObject({ availability: 1, failures: 0, badSeconds: 0 });
    expect(found?.failovers).toBeGreaterThan(0);
    expect(found?.recoverySeconds).toBeLessThan(2);
  });

  test('tells what broke off apart from what failed', () => {
    const found = result.phases.find(({ name }) => name === 'truncates');
    expect(found).toMatchObject({ availability: 1, failures: 0, failovers: 0 });
    expect(found?.brokenOff).toBeGreaterThan(0);
  });

  test('waits for nothing when the region is drained', () => {
    const found = result.phases.find(({ name }) => name === 'drained-by-hand');
    expect(found).toMatchObject({ availability: 1, failovers: 0, longestFailoverMs: null });
    expect(found?.fetchedMs?.max).toBeLessThan(1500);
  });

  test('has a prober that drains the region, and restores it', () => {
    const found = result.phases.find(({ name }) => name === 'drained-by-health');
    expect(found).toMatchObject({ availability: 1, failures: 0 });
    expect(found?.failovers).toBeGreaterThan(0);
    // Only those wait who come before it has found out.
    expect(found?.affectedMs?.p50).toBeLessThan(1500);
    expect(found?.recoverySeconds).toBeLessThan(3);
  });

  test('sees the outage of both regions', () => {
    const found = result.phases.find(({ name }) => name === 'both-down');
    expect(found?.availability).toBeLessThan(1);
    expect(found?.badSeconds).toBeGreaterThan(0);
  });

  test('says on stderr what it is at', () => {
    expect(ended.err.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^0 of 19 s {2}All is well$/),
      expect.stringMatching(/^2 of 19 s {2}The primary refuses connections$/),
      expect.stringMatching(/^4 of 19 s {2}The primary breaks off half-way$/),
      expect.stringMatching(/^6 of 19 s {2}The primary swallows connections, drained by hand$/),
      expect.stringMatching(/^8 of 19 s {2}The primary swallows connections, and a prober drains it$/),
      expect.stringMatching(/^17 of 19 s {2}Both regions refuse connections$/),
    ]);
  });

  test('leaves a report that needs nothing else', async () => {
    const html = await report();
    expect(html.match(/<svg [^>]*aria-label="[^"]+"/g)).toHaveLength(4);
    expect(html.match(/<table>/g)).toHaveLength(3);
    for (const { name, title } of result.phases) {
      expect(html).toContain(`<td>${name}</td>`);
      expect(html).toContain(`<td>${title}</td>`);
    }
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|\b(?:src|href)=/);
  });
});

test('an objective that is missed is named, and the exit code is 1', async () => {
  const file = join(folder, 'serverless.yml');
  const settings = await readFile(file, 'utf8');
  await writeFile(file, settings.replace('failoverSeconds: 3', 'failoverSeconds: 1'));
  const { code, out } = await run('--seconds-per-phase', '2', ...phases('unreachable'));
  await writeFile(file, settings);
  expect(out).toMatch(/^Missed: unreachable: failovers took up to 2\.\d s, not 1 s at most\.$/m);
  expect(out).toMatch(/^Report: \.edgekeeper\/drill\.html \(seed [0-9a-f]{8}\)$/m);
  expect(code).toBe(1);
});

test.each([['recovery'], ['drained-by-health']])(
  'one of %s alone, in which nothing is asked for, is refused',
  async (phase) => {
    const file = join(folder, 'serverless.yml');
    const settings = await readFile(file, 'utf8');
    await writeFile(file, settings.replace(/^ *health: .*$/m, ''));
    const { code, out, err } = await run(...phases(phase));
    await writeFile(file, settings);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`ERR_OPTION_INVALID: --phase: expected phases in which something is asked for`);
  },
);

test('what is asked for is for a distribution elsewhere alone', async () => {
  const { code, out, err } = await run('--path', '/x');
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('ERR_OPTION_INVALID: --path: expected --url beside it, got "/x"');
});

test('one that is ended early writes what it has', async () => {
  await rm(join(folder, '.edgekeeper', 'drill.html'), { force: true });
  const { child, ended } = startCommand(
    ['drill', '--json', '--seconds-per-phase', '2', ...phases('healthy', 'hangs', 'slow')],
    folder,
  );
  child.stderr.on('data', (text) => String(text).includes('accepts requests') && child.kill('SIGINT'));
  const { code, out } = await ended;
  const result: DrillResult = JSON.parse(out);
  expect(result).toMatchObject({ isInterrupted: true, missed: [] });
  expect(result.phases.map(({ name }) => name)).toEqual(['healthy']);
  expect(code).toBe(130);
  expect(await report()).toContain('It was ended early');
});

test.each([
  { args: ['--seconds-per-phase', '1'], message: 'expected a whole number from 2 to 120.' },
  { args: ['--rate', '101'], message: 'expected a whole number from 1 to 100.' },
  { args: ['--short', '--seconds-per-phase', '3'], message: 'cannot be used with' },
  { args: ['--url', 'https://example.com', '--short'], message: 'cannot be used with' },
])('$args is refused', async ({ args, message }) => {
  const ended = await run(...args);
  expect(ended.err).toContain(message);
  expect(ended.code).toBe(2);
});

test.each([
  { url: 'example.com', expected: ADDRESS, got: '"example.com"' },
  { url: 'ftp://example.com', expected: ADDRESS, got: '"ftp://example.com"' },
  { url: 'https://example.com/x', expected: ADDRESS, got: '"https://example.com/x"' },
  { path: ['x'], expected: '--path: expected a path that begins with /', got: '"x"' },
  { rate: 11, expected: '--rate: expected at most 10 with --url', got: '11' },
  { for: '7h', expected: '--for: expected at most 6h', got: '"7h"' },
])('to observe with $got is refused', async ({ url = 'https://example.com', expected, got, ...options }) => {
  const observing = observe(folder, url, { path: [], for: '1s', report: 'drill.html', ...options });
  await expect(observing).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID', message: `${expected}, got ${got}` });
});

describe('observing', () => {
  let bench: TestBench;
  let edge: TestEdge;
  beforeAll(async () => {
    bench = await testBench(folder);
    edge = await bench.start();
  });
  afterAll(() => bench.close());

  const observed = (...args: string[]) => run('--url', edge.url, '--for', '2s', '--rate', '5', ...args);

  test('says what is seen, and asks with GET for nothing but the paths', async () => {
    const { code, out, err } = await observed('--path', '/x', '--path', '/film.mp4');
    expect(err).toMatch(/^0 of 2 s {2}Observed$/m);
    expect(out).toMatch(/^observed {2}10 {8}100\.00 % /m);
    expect(out).toContain(
      `Observed ${edge.url}: nothing was broken, nothing was written. Good answers: 10 from us-east-1.`,
    );
    expect(code).toBe(0);
    expect(edge.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      ...Array(5).fill('GET /film.mp4'),
      ...Array(5).fill('GET /x'),
    ]);
    expect(await report()).toContain(`Seen of ${edge.url}`);
  });

  test('ends with 1 when an answer was bad', async () => {
    const { code, out } = await observed('--json', '--path', '/nothing');
    expect(JSON.parse(out)).toMatchObject({
      url: edge.url,
      phases: [{ name: 'observed', requests: 10, failures: 10, availability: 0, fault: null }],
      missed: [{ objective: 'availability', text: '10 of 10 requests failed, not 0 % at most' }],
    });
    expect(code).toBe(1);
  });
});
