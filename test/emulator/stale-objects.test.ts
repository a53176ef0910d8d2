/** What becomes of an object whose time is over, at an origin that answers as each row says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decided, documented, observed, type Row } from '../support/rows.ts';
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
  interface Expired {
    readonly name: string;
    readonly first: Scripted;
    readonly next: Scripted;
  }
  interface Expected {
    readonly status: number;
    readonly body: string;
    readonly xCache: string;
    /** The conditions that the origin is sent. */
    readonly asks: object;
  }
  const DATE = 'Thu, 01 Jan 2026 10:00:00 GMT';
  const DATED: Scripted = { headers: { 'last-modified': DATE, 'cache-control': 'max-age=10' } };
  const STRICT: Scripted = { headers: { etag: '"1"', 'cache-control': 'max-age=10, must-revalidate' } };
  const ifNoneMatch = { 'if-none-match': '"1"' };
  const confirmed = (asks: object) => ({ status: 200, body: 'old', xCache: 'RefreshHit from cloudfront', asks });
  const fresh = (asks: object) => ({ status: 200, body: 'new', xCache: 'Miss from cloudfront', asks });
  const failed = (status: number) => ({ status, body: 'new', xCache: 'Error from cloudfront', asks: ifNoneMatch });
  const stale = { status: 200, body: 'old', xCache: 'Hit from cloudfront', asks: ifNoneMatch };

  test.each([
    // Their `x-cache` is what people report.
    ...observed<Row<Expired, Expected>>([
      {
        request: {
          name: 'with an ETag, confirmed',
          first: { headers: ETAG },
          next: { status: 304, headers: { etag: '"1"' }, body: '' },
        },
        expected: confirmed(ifNoneMatch),
        see: 'Expiration; RFC 9111, 4.3.1',
      },
      {
        request: { name: 'with a date, confirmed', first: DATED, next: { status: 304, body: '' } },
        expected: confirmed({ 'if-modified-since': DATE }),
        see: 'Expiration; RFC 9111, 4.3.1',
      },
    ]),
    ...documented<Row<Expired, Expected>>([
      {
        request: { name: 'that has changed', first: { headers: ETAG }, next: { headers: { etag: '"2"' } } },
        expected: fresh(ifNoneMatch),
        see: 'Expiration',
      },
      {
        request: { name: 'without a validator', first: { headers: { 'cache-control': 'max-age=10' } }, next: {} },
        expected: fresh({}),
        see: 'Expiration',
      },
      {
        request: { name: 'when the origin says 404', first: { headers: ETAG }, next: { status: 404 } },
        expected: failed(404),
        see: 'HTTPStatusCodes',
      },
    ]),
    // The object is documented, its `x-cache` is not.
    ...decided<Row<Expired, Expected>>([
      {
        request: { name: 'when the origin says 500', first: { headers: ETAG }, next: { status: 500 } },
        expected: stale,
        see: 'fidelity; HTTPStatusCodes',
      },
      {
        request: { name: 'when the origin breaks off', first: { headers: ETAG }, next: { broken: true } },
        expected: stale,
        see: 'fidelity; HTTPStatusCodes',
      },
      {
        request: { name: 'that must be revalidated, when the origin says 500', first: STRICT, next: { status: 500 } },
        expected: failed(500),
        see: 'fidelity; RFC 9111, 5.2.2.2',
      },
    ]),
  ])('$kind: $request.name: $expected.status $expected.body ($see)', async ({ request, expected }) => {
    const { answer } = await askedAgain(request.first, 10_000, request.next);
    const { status, body, headers } = answer;
    const conditions = Object.entries(edge.received[0]?.headers ?? {}).filter(([name]) => name.startsWith('if-'));
    expect(edge.received).toHaveLength(1);
    const asks = Object.fromEntries(conditions);
    expect({ status, body, xCache: headers['x-cache'], asks }).toEqual(expected);
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

  type Waited = readonly [control: string, after: number];
  test.each(
    documented<Row<Waited, string>>([
      { request: ['max-age=10, stale-if-error=5', 14_999], expected: 'old', see: 'Expiration#stale-content' },
      { request: ['max-age=10, stale-if-error=5', 15_000], expected: 'new', see: 'Expiration#stale-content' },
      { request: ['max-age=10, stale-if-error=0', 10_000], expected: 'new', see: 'Expiration#stale-content' },
      { request: ['max-age=10', 3_600_000], expected: 'old', see: 'HTTPStatusCodes' },
    ]),
  )('$kind: $request.0, $request.1 ms on: $expected ($see)', async ({ request: [control, after], expected }) => {
    expect((await askedAgain(withControl(control), after, { status: 503 })).answer.body).toBe(expected);
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

  test.each(
    documented<Row<number, string>>([
      { request: 10_000, expected: 'old', see: 'Expiration#stale-content' },
      { request: 14_999, expected: 'old', see: 'Expiration#stale-content' },
      { request: 15_000, expected: 'new', see: 'Expiration#stale-content' },
    ]),
  )('$kind: $request ms on: $expected ($see)', async ({ request, expected }) => {
    const { answer } = await askedAgain(first, request, { headers: ETAG });
    expect(answer.body).toBe(expected);
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
