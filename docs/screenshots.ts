/** Takes the pictures of the README from the real page, over an edge of its own: `npm run screenshots`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = join(ROOT, 'docs', 'images');
const CITIES = ['Tokyo', 'Paris', 'Chicago', 'Sydney', 'Sao Paulo', 'Mumbai', 'Lagos', 'Seattle', 'Nairobi', 'Cairo'];
const PATHS = ['/', '/index.html', '/photo.jpg', '/private/catalogue.json', '/catalogue.json?page=2'];

interface RunningEdge {
  readonly url: string;
  readonly control: string;
  readonly inspector: string;
  readonly unmaskingInspector: string;
}

const child = spawn(process.execPath, ['cli/edgekeeper.js', 'local', '--port', '0', '--control-port', '0', '--json'], {
  cwd: ROOT,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  await takeAll(JSON.parse(line.toString()));
} finally {
  child.kill();
}

async function takeAll(edge: RunningEdge): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1320, height: 860 } });
  await page.goto(edge.unmaskingInspector);
  await page.goto(`${edge.inspector}#/map`);
  await page.waitForSelector('[data-connected=true]');
  await storm(edge, 20);
  await save(page, 'inspector-map');
  await page.goto(`${edge.inspector}#/requests/${encodeURIComponent(await failedOver(edge))}`);
  await page.waitForSelector('.stages');
  await save(page, 'inspector-request');
  await browser.close();
}

/** Rounds of requests; in the second half one region refuses connections. */
async function storm(edge: RunningEdge, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    if (round === rounds / 2) await setFault(edge, '{"kind":"refuse"}');
    await fetch(`${edge.control}/cache`, { method: 'DELETE' });
    await Promise.all(CITIES.map((city, index) => ask(edge, PATHS[(round + index) % PATHS.length] ?? '/', city)));
    await after(400);
  }
}

/** The id of a request that was. */
async function failedOver(edge: RunningEdge): Promise<string> {
  await setFault(edge, '{"kind":"refuse"}');
  await fetch(`${edge.control}/cache`, { method: 'DELETE' });
  const id = await ask(edge, '/photo.jpg', 'Toronto');
  await fetch(`${edge.control}/origins/us-east-1/fault`, { method: 'DELETE' });
  return id;
}

async function setFault({ control }: RunningEdge, fault: string): Promise<void> {
  await fetch(`${control}/origins/us-east-1/fault`, { method: 'PUT', body: fault });
}

async function ask({ url }: RunningEdge, path: string, city: string): Promise<string> {
  const response = await fetch(url + path, { headers: { 'x-edgekeeper-viewer': city } });
  await response.arrayBuffer();
  return response.headers.get('x-amz-cf-id') ?? '';
}

async function save(page: Page, name: string): Promise<void> {
  await after(600);
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
}
