/** One request, opened, in a real browser over a real edge; and what can be copied of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TracedRequest } from '../../../emulator/control/answers.ts';
import type { Explanation } from '../../../emulator/explanation.ts';
import { curlCommand, vitestTest } from '../../../emulator/inspector/request/copies.ts';
import { changedLines, eventChange } from '../../../emulator/inspector/request/event-change.ts';
import { duration } from '../../../emulator/inspector/request/stage-words.ts';
import { accessibilityFaults, describeBrowser } from '../../support/browser.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

const SOURCE = `/** Guards films. */
interface Request { uri: string; headers: Record<string, { value: string }> }

export function handler(event: { request: Request }): unknown {
  const { request } = event;
  console.log('guarding ' + request.uri);
  if (request.uri === '/throw') throw new Error('no film is called so');
  if (request.uri === '/invalid') return 7;
  if (request.uri === '/refused') {
    console.log('{"edgekeeper":1,"verdict":"refused","reason":"expired"}');
    return { statusCode: 403 };
  }
  request.uri = request.uri.replace('/v1/', '/');
  return request;
}
`;

const NOTING = `exports.handler = async ({ Records: [{ cf: { request, response } }] }) => {
  if (request.uri === '/x') throw new Error('no note on this');
  response.headers['x-note'] = [{ key: 'X-Note', value: 'noted' }];
  return response;
};`;

const EXPLANATION: Explanation = {
  ...{ allow: false, reason: 'expired', code: null, status: 403, nearest: 'an hour ago it was good' },
  steps: [
    { step: 'carrier', expected: 'the cookie edgekeeper', got: 'the cookie edgekeeper', ok: true },
    { step: 'exp', expected: 'before 2026-01-01T11:00:00Z', got: '2026-01-01T12:00:00Z', ok: false },
  ],
};

describeBrowser('an opened request', (browser) => {
  let bench: TestBench;
  let edge: TestEdge;
  let folder: string;
  let page: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edgekeeper-guard-'));
    await writeFile(join(folder, 'guard.ts'), SOURCE);
    bench = await plainBench(template({ code: 'unused', handler: 'functions/lambda-edge/note.handler' }), {
      'note.js': NOTING,
    });
    edge = await bench.start({
      functions: { 'viewer-request': join(folder, 'guard.ts') },
      explainer: { explain: async ({ uri }) => (uri === '/refused' ? EXPLANATION : null) },
    });
    page = await browser.open(edge.inspector ?? '');
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  async function open(target: string, asked: Asked = {}): Promise<void> {
    await ask(edge.url, target, asked);
    const { requestId = '' } = edge.requests.at(-1) ?? {};
    await page.goto(`${edge.inspector}#/requests/${encodeURIComponent(requestId)}`);
    await page.locator('.opened h2', { hasText: target.split('?')[0] ?? '' }).waitFor();
  }
  const stage = (name: string) => page.locator('.stages > li', { has: page.getByText(name, { exact: true }) });
  const read = async (name: string, index = 0): Promise<string> => {
    const details = stage(name).nth(index).locator('details').first();
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
    return details.innerText();
  };

  test('shows its way, stage by stage', async () => {
    await edge.origin('us-east-1').setFault({ kind: 'refuse' });
    await open('/v1/film.mp4', { headers: { 'x-edgekeeper-viewer': 'Tokyo' } });
    await edge.origin('us-east-1').setFault(null);
    expect(await page.locator('.opened header').innerText()).toMatch(/Miss · Tokyo to NRT · \d/);
    expect(await read('Cache behavior')).toContain('regional');
    const viewerRequest = await read('Viewer request');
    for (const text of ['viewer-request', 'cloudfront-function, in realm', 'Compute time', 'guarding /v1/film.mp4']) {
      expect(viewerRequest).toContain(text);
    }
    expect(viewerRequest).toMatch(/- +"uri": "\/v1\/film.mp4"\n\+ +"uri": "\/film.mp4"/);
    expect(await read('Cache lookup')).toMatch(/nothing is stored[\s\S]*path: \/film.mp4/);
    expect(await read('Origin', 0)).toMatch(/us-east-1: the connection was refused[\s\S]*First byte after\s+never/);
    expect(await read('Origin group')).toContain('eu-west-1 is next');
    expect(await read('Origin', 1)).toMatch(/eu-west-1: 200[\s\S]*Connected after\s+[\d.]+ ms/);
    expect(await read('Origin response')).toMatch(/\+ +"x-note"/);
    expect(await read('Store')).toContain('1 d, by the default TTL of the cache policy');
    expect(await read('Headers to the viewer')).toContain('x-note: noted');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('says in words why a viewer was refused', async () => {
    await open('/refused');
    const verdict = page.getByRole('region', { name: 'Verdict' });
    expect(await verdict.locator('p').first().innerText()).toBe('Refused: expired. It has expired.');
    expect(await verdict.locator('summary').innerText()).toContain('as they are now it is refused: expired');
    expect((await verdict.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual([
      '✓ carrier the cookie edgekeeper',
      '✗ exp 2026-01-01T12:00:00Z expected before 2026-01-01T11:00:00Z',
    ]);
    expect(await verdict.innerText()).toContain('Nearest miss: an hour ago');
    expect(await accessibilityFaults(page)).toEqual([]);
    await open('/plain.html');
    expect(await verdict.count()).toBe(0);
  });

  test('is unmasked by hand, by whoever opened the page with the address of the start', async () => {
    await open('/masked.html?token=hunter2-hunter2');
    expect(await page.getByRole('button', { name: 'Unmask credentials' }).count()).toBe(0);
    expect(await page.locator('.secrecy').innerText()).toContain('the address that the edge printed');

    const other = await browser.open(edge.unmaskingInspector ?? '');
    await other.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const { requestId = '' } = edge.requests.at(-1) ?? {};
    await other.evaluate((hash) => location.assign(hash), `#/requests/${encodeURIComponent(requestId)}`);
    const heading = other.locator('.opened h2');
    await heading.getByText('token=(secret)').waitFor();
    expect(other.url()).not.toContain('unmask');
    await other.getByRole('button', { name: 'Unmask credentials' }).click();
    await heading.getByText('token=hunter2-hunter2').waitFor();
    await other.getByRole('button', { name: 'Copy as curl', exact: true }).click();
    await other.getByText('Copied').first().waitFor();
    expect(await other.evaluate(() => navigator.clipboard.readText())).toContain('token=hunter2-hunter2');
    expect(await accessibilityFaults(other)).toEqual([]);

    await other.getByRole('button', { name: 'Mask credentials' }).click();
    await heading.getByText('token=(secret)').waitFor();
    expect(await other.content()).not.toContain('hunter2');
    await other.getByRole('button', { name: 'Unmask credentials' }).click();
    await heading.getByText('token=hunter2-hunter2').waitFor();
    await open('/other.html?token=hunter2-hunter2');
    const { requestId: next = '' } = edge.requests.at(-1) ?? {};
    await other.evaluate((hash) => location.assign(hash), `#/requests/${encodeURIComponent(next)}`);
    await heading.getByText('/other.html').waitFor();
    expect(await other.content()).not.toContain('hunter2');

    await other.evaluate(() => sessionStorage.setItem('unmask-key', 'of-another-edge'));
    await other.reload();
    await other.getByRole('button', { name: 'Unmask credentials' }).click();
    await other.getByText('The edge was started again.').waitFor();
    await other.getByRole('button', { name: 'Mask credentials' }).click();
    await heading.getByText('token=(secret)').waitFor();
    await other.close();
  });

  test.each([
    {
      name: 'threw',
      target: '/throw',
      texts: [
        'no film is called so',
        'guard.ts:7:',
        "7    if (request.uri === '/throw') throw",
        '503 FunctionExecutionError',
      ],
    },
    {
      name: 'gave back what CloudFront does not take',
      target: '/invalid',
      texts: ['502 FunctionValidationError', 'must return a request or a response'],
    },
    { name: 'is Lambda@Edge', target: '/x', texts: ['no note on this', 'note.js:2:', '503 LambdaExecutionError'] },
  ])('has a card for a function that $name', async ({ target, texts }) => {
    await open(target);
    const card = await page.locator('.function-error').innerText();
    for (const text of texts) expect(card).toContain(text);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('is copied as curl, as an event and as a test; credentials stay at the edge', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/v1/index.html?a=1', { cookie: 'session=hunter2-hunter2' });
    const copied = async (label: string): Promise<string> => {
      await page.getByRole('button', { name: label, exact: true }).click();
      await page.getByText('Copied').first().waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('Copy as curl')).toBe(`curl -i -H 'cookie: session=(secret)' '${edge.url}/v1/index.html?a=1'`);
    expect(JSON.parse(await copied('Copy event JSON'))).toMatchObject({ request: { uri: '/v1/index.html' } });
    expect(await copied('Copy as test')).toContain('expect(response.status).toBe(200);');
    expect(await page.content()).not.toContain('hunter2');
  });

  test('is closed by keys and by its button, and one that is no longer kept says so', async () => {
    await open('/index.html');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Escape');
    await page.locator('.opened').waitFor({ state: 'detached' });
    await page.goto(`${edge.inspector}#/requests/gone`);
    await page.getByText('none of them any more').waitFor();
    await page.getByRole('link', { name: 'Close' }).click();
    await page.locator('.opened').waitFor({ state: 'detached' });
  });
});

const REQUEST = {
  ...{ method: 'POST', path: "/it's", query: 'a=b', status: 302, xCache: 'Miss from cloudfront', stages: [] },
  ...{ attempts: [{ originId: 'site', result: 302 }], viewerPlace: { country: 'JP', city: 'Tokyo' } },
  viewer: {
    headers: [
      { name: 'host', value: 'x' },
      { name: 'accept', value: '*/*' },
    ],
  },
} as unknown as TracedRequest;

test('curl is told method, headers and place, quoted for a shell', () => {
  expect(curlCommand(REQUEST, 'http://localhost:1')).toBe(
    `curl -i -X POST -H 'accept: */*' -H 'x-edgekeeper-viewer: Tokyo' 'http://localhost:1/it'\\''s?a=b'`,
  );
});

test('a test asks for the same of origins that answer the same', () => {
  const text = vitestTest(REQUEST, []);
  expect(text).toContain('"site": (_, response) => response.writeHead(302).end(),');
  expect(text).toContain('fetch(edge.url + "/it\'s?a=b", {');
  expect(text).toContain('"x-edgekeeper-viewer": "Tokyo",');
});

test('a hit makes no test: nobody knows what its origin answers', () => {
  const lookup = (decision: string) =>
    ({ ...REQUEST, stages: [{ stage: 'cache-lookup', decision }] }) as unknown as TracedRequest;
  expect(vitestTest(lookup('hit'), [])).toBe(null);
  expect(vitestTest(lookup('stale hit'), [])).toBe(null);
  expect(vitestTest(lookup('miss'), [])).toContain('expect(');
});

describe('what a function changed', () => {
  test.each([
    { name: 'a request', event: { request: { uri: '/a' } }, value: { uri: '/b' }, before: { uri: '/a' } },
    {
      name: 'a response of Lambda@Edge',
      event: { Records: [{ cf: { request: {}, response: { status: '200' } } }] },
      value: { status: '404' },
      before: { status: '200' },
    },
  ])('is seen beside what it was: $name', ({ event, value, before }) => {
    expect(eventChange(event, value)).toEqual({ before, after: value });
  });

  test.each([{ statusCode: 403 }, { status: '403' }])('is nothing where it answered by itself: %j', (value) => {
    expect(eventChange({ request: {} }, value)).toBe(null);
  });

  test('does not depend on the order of names', () => {
    expect(changedLines({ before: { a: 1, b: 2 }, after: { b: 2, a: 1 } })).toEqual([]);
    expect(changedLines({ before: { a: 1, b: 2 }, after: { b: 3, a: 1 } }).map(({ kind }) => kind)).toEqual([
      ...['same', 'same', 'removed', 'added', 'same'],
    ]);
  });
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3_661, '1 h 1 min'],
  [86_400, '1 d'],
  [-61, '-1 min 1 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
