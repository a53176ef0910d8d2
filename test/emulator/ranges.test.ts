/** Range requests through the cache, at an origin that knows ranges or does not. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

const WHOLE = '0123456789';
const ETAG = '"1"';

let edge: ScriptedEdge;
afterEach(async () => {
  expect(edge.failures).toEqual([]);
  await edge.close();
});

/** What an origin that knows ranges answers to `bytes=first-last`. */
const partial = (first: number, last: number, headers: Record<string, string> = {}): Scripted => ({
  status: 206,
  headers: { etag: ETAG, 'content-range': `bytes ${first}-${last}/${WHOLE.length}`, ...headers },
  body: WHOLE.slice(first, last + 1),
});

const whole: Scripted = { headers: { etag: ETAG }, body: WHOLE };

async function started(...answers: Scripted[]): Promise<void> {
  edge = await scriptedEdge(template({ behavior: { TargetOriginId: 'us-east-1' } }));
  edge.script(...answers);
}

const range = (bytes: string, headers: Record<string, string> = {}) =>
  edge.ask('/x', { headers: { range: `bytes=${bytes}`, ...headers } });

const SEE = 'RangeGETs';

describe('after bytes=2-7 came from the origin', () => {
  /** `fromCache`: nobody is asked; otherwise the origin answers `from the origin`. */
  test.each<{
    name: string;
    bytes: string;
    headers?: Record<string, string>;
    method?: string;
    first?: Scripted;
    after?: number;
    fromCache: { status: number; body: string; contentRange?: string } | null;
    see: string;
  }>([
    { name: 'the same', bytes: '2-7', fromCache: { status: 206, body: '234567', contentRange: '2-7' }, see: SEE },
    { name: 'a part of it', bytes: '3-4', fromCache: { status: 206, body: '34', contentRange: '3-4' }, see: SEE },
    {
      name: 'its end, counted from behind',
      bytes: '-2',
      first: partial(8, 9),
      fromCache: { status: 206, body: '89', contentRange: '8-9' },
      see: SEE,
    },
    { name: 'one byte before', bytes: '1-7', fromCache: null, see: SEE },
    { name: 'one byte behind', bytes: '2-8', fromCache: null, see: SEE },
    { name: 'all that is left', bytes: '2-', fromCache: null, see: SEE },
    { name: 'two ranges', bytes: '2-3,5-6', fromCache: null, see: 'ours' },
    {
      name: 'the version that it is of',
      bytes: '2-7',
      headers: { 'if-range': ETAG },
      fromCache: { status: 206, body: '234567', contentRange: '2-7' },
      see: 'RFC 9110, 13.1.5',
    },
    { name: 'another version', bytes: '2-7', headers: { 'if-range': '"2"' }, fromCache: null, see: 'RFC 9110, 13.1.5' },
    {
      name: 'a viewer that has it',
      bytes: '2-7',
      headers: { 'if-none-match': ETAG },
      fromCache: { status: 304, body: '' },
      see: 'RFC 9110, 13.1.2',
    },
    { name: 'HEAD', bytes: '2-7', method: 'HEAD', fromCache: null, see: 'ours' },
    {
      name: 'the last moment of its time',
      bytes: '2-7',
      first: partial(2, 7, { 'cache-control': 'max-age=10' }),
      after: 9_999,
      fromCache: { status: 206, body: '234567', contentRange: '2-7' },
      see: '7.2',
    },
    {
      name: 'the end of its time',
      bytes: '2-7',
      first: partial(2, 7, { 'cache-control': 'max-age=10' }),
      after: 10_000,
      fromCache: null,
      see: '7.2',
    },
    {
      name: 'what must not be stored',
      bytes: '2-7',
      first: partial(2, 7, { 'cache-control': 'no-store' }),
      fromCache: null,
      see: '7.2',
    },
    {
      name: 'an object of unknown size',
      bytes: '2-7',
      first: partial(2, 7, { 'content-range': 'bytes 2-7/*' }),
      fromCache: null,
      see: 'ours',
    },
    {
      name: 'a part that is shorter than it says',
      bytes: '2-7',
      first: { ...partial(2, 7), body: '2345' },
      fromCache: null,
      see: '7.4',
    },
  ])('$name: $fromCache ($see)', async ({ bytes, headers = {}, method = 'GET', first, after = 0, fromCache }) => {
    await started(first ?? partial(2, 7), { body: 'from the origin' });
    expect((await range('2-7')).status).toBe(206);
    edge.clock.advance(after);
    const answer = await edge.ask('/x', { method, headers: { range: `bytes=${bytes}`, ...headers } });
    expect(edge.received).toHaveLength(fromCache === null ? 2 : 1);
    if (fromCache === null) return;
    const { status, body, contentRange } = fromCache;
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
    expect(answer.headers['content-range']).toBe(contentRange && `bytes ${contentRange}/10`);
    expect(answer.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', etag: ETAG });
  });

  test('the whole object is asked for, and then all ranges come from it', async () => {
    await started(partial(2, 7), whole);
    await range('2-7');
    expect((await edge.ask('/x')).body).toBe(WHOLE);
    expect(await range('0-4')).toMatchObject({ status: 206, body: '01234' });
    expect(await range('2-7')).toMatchObject({ status: 206, body: '234567' });
    expect(edge.received.map(({ headers }) => headers.range)).toEqual(['bytes=2-7', undefined]);
  });

  test('another range is kept beside it, a larger one instead', async () => {
    await started(partial(2, 7), partial(8, 9), partial(0, 9));
    await range('2-7');
    await range('8-9');
    expect((await range('2-7')).body).toBe('234567');
    expect((await range('8-9')).body).toBe('89');
    expect(edge.received).toHaveLength(2);
    await range('0-9');
    expect((await range('7-8')).body).toBe('78');
    expect(edge.received).toHaveLength(3);
  });

  test('a range of another version takes its place', async () => {
    await started(partial(2, 7), partial(8, 9, { etag: '"2"' }), partial(2, 7, { etag: '"2"' }));
    await range('2-7');
    await range('8-9');
    expect((await range('2-7')).headers.etag).toBe('"2"');
    expect(edge.received).toHaveLength(3);
  });

  test('it is served on, when the origin fails on another range', async () => {
    await started(partial(2, 7), { broken: true });
    await range('2-7');
    expect((await range('0-1')).status).toBe(502);
    expect(await range('2-7')).toMatchObject({ status: 206, body: '234567' });
    expect((await edge.ask('/x')).status).toBe(502);
    // Over the kept connection, and once more over one of its own.
    expect(edge.received.map(({ headers }) => headers.range)).toEqual(['bytes=2-7', 'bytes=0-1', 'bytes=0-1']);
  });

  test('an invalidation takes it away', async () => {
    await started(partial(2, 7));
    await range('2-7');
    expect(edge.cache.invalidate(['/x'])).toBe(1);
    await range('2-7');
    expect(edge.received).toHaveLength(2);
  });
});

test.each([
  { name: 'with its length', headers: { etag: ETAG, 'content-length': '10' } },
  { name: 'in chunks', headers: { etag: ETAG } },
])(
  'an origin without ranges sends the whole object $name: so is it sent and stored (RangeGETs)',
  async ({ headers }) => {
    await started({ headers, body: WHOLE });
    expect(await range('2-3')).toMatchObject({ status: 200, body: WHOLE });
    expect(await range('2-3')).toMatchObject({ status: 206, body: '23' });
    expect(edge.received).toHaveLength(1);
  },
);

test('a range is not kept waiting by another (RangeGETs)', async () => {
  let release = (): void => {};
  const after = new Promise<void>((resolve) => {
    release = resolve;
  });
  await started({ ...partial(0, 1), after }, partial(2, 7));
  const first = range('0-1');
  await edge.whenReceived(1);
  expect((await range('2-7')).body).toBe('234567');
  const same = range('0-1');
  release();
  expect((await Promise.all([first, same])).map(({ body }) => body)).toEqual(['01', '01']);
  expect(edge.received).toHaveLength(2);
});

test('a 416 is not stored (7.3)', async () => {
  await started({ status: 416, headers: { 'content-range': 'bytes */10' } }, whole);
  expect((await range('20-')).status).toBe(416);
  expect((await edge.ask('/x')).body).toBe(WHOLE);
});
