/** A request of one's own, composed and followed in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BLANK, triedRequest } from '../../../emulator/inspector/try/composed-request.ts';
import { accessibilityFaults, describeBrowser } from '../../support/browser.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { type GuardedBench, guardedBench } from '../../support/guarded-edge.ts';
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
        ways: () => [{ path: '/*', way: 'token', algorithm: 'HS256', key: null }],
        sign: async ({ path }, claims) => {
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
    await page.getByText('Signed as: Token, HS256').waitFor();
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

describeBrowser('a request that is tried with private keys', (browser) => {
  let bench: GuardedBench;
  let page: Page;
  beforeAll(async () => {
    bench = await guardedBench();
    const edge = await bench.start({ signer: bench.signer() });
    page = await browser.open(`${edge.inspector}#/try`);
  });
  afterAll(() => bench.close());

  const field = (name: string) => page.getByLabel(name);
  const ways = () => field('Signed as').locator('option').allInnerTexts();
  const send = async (status: string, told: string): Promise<void> => {
    await page.getByRole('button', { name: 'Send' }).press('Enter');
    await page.locator('.opened h2', { hasText: status }).waitFor();
    await page.locator('.opened', { hasText: told }).waitFor();
  };

  test('is signed in one of the ways that its path has', async () => {
    await field('Path and query string').fill('/signed/film.mp4');
    await field('Signed now').check();
    await expect
      .poll(ways)
      .toEqual([
        ...['Signed URL, RSA, key K2RSA', 'Signed cookies, RSA, key K2RSA'],
        ...['Signed URL, ECDSA, key K2EC', 'Signed cookies, ECDSA, key K2EC'],
      ]);
    await send('200', 'Key-Pair-Id=K2RSA');
    await field('Signed as').focus();
    await page.keyboard.press('End');
    expect(await field('Signed as').inputValue()).toBe('signed-cookies K2EC');
    await field('Resource').fill('/signed/*');
    await field('Further claims').fill('{"ip": "198.51.100.0/24"}');
    await send('403', 'source-ip');
    await field('Further claims').fill('');
    await send('200', '/signed/film.mp4');
    expect(await page.locator('.opened').innerText()).not.toContain('Key-Pair-Id');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('says what a policy cannot carry', async () => {
    await field('Further claims').fill('{"sub": "viewer-7"}');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('alert').filter({ hasText: 'claims.sub: expected none' }).waitFor();
    await field('Further claims').fill('');
  });

  test('has the ways of another path, once that is typed', async () => {
    await field('Path and query string').fill('/members/film.mp4');
    await expect.poll(ways).toContain('Token, EdDSA, key EdDSA');
    await field('Signed as').selectOption('Token, EdDSA, key EdDSA');
    await field('Resource').fill('/members/*');
    await send('200', '/members/film.mp4');
    await field('Expires in seconds').fill('-1');
    await send('403', 'expired');
    await field('Path and query string').fill('/public');
    await field('Signed as').waitFor({ state: 'detached' });
  });
});

test('only what is filled in is sent', () => {
  expect(triedRequest(BLANK, [])).toEqual({ method: 'GET', path: '/', headers: {} });
});
