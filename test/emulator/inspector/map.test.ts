/** The map, in a real browser over a real edge: what goes where, and what can be broken from it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EdgeLocationState, ShownEntry, ShownRegion } from '../../../emulator/control/answers.ts';
import { secondsOf } from '../../../emulator/inspector/map/minute.ts';
import { waysOf } from '../../../emulator/inspector/map/ways.ts';
import { accessibilityFaults, describeBrowser } from '../../support/browser.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';
import { SECRET } from '../../support/tokens.ts';

describeBrowser('the map', (browser) => {
  let bench: TestBench;
  let edge: TestEdge;
  let page: Page;
  beforeAll(async () => {
    bench = await plainBench(template());
    edge = await bench.start({
      drillPhases: [
        { name: 'healthy', title: 'All is well', broken: 'none', fault: null },
        {
          name: 'drained',
          title: 'Drained, then broken',
          broken: 'first',
          fault: { kind: 'refuse' },
          drainedBy: 'hand',
        },
      ],
    });
    page = await browser.open(`${edge.inspector}#/map`);
  });
  afterAll(() => bench.close());

  const card = (region: string) => page.getByRole('article', { name: region });
  const says = (region: string, text: string) => card(region).filter({ hasText: text }).waitFor();
  const marker = (name: string) => page.locator(`.marker[aria-label^="${name}"]`);

  test('draws the way of a request from its viewer over the edge location to the bucket', async () => {
    await page.locator('.marker[data-state=open]').nth(1).waitFor();
    await page.waitForSelector('[data-connected=true]');
    await ask(edge.url, '/film.mp4', { headers: { 'x-edgekeeper-viewer': 'Lagos' } });
    await page.locator('.ways [data-kind=miss] path').nth(2).waitFor();
    await ask(edge.url, '/film.mp4', { headers: { 'x-edgekeeper-viewer': 'Lagos' } });
    await page.locator('.ways [data-kind=hit] path').waitFor();
  });

  test('breaks a region and repairs it', async () => {
    await card('us-east-1').getByRole('combobox').selectOption('answers 503');
    await card('us-east-1').getByRole('button', { name: 'Break' }).click();
    await says('us-east-1', 'answers 503');
    expect(edge.origin('us-east-1').fault).toEqual({ kind: 'status', status: 503 });
    await page.locator('.marker[aria-label="Region us-east-1: broken"]').waitFor();
    await ask(edge.url, '/x', { headers: { 'x-edgekeeper-viewer': 'Lagos' } });
    await page.locator('.ways [data-kind=failover] path').first().waitFor();
    await card('us-east-1').getByRole('button', { name: 'Repair' }).click();
    await says('us-east-1', 'healthy');
    expect(edge.origin('us-east-1').fault).toBe(null);
  });

  test('shows what another hand broke', async () => {
    await edge.origin('eu-west-1').setFault({ kind: 'slow', ms: 70 });
    await says('eu-west-1', 'fails: {"kind":"slow","ms":70}');
    await edge.origin('eu-west-1').setFault(null);
    await says('eu-west-1', 'healthy');
  });

  test('drains a region, never the last one, and restores it; keys stay', async () => {
    const before = edge.store.get('state') ?? '';
    await card('eu-west-1').getByRole('button', { name: 'Drain' }).click();
    await says('eu-west-1', 'drained: from the inspector');
    expect(JSON.parse(edge.store.get('state') ?? '')).toMatchObject({
      ...JSON.parse(before),
      drained: { 'eu-west-1': 0 },
    });
    expect(await card('us-east-1').getByRole('button', { name: 'Drain' }).isDisabled()).toBe(true);
    await card('eu-west-1').getByRole('button', { name: 'Restore' }).click();
    await says('eu-west-1', 'healthy');
    expect(JSON.parse(edge.store.get('state') ?? '')).toMatchObject({ keys: JSON.parse(before).keys, drained: {} });
    expect(edge.store.get('drain:eu-west-1')).toBe(undefined);
    expect(await page.content()).not.toContain(SECRET);
  });

  test('takes an edge location down, found on the map by keys', async () => {
    await marker('NRT').focus();
    await page.keyboard.press('Enter');
    const row = page.locator('.locations li[data-selected=true]');
    await row.getByRole('button', { name: 'Take down NRT' }).click();
    await page.locator('.marker[aria-label="NRT, Tokyo: down"]').waitFor();
    expect(edge.edgeLocations.list().find(({ name }) => name === 'NRT')?.isUp).toBe(false);
    await row.getByRole('button', { name: 'Bring back NRT' }).click();
    await page.locator('.marker[aria-label="NRT, Tokyo: up"]').waitFor();
  });

  test('has plots of the last minute, which move', async () => {
    await page.locator('figure', { hasText: /Availability 100 %/ }).waitFor();
    await page.locator('figure', { hasText: /Latency, p50 and p95 [\d.]+ and [\d.]+ ms/ }).waitFor();
    expect(await page.locator('.drawing svg').count()).toBe(2);
  });

  test('runs a drill, and repairs all when it is stopped', async () => {
    const drill = page.getByRole('region', { name: 'Drill' });
    await drill.getByRole('combobox').selectOption('Drained, then broken');
    await drill.getByLabel('Seconds each').fill('600');
    await drill.getByLabel('Viewers ask for').fill('/film.mp4');
    const asked = edge.requests.length;
    await drill.getByRole('button', { name: 'Start' }).click();
    await says('us-east-1', 'refuses connections, drained: from the inspector');
    await drill.filter({ hasText: 'Drained, then broken' }).getByRole('button', { name: 'Stop' }).waitFor();
    await expect.poll(() => edge.requests.slice(asked).some(({ isFailover }) => isFailover)).toBe(true);
    await drill.getByRole('button', { name: 'Stop' }).click();
    await drill.getByRole('button', { name: 'Start' }).waitFor();
    await says('us-east-1', 'healthy');
  });

  test('is accessible', async () => {
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

const entry = (fields: Partial<ShownEntry>): ShownEntry =>
  ({ status: 200, isFailover: false, attempts: [], edgeLocation: 'NRT', milliseconds: 1, ...fields }) as ShownEntry;

describe('ways', () => {
  const locations = [{ name: 'NRT', latitude: 1, longitude: 1, region: 'ap-northeast-1' } as EdgeLocationState];
  const region = (name: string, originIds: string[], latitude: number) =>
    ({ region: name, originIds, latitude, longitude: 0 }) as unknown as ShownRegion;
  const regions = [region('ap-northeast-1', [], 2), region('us-east-1', ['us'], 3)];
  const attempts = [{ originId: 'us', result: 200 }];
  test.each([
    { name: 'a hit ends at the edge', fields: {}, kind: 'hit', latitudes: [1] },
    {
      name: 'a viewer may be somewhere',
      fields: { viewerPlace: { country: 'JP', latitude: 9, longitude: 9 } },
      kind: 'hit',
      latitudes: [9, 1],
    },
    { name: 'a miss goes on', fields: { attempts }, kind: 'miss', latitudes: [1, 2, 3] },
    {
      name: 'an error is one',
      fields: { attempts, status: 503, isFailover: true },
      kind: 'error',
      latitudes: [1, 2, 3],
    },
    {
      name: 'an origin may be nowhere',
      fields: { attempts: [{ originId: 'api', result: 200 }] },
      kind: 'miss',
      latitudes: [1, 2],
    },
  ])('$name', ({ fields, kind, latitudes }) => {
    const [way, ...others] = waysOf([entry(fields), entry(fields)], locations, regions);
    expect(others).toEqual([]);
    expect(way).toMatchObject({ kind, count: 2 });
    expect(way?.points.map(({ latitude }) => latitude)).toEqual(latitudes);
  });
});

test('seconds have their own share of good answers, and percentiles', () => {
  const arrived = [
    { at: 58_001, entry: entry({ milliseconds: 5 }) },
    { at: 59_000, entry: entry({ status: 503, milliseconds: 30 }) },
    { at: 59_001, entry: entry({ status: 404, milliseconds: 10 }) },
    { at: 60_000, entry: entry({ milliseconds: 20 }) },
  ];
  const seconds = secondsOf(arrived, 60_000);
  expect(seconds).toHaveLength(60);
  expect(seconds.slice(-3)).toEqual([
    { second: -2, availability: null, p50: null, p95: null },
    { second: -1, availability: 0.5, p50: 5, p95: 30 },
    { second: 0, availability: 1, p50: 10, p95: 20 },
  ]);
});
