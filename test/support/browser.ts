/** A browser for tests of pages. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium } from './chromium.ts';

/** What a page takes at most to show something, in milliseconds. */
const LIMIT_MS = 15_000;

export interface PageOptions {
  readonly colorScheme?: 'light' | 'dark';
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
}

export interface TestBrowser {
  /** A page of its own, in a window of 1280 by 800. What its scripts fail at, and what its policy refuses, fails the test. */
  open(url: string, options?: PageOptions): Promise<Page>;
}

/**
 * A `describe` for tests that need a browser, one for all of them. Without Chromium they are skipped, and the report
 * says so; where `CI` is set they fail.
 */
export function describeBrowser(name: string, tests: (browser: TestBrowser) => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, () => tests(testBrowser()));
  } else if (process.env.CI) {
    describe(name, () => {
      test('needs Chromium', () => expect.fail(`there is no ${CHROMIUM}: apt-get install chromium`));
    });
  } else {
    console.warn(`skipped, since there is no ${CHROMIUM} (apt-get install chromium): ${name}`);
    describe.skip(`${name} (skipped: no Chromium)`, () => tests(testBrowser()));
  }
}

function testBrowser(): TestBrowser {
  let browser: Browser;
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    expect(faults).toEqual([]);
  });
  return {
    async open(url, { colorScheme = 'light', before = () => {} } = {}) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
      page.setDefaultTimeout(LIMIT_MS);
      await page.addInitScript(before);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (/Content Security Policy|Uncaught/.test(message.text())) faults.push(message.text());
      });
      await page.goto(url);
      return page;
    },
  };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a page, one line each. It is evaluated by the debugger, past the page's policy. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    );
  });
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}
