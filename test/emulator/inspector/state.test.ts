/** What the edge holds, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unexpected } from '../../../config/errors.ts';
import type { Finding } from '../../../emulator/finding.ts';
import { bytesText } from '../../../emulator/inspector/state/bytes-text.ts';
import { accessibilityFaults, describeBrowser } from '../../support/browser.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { findingOf } from '../../support/findings.ts';
import { template } from '../../support/template.ts';
import { SECRET } from '../../support/tokens.ts';

const CODE = 'function handler(event) { return event.request; }';

const FINDINGS = [findingOf('list-bucket', 'warning'), findingOf('target-origin'), findingOf('origin-timeouts')];

function shown({ severity, rule, where, what, why, advice, see }: Finding): string {
  return [`${severity} ${why} ${rule}`, where, what, `${advice} ${see.slice('https://'.length)}`].join('\n');
}

describeBrowser('the state of an edge', (browser) => {
  let bench: TestBench;
  let edge: TestEdge;
  let page: Page;
  beforeAll(async () => {
    bench = await plainBench(template({ code: CODE, distribution: { PriceClass: 'PriceClass_100' } }));
    edge = await bench.start({ findings: async () => FINDINGS });
    page = await browser.open(`${edge.inspector}#/state`);
  });
  afterAll(() => bench.close());

  const section = (name: string) => page.getByRole('region', { name, exact: true });
  const shows = (name: string, text: string) => section(name).filter({ hasText: text }).waitFor();
  const lacks = (name: string, text: string) => section(name).filter({ hasNotText: text }).waitFor();

  test('has the functions, with their size beside the quota', async () => {
    await shows('Functions', `${CODE.length} B of 10 KB`);
    expect(await section('Functions').innerText()).toMatch(/viewer-request[\s\S]*cloudfront-js-2.0, in realm/);
    expect(await section('Functions').getByRole('meter').getAttribute('value')).toBe(String(CODE.length));
  });

  test('has what is stored, by cache, with its age, and loses what is invalidated', async () => {
    for (const [path, city] of [
      ['/film.mp4', 'Tokyo'],
      ['/x', 'Tokyo'],
      ['/index.html', 'Paris'],
    ] as const) {
      await ask(edge.url, path, { headers: { 'x-edgekeeper-viewer': city } });
    }
    edge.clock.advance(61_000);
    await shows('Cache', 'edge location CDG');
    await shows('Cache', '1 min 1 s');
    await section('Cache').getByRole('button', { name: 'Remove /film.mp4' }).first().click();
    await lacks('Cache', '/film.mp4');
    await section('Cache').getByRole('textbox', { name: 'Path to invalidate' }).fill('/x');
    await section('Cache').getByRole('button', { name: 'Invalidate' }).click();
    await lacks('Cache', '/x');
    await shows('Cache', '/index.html');
    await section('Cache').getByRole('button', { name: 'Empty all caches' }).click();
    await shows('Cache', 'Nothing is stored.');
  });

  test('says what is wrong with a path', async () => {
    await section('Cache').getByRole('textbox', { name: 'Path to invalidate' }).fill('films*x');
    await section('Cache').getByRole('button', { name: 'Invalidate' }).click();
    await shows('Cache', 'expected');
  });

  test('has the key value store as it changes, without secrets', async () => {
    edge.store.set('greeting', 'hello');
    await shows('Key value store', 'hello');
    await shows('Key value store', '(secret)');
    expect(await page.content()).not.toContain(SECRET);
  });

  test('has what of the template has another effect here', async () => {
    await shows('Template findings', 'viewers get the nearest edge location, whatever it costs');
    await shows('Template findings', 'PriceClass');
  });

  test('has what a check finds, errors first, then what has another effect', async () => {
    const items = await section('Template findings').getByRole('listitem').allInnerTexts();
    expect(items.slice(0, 3)).toEqual([...FINDINGS.slice(1), ...FINDINGS.slice(0, 1)].map(shown));
    expect(items.at(-1)).toContain('PriceClass');
    const link = section('Template findings').getByRole('link').first();
    expect(await link.getAttribute('href')).toBe(FINDINGS[1]?.see);
    expect(await link.getAttribute('rel')).toBe('noreferrer');
  });

  test.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('has what a check finds after an update: each rule once, nothing, why it could not be, and no word without a check', async () => {
    const [finding] = FINDINGS as [Finding];
    await edge.update({ findings: async () => [finding, { ...finding, where: 'Another place' }] });
    await shows('Template findings', 'Another place');
    const ofRule = section('Template findings').getByRole('listitem').filter({ hasText: finding.why });
    expect((await ofRule.allInnerTexts()).map((text) => text.includes(finding.where))).toEqual([true]);
    await edge.update({ findings: async () => [] });
    await shows('Template findings', 'Nothing is wrong by any of its rules.');
    await edge.update({ findings: () => Promise.reject(unexpected('ERR_CONFIG_INVALID', 'regions', 'two', 'one')) });
    await shows('Template findings', 'regions: expected two, got "one"');
    await lacks('Template findings', 'Nothing is wrong');
    await edge.update({ template: bench.template });
    await lacks('Template findings', 'What the check finds');
    await shows('Template findings', 'PriceClass');
  });
});

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1 KB'],
  [10_240, '10 KB'],
  [1_047_552, '1023 KB'],
  [1_048_576, '1 MB'],
  [2_516_582, '2.4 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});
