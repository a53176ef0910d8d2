/** A request of one's own, composed and followed in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BLANK, triedRequest } from '../../../emulator/inspector/try/composed-request.ts';
import { accessibilityFaults, describeBrowser } from '../../support/browser.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

const SIGNED = 'a-token-that-nobody-may-see';
const GUARD = `function handler(event) {
  var shown = event.request.headers.authorization;
  return shown && shown.value === 'Bearer ${SIGNED}' ? event.request : { statusCode: 401 };
}`;

describeBrowser('a request that is tried', (browser) => {
  let bench: TestBench;
  let edge: TestEdge;
  let page: Page;
  const asked: unknown[] = [];
  beforeAll(async () => {
    bench = await plainBench(template({ code: GUARD }));
    edge = await bench.start({
      signer: {
        paths: () => ['/*'],
        sign: async (path, claims) => {
          asked.push(claims);
          return { path, headers: { authorization: `Bearer ${SIGNED}` } };
        },
      },
    });
    page = await browser.open(`${edge.inspector}#/try`);
  });
  afterAll(() => bench.close());

  const field = (name: string) => page.getByLabel(name);
  const send = async (status: string): Promise<void> => {
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.opened h2', { hasText: status }).waitFor();
  };

  test('is followed through the edge, from where its viewer is', async () => {
    await field('Path and query string').fill('/film.mp4?a=1');
    await field('Viewer').fill('Tokyo');
    await field('Headers, one a line').fill('x-mark: seen');
    await send('401');
    expect(await page.locator('.opened header').innerText()).toMatch(/\/film.mp4\?a=1[\s\S]*Tokyo to NRT/);
    expect(await page.locator('.stages').innerText()).toContain('"x-mark"');
  });

  test('shows a credential that is signed for it, which the page is not told', async () => {
    await field('Signed now').check();
    await field('Resource').fill('/film*');
    await field('Expires in seconds').fill('60');
    await field('Further claims').fill('{"sub": "viewer-7"}');
    await send('200');
    const now = Math.floor(edge.clock.now() / 1000);
    expect(asked).toEqual([{ res: '/film*', sub: 'viewer-7', exp: now + 60 }]);
    expect(await page.content()).not.toContain(SIGNED);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('shows a credential that was pasted', async () => {
    await field('Pasted').check();
    await field('Token').fill('another-token');
    await send('401');
    await field('Token').fill(SIGNED);
    await send('200');
  });

  test('has a body, and a method that is not cached', async () => {
    await field('Method').selectOption('DELETE');
    await field('Body').fill('text');
    await send('DELETE');
    await field('Method').selectOption('GET');
  });

  test('that cannot be sent says why', async () => {
    await field('Headers, one a line').fill('no colon');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('alert').filter({ hasText: 'headers: expected name: value' }).waitFor();
    await field('Headers, one a line').fill('');
    await field('Path and query string').fill('no-slash');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('alert').filter({ hasText: 'path: expected printable ASCII from / on' }).waitFor();
  });
});

test('only what is filled in is sent', () => {
  expect(triedRequest(BLANK)).toEqual({ method: 'GET', path: '/', headers: {} });
});
