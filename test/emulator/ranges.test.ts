/** Range requests through the cache, at an origin that knows ranges or does not. */
import { afterEach, describe, expect, test } from 'vitest';
import { decided, documented, type Row } from '../support/rows.ts';
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
  interface Next {
    readonly name: string;
    readonly bytes: string;
    readonly headers?: Record<string, string>;
    readonly method?: string;
    readonly first?: Scripted;
    readonly after?: number;
  }
  interface FromCache {
    readonly status: number;
    readonly body: string;
    readonly contentRange?: string;
  }
  const cached = (first: number, last: number): FromCache => ({
    status: 206,
    body: WHOLE.slice(first, last + 1),
    contentRange: `bytes ${first}-${last}/10`,
  });
  const ofTen = partial(2, 7, { 'cache-control': 'max-age=10' });
  const unstored = partial(2, 7, { 'cache-control': 'no-store' });
  const unsized = partial(2, 7, { 'content-range': 'bytes 2-7/*' });
  const short = { ...partial(2, 7), body: '2345' };

  /** Expected: from the cache, nobody is asked; null: the origin answers `from the origin`. */
  test.each([
    ...documented<Row<Next, FromCache | null>>([
      { request: { name: 'the same', bytes: '2-7' }, expected: cached(2, 7), see: SEE },
      { request: { name: 'a part of it', bytes: '3-4' }, expected: cached(3, 4), see: SEE },
      {
        request: { name: 'its end, counted from behind', bytes: '-2', first: partial(8, 9) },
        expected: cached(8, 9),
        see: SEE,
      },
      { request: { name: 'one byte before', bytes: '1-7' }, expected: null, see: SEE },
      { request: { name: 'one byte behind', bytes: '2-8' }, expected: null, see: SEE },
      { request: { name: 'all that is left', bytes: '2-' }, expected: null, see: SEE },
      {
        request: { name: 'the version that it is of', bytes: '2-7', headers: { 'if-range': ETAG } },
        expected: cached(2, 7),
        see: 'RFC 9110, 13.1.5',
      },
      {
        request: { name: 'another version', bytes: '2-7', headers: { 'if-range': '"2"' } },
        expected: null,
        see: 'RFC 9110, 13.1.5',
      },
      {
        request: { name: 'a viewer that has it', bytes: '2-7', headers: { 'if-none-match': ETAG } },
        expected: { status: 304, body: '' },
        see: 'RFC 9110, 13.1.2',
      },
      {
        request: { name: 'the last moment of its time', bytes: '2-7', first: ofTen, after: 9_999 },
        expected: cached(2, 7),
        see: '7.2',
      },
      {
        request: { name: 'the end of its time', bytes: '2-7', first: ofTen, after: 10_000 },
        expected: null,
        see: '7.2',
      },
      { request: { name: 'what must not be stored', bytes: '2-7', first: unstored }, expected: null, see: '7.2' },
      {
        request: { name: 'a part that is shorter than it says', bytes: '2-7', first: short },
        expected: null,
        see: '7.4',
      },
    ]),
    ...decided<Row<Next, FromCache | null>>([
      { request: { name: 'two ranges', bytes: '2-3,5-6' }, expected: null, see: 'fidelity' },
      { request: { name: 'HEAD', bytes: '2-7', method: 'HEAD' }, expected: null, see: 'ours' },
      { request: { name: 'an object of unknown size', bytes: '2-7', first: unsized }, expected: null, see: 'ours' },
    ]),
  ])('$kind: $request.name: $expected ($see)', async ({ request, expected }) => {
    const { bytes, headers = {}, method = 'GET', first = partial(2, 7), after = 0 } = request;
    await started(first, { body: 'from the origin' });
    expect((await range('2-7')).status).toBe(206);
    edge.clock.advance(after);
    const answer = await edge.ask('/x', { method, headers: { range: `bytes=${bytes}`, ...headers } });
    expect(edge.received).toHaveLength(expected === null ? 2 : 1);
    if (expected === null) return;
    const { status, body } = answer;
    expect({ status, body, contentRange: answer.headers['content-range'] }).toEqual(expected);
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

test.each(
  documented<Row<Record<string, string>, string>>([
    { request: { etag: ETAG, 'content-length': '10' }, expected: WHOLE, see: SEE },
    { request: { etag: ETAG }, expected: WHOLE, see: SEE },
  ]),
)(
  '$kind: an origin without ranges sends the whole object, with $request: so is it sent and stored ($see)',
  async ({ request: headers, expected }) => {
    await started({ headers, body: WHOLE });
    expect(await range('2-3')).toMatchObject({ status: 200, body: expected });
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
