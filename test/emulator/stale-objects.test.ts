/** What becomes of an object whose time is over, at an origin that answers as each row says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

let edge: ScriptedEdge;
beforeAll(async () => {
  edge = await scriptedEdge(template({ behavior: { TargetOriginId: 'us-east-1' } }));
});
afterAll(async () => {
  expect(edge.failures).toEqual([]);
  await edge.close();
});

let paths = 0;
const newPath = () => `/${++paths}`;

const ETAG = { etag: '"1"', 'cache-control': 'max-age=10' };

/** Stores an object, lets `after` milliseconds go by, and asks again of an origin that answers `next`. */
async function askedAgain(first: Scripted, after: number, next: Scripted, headers: Record<string, string> = {}) {
  const path = newPath();
  edge.script({ body: 'old', ...first });
  await edge.ask(path);
  edge.clock.advance(after);
  edge.script({ body: 'new', ...next });
  const answer = await edge.ask(path, { headers });
  return { path, answer };
}

describe('an expired object', () => {
  test.each<{
    name: string;
    first: Scripted;
    next: Scripted;
    asks: object;
    status: number;
    body: string;
    xCache: string;
    see: string;
  }>([
    {
      name: 'with an ETag, confirmed',
      first: { headers: ETAG },
      next: { status: 304, headers: { etag: '"1"' }, body: '' },
      asks: { 'if-none-match': '"1"' },
      status: 200,
      body: 'old',
      xCache: 'RefreshHit from cloudfront',
      see: 'Expiration; RFC 9111, 4.3.1',
    },
    {
      name: 'with a date, confirmed',
      first: { headers: { 'last-modified': 'Thu, 01 Jan 2026 10:00:00 GMT', 'cache-control': 'max-age=10' } },
      next: { status: 304, body: '' },
      asks: { 'if-modified-since': 'Thu, 01 Jan 2026 10:00:00 GMT' },
      status: 200,
      body: 'old',
      xCache: 'RefreshHit from cloudfront',
      see: 'Expiration; RFC 9111, 4.3.1',
    },
    {
      name: 'that has changed',
      first: { headers: ETAG },
      next: { headers: { etag: '"2"' } },
      asks: { 'if-none-match': '"1"' },
      status: 200,
      body: 'new',
      xCache: 'Miss from cloudfront',
      see: 'Expiration',
    },
    {
      name: 'without a validator',
      first: { headers: { 'cache-control': 'max-age=10' } },
      next: {},
      asks: {},
      status: 200,
      body: 'new',
      xCache: 'Miss from cloudfront',
      see: 'Expiration',
    },
    {
      name: 'when the origin says 404',
      first: { headers: ETAG },
      next: { status: 404 },
      asks: { 'if-none-match': '"1"' },
      status: 404,
      body: 'new',
      xCache: 'Error from cloudfront',
      see: 'HTTPStatusCodes',
    },
    {
      name: 'when the origin says 500',
      first: { headers: ETAG },
      next: { status: 500 },
      asks: { 'if-none-match': '"1"' },
      status: 200,
      body: 'old',
      xCache: 'Hit from cloudfront',
      see: 'HTTPStatusCodes',
    },
    {
      name: 'when the origin breaks off',
      first: { headers: ETAG },
      next: { broken: true },
      asks: { 'if-none-match': '"1"' },
      status: 200,
      body: 'old',
      xCache: 'Hit from cloudfront',
      see: 'HTTPStatusCodes',
    },
    {
      name: 'that must be revalidated, when the origin says 500',
      first: { headers: { etag: '"1"', 'cache-control': 'max-age=10, must-revalidate' } },
      next: { status: 500 },
      asks: { 'if-none-match': '"1"' },
      status: 500,
      body: 'new',
      xCache: 'Error from cloudfront',
      see: 'RFC 9111, 5.2.2.2',
    },
  ])('$name: $status $body', async ({ first, next, asks, status, body, xCache }) => {
    const { answer } = await askedAgain(first, 10_000, next);
    expect({ status: answer.status, body: answer.body, xCache: answer.headers['x-cache'] }).toEqual({
      status,
      body,
      xCache,
    });
    const conditions = Object.entries(edge.received[0]?.headers ?? {}).filter(([name]) => name.startsWith('if-'));
    expect(edge.received).toHaveLength(1);
    expect(Object.fromEntries(conditions)).toEqual(asks);
  });

  test('is asked for from the moment it expires, and not before', async () => {
    expect((await askedAgain({ headers: ETAG }, 9_999, {})).answer.body).toBe('old');
    expect((await askedAgain({ headers: ETAG }, 10_000, {})).answer.body).toBe('new');
  });

  test("has the 304's headers and a new life, its body as it was", async () => {
    const next = { status: 304, headers: { etag: '"1"', 'cache-control': 'max-age=20', 'x-note': 'b' }, body: '' };
    const { path, answer } = await askedAgain({ headers: { ...ETAG, 'x-note': 'a', 'x-kept': 'k' } }, 10_000, next);
    expect(answer.headers).toMatchObject({ 'x-note': 'b', 'x-kept': 'k', age: '0', 'content-length': '3' });
    edge.clock.advance(19_999);
    expect(await edge.ask(path)).toMatchObject({ body: 'old', headers: { 'x-note': 'b', age: '19' } });
    expect(edge.received).toHaveLength(1);
    edge.clock.advance(1);
    await edge.ask(path);
    expect(edge.received).toHaveLength(2);
  });

  test("meets the viewer's own conditions and range itself", async () => {
    const next = { status: 304, headers: { etag: '"1"' }, body: '' };
    const range = await askedAgain({ headers: ETAG }, 10_000, next, { range: 'bytes=1-1', 'if-range': '"1"' });
    expect(range.answer).toMatchObject({ status: 206, body: 'l' });
    expect(edge.received[0]?.headers.range).toBeUndefined();
    const same = await askedAgain({ headers: ETAG }, 10_000, next, { 'if-none-match': '"0"' });
    expect(same.answer).toMatchObject({ status: 200, body: 'old' });
    expect(edge.received[0]?.headers['if-none-match']).toBe('"1"');
  });
});

describe('the origin fails', () => {
  const withControl = (control: string): Scripted => ({ headers: { etag: '"1"', 'cache-control': control } });

  test.each([
    { control: 'max-age=10, stale-if-error=5', after: 14_999, body: 'old', see: 'Expiration#stale-content' },
    { control: 'max-age=10, stale-if-error=5', after: 15_000, body: 'new', see: 'Expiration#stale-content' },
    { control: 'max-age=10, stale-if-error=0', after: 10_000, body: 'new', see: 'Expiration#stale-content' },
    { control: 'max-age=10', after: 3_600_000, body: 'old', see: 'HTTPStatusCodes' },
  ])('$control, $after ms on: $body', async ({ control, after, body }) => {
    expect((await askedAgain(withControl(control), after, { status: 503 })).answer.body).toBe(body);
  });

  test('is not asked again for the time that an error is cached', async () => {
    const { path } = await askedAgain(withControl('max-age=10'), 10_000, { status: 503 });
    edge.clock.advance(9_999);
    expect((await edge.ask(path)).body).toBe('old');
    expect(edge.received).toHaveLength(1);
    edge.clock.advance(1);
    await edge.ask(path);
    expect(edge.received).toHaveLength(2);
  });
});

describe('stale-while-revalidate', () => {
  const first = { headers: { etag: '"1"', 'cache-control': 'max-age=10, stale-while-revalidate=5' } };

  test.each([
    { after: 10_000, body: 'old' },
    { after: 14_999, body: 'old' },
    { after: 15_000, body: 'new' },
  ])('$after ms on: $body', async ({ after, body }) => {
    const { answer } = await askedAgain(first, after, { headers: ETAG });
    expect(answer.body).toBe(body);
    await edge.whenReceived(1);
  });

  test('asks the origin once, while nobody waits, and then has the new object', async () => {
    let release = (): void => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { path } = await askedAgain(first, 10_000, { headers: ETAG, after });
    await edge.whenReceived(1);
    expect((await edge.ask(path)).body).toBe('old');
    expect(edge.received).toHaveLength(1);
    release();
    await expect.poll(async () => (await edge.ask(path)).body).toBe('new');
    expect(edge.received).toHaveLength(1);
  });
});
