/** The list of requests, in a real browser over a real edge. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accessibilityFaults, describeBrowser } from '../../support/browser.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

const CODE = `function handler(event) {
  return event.request.uri === '/refused' ? { statusCode: 403 } : event.request;
}`;

/** In a page: what waits for its painting comes a second later. */
function paintLate(): void {
  const soon = window.setTimeout.bind(window);
  window.requestAnimationFrame = () => 0;
  Object.assign(window, { setTimeout: (run: () => void, ms = 0) => soon(run, ms + 1_000) });
}

describeBrowser('the list of requests', (browser) => {
  let bench: TestBench;
  let edge: TestEdge;
  let page: Page;
  beforeAll(async () => {
    bench = await plainBench(template({ code: CODE }));
  });
  afterAll(() => bench.close());
  beforeEach(async () => {
    edge = await bench.start();
    page = await browser.open(edge.inspector ?? '');
    await page.waitForSelector('[data-connected=true]');
    return () => page.close();
  });

  const rows = () => page.locator('.grid-row');
  const cells = async (row: number) => rows().nth(row).getByRole('gridcell').allTextContents();
  const urls = () => page.locator('.grid-row [data-column=URL]').allTextContents();
  const until = (count: number) =>
    page.waitForFunction((n) => document.querySelectorAll('.grid-row').length === n, count);

  test('shows what happened before it was opened, and what happens then, newest first', async () => {
    await edge.origin('us-east-1').setFault({ kind: 'refuse' });
    await ask(edge.url, '/film.mp4?a=1', { headers: { 'x-edgekeeper-viewer': 'Tokyo' } });
    await ask(edge.url, '/refused');
    await until(2);
    expect((await cells(0)).slice(1, 8)).toEqual([
      'GET',
      '/refused',
      '403',
      'IAD',
      'FunctionGeneratedResponse',
      '',
      '',
    ]);
    const later = await browser.open(edge.inspector ?? '');
    await later.waitForSelector('.grid-row');
    expect((await later.locator('.grid-row').nth(1).getByRole('gridcell').allTextContents()).slice(1, 8)).toEqual([
      'GET',
      '/film.mp4?a=1',
      '200',
      'NRT',
      'Miss',
      '',
      'yes',
    ]);
    await later.close();
  });

  test('hides tokens', async () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${'eyJleHAiOjF9'.padEnd(40, 'a')}.${'s'.repeat(43)}`;
    await ask(edge.url, `/~${token}/x?token=${token}`);
    await until(1);
    expect(await page.content()).not.toContain(token.slice(21, 60));
  });

  test('is filtered, paused and cleared', async () => {
    for (const path of ['/film.mp4', '/refused', '/x']) await ask(edge.url, path);
    await until(3);
    await page.getByRole('searchbox', { name: 'URL contains' }).fill('film');
    await until(1);
    expect(await page.locator('.count').textContent()).toBe('1 of 3');
    await page.getByRole('button', { name: 'Reset filter' }).click();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('4xx');
    await until(1);
    expect(await urls()).toEqual(['/refused']);
    await page.getByRole('button', { name: 'Reset filter' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await ask(edge.url, '/index.html');
    await page.waitForSelector('.count:has-text("1 waiting")');
    expect(await urls()).toEqual(['/x', '/refused', '/film.mp4']);
    await page.getByRole('button', { name: 'Resume' }).click();
    await until(4);
    await page.getByRole('button', { name: 'Clear' }).click();
    await until(0);
    await ask(edge.url, '/x');
    await until(1);
  });

  test('keeps the rows in sight while others come, and only few of many in the page', async () => {
    for (let number = 0; number < 300; number += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => ask(edge.url, `/${number + i}`)));
    }
    await page.waitForSelector('.count:text-is("300")');
    expect(await rows().count()).toBeLessThan(60);
    await page.locator('.grid-body').evaluate((body) => {
      body.scrollTop = 2_800;
    });
    const inSight = () =>
      page.evaluate(() => document.elementFromPoint(400, 400)?.closest('.grid-row')?.getAttribute('id'));
    await page.waitForFunction(() => document.elementFromPoint(400, 400)?.closest('.grid-row') !== null);
    const before = await inSight();
    await ask(edge.url, '/x');
    await page.waitForSelector('.count:text-is("301")');
    expect(await inSight()).toBe(before);
  });

  test('knows that the edge is there, however late it is painted', async () => {
    const other = await browser.open(edge.inspector ?? '', { before: paintLate });
    await other.waitForSelector('[data-connected=true]', { timeout: 5_000 });
    await other.close();
  });

  test('makes way for another view, however late it is painted', async () => {
    const other = await browser.open(edge.inspector ?? '', { before: paintLate });
    await other.evaluate(() => location.assign('#/map'));
    await other.waitForSelector('nav [aria-current=page]:text-is("Map")', { timeout: 5_000 });
    await other.close();
  });

  test('says above it that a change has no effect, until one has', async () => {
    await edge.update({ distribution: 'Another' }).catch(() => {});
    await page.getByRole('alert').filter({ hasText: 'The last change has no effect: ' }).waitFor();
    await edge.update({ distribution: 'Distribution' });
    await page.locator('.update-failure').waitFor({ state: 'detached' });
  });

  test.each(['light', 'dark'] as const)('is accessible, %s', async (colorScheme) => {
    for (const path of ['/film.mp4', '/refused', '/x']) await ask(edge.url, path);
    const other = await browser.open(edge.inspector ?? '', { colorScheme });
    await other.waitForSelector('.grid-row');
    expect(await accessibilityFaults(other)).toEqual([]);
    await other.close();
  });

  test('goes from row to row by keys', async () => {
    for (const path of ['/film.mp4', '/refused', '/x']) await ask(edge.url, path);
    await until(3);
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'End', 'ArrowUp']) await page.keyboard.press(key);
    const active = await page.getByRole('grid').getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"] [data-column=URL]`).textContent()).toBe('/refused');
  });
});
