/** Five thousand requests stream in, and the page stays responsive. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from '../../support/browser.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

const REQUESTS = 5_000;
const AT_ONCE = 25;

/** Milliseconds for which nothing else may happen in the page; quiet machines take a tenth. */
const LONGEST_TASK_MS = 600;

/** From a key to the next picture that shows what came of it. */
const LONGEST_WAIT_MS = 1_000;

/** What the browser itself measures, in milliseconds. */
interface Seen {
  readonly tasks: number[];
  readonly waits: number[];
}

describeBrowser('a storm of requests', (browser) => {
  let bench: TestBench;
  let edge: TestEdge;
  beforeAll(async () => {
    bench = await plainBench(template());
    edge = await bench.start();
  });
  afterAll(() => bench.close());

  test('leaves the page responsive', async () => {
    const page = await browser.open(edge.inspector ?? '');
    await page.waitForSelector('[data-connected=true]');
    await page.evaluate(() => {
      const seen: Seen = { tasks: [], waits: [] };
      Object.assign(globalThis, { seen });
      const watch = (durations: number[], options: PerformanceObserverInit): void => {
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) durations.push(duration);
        }).observe(options);
      };
      watch(seen.tasks, { type: 'longtask' });
      watch(seen.waits, { type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    });
    let next = 0;
    let isOver = false;
    const viewer = async (): Promise<void> => {
      while (next < REQUESTS) await (await fetch(`${edge.url}/${next++ % 100 === 0 ? 'film.mp4' : 'x'}`)).arrayBuffer();
    };
    const storm = Promise.all(Array.from({ length: AT_ONCE }, viewer)).then(() => {
      isOver = true;
    });
    await page.getByRole('searchbox', { name: 'URL contains' }).focus();
    while (!isOver) for (const key of ['f', 'i', 'Backspace', 'Backspace']) await page.keyboard.press(key);
    await storm;
    await page.waitForFunction((wanted) => {
      const text = document.querySelector('.count')?.textContent ?? '';
      const [shown = 0, missed = 0] = (text.replaceAll(',', '').match(/\d+/g) ?? []).map(Number);
      return shown + missed >= wanted;
    }, REQUESTS);
    const { tasks, waits } = await page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);
    const elements = await page.locator('.grid-row').count();
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(0, ...tasks)).toBeLessThan(LONGEST_TASK_MS);
    expect(Math.max(...waits)).toBeLessThan(LONGEST_WAIT_MS);
    expect(elements).toBeLessThan(60);
  });
});
