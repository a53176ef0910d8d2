/** Conditions that are met from the store, and those that the cache itself sets. */
import { describe, expect, test } from 'vitest';
import type { Scripted } from '../../support/scripted-origin.ts';
import { control, FRESH, type Lines, type Sent, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { askedTwice, at, newPath } = cache;

const MODIFIED = 'Thu, 01 Jan 2026 10:00:00 GMT';
const EARLIER = 'Thu, 01 Jan 2026 09:59:59 GMT';
const LATER = 'Thu, 01 Jan 2026 10:00:01 GMT';

describe('a reused response', () => {
  test('has its age and its own date (5.1)', async () => {
    const date = at(-3);
    const { answer } = await askedTwice({ given: { ...FRESH, date, age: '5' }, after: 7 });
    expect(answer.headers).toMatchObject({ age: '12', date });
  });

  test('lacks what no-cache and private name, and what is of one hop (3.1, 5.2.2.4, 5.2.2.7)', async () => {
    const given = {
      'cache-control': 'max-age=10, no-cache="x-a, X-B", private="x-c"',
      ...Object.fromEntries(['x-a', 'x-b', 'x-c', 'x-d', 'x-hop', 'proxy-authenticate'].map((name) => [name, '1'])),
      connection: 'x-hop',
    };
    const { answer } = await askedTwice({ given });
    const shown = Object.keys(answer.headers).filter((name) => name.startsWith('x-') || name.startsWith('proxy'));
    expect(shown.filter((name) => !/^x-(?:cache|amz)/.test(name))).toEqual(['x-d']);
  });

  test.each<{ second: Sent; given?: Lines; status: number; see: string }>([
    { second: { 'if-none-match': '"1"' }, status: 304, see: '4.3.2' },
    { second: { 'if-none-match': 'W/"1"' }, status: 304, see: '4.3.2' },
    { second: { 'if-none-match': '"0", "1"' }, status: 304, see: '4.3.2' },
    { second: { 'if-none-match': '"0,"1"' }, given: { etag: '"1"' }, status: 200, see: '4.3.2' },
    { second: { 'if-none-match': '"a,b"' }, given: { etag: '"a,b"' }, status: 304, see: 'RFC 9110, 8.8.3' },
    { second: { 'if-none-match': '"2"' }, status: 200, see: '4.3.2' },
    { second: { 'if-none-match': '*' }, status: 304, see: 'RFC 9110, 13.1.2' },
    { second: { 'if-none-match': '"2"', 'if-modified-since': LATER }, status: 200, see: 'RFC 9110, 13.2.2' },
    { second: { 'if-none-match': '"1"', 'if-modified-since': EARLIER }, status: 304, see: 'RFC 9110, 13.2.2' },
    { second: { 'if-none-match': '"1"', range: 'bytes=0-0' }, status: 304, see: 'RFC 9110, 13.2.2' },
    ...[
      { since: LATER, status: 304 },
      { since: MODIFIED, status: 304 },
      { since: EARLIER, status: 200 },
      { since: 'Thursday, 01-Jan-26 10:00:00 GMT', status: 304 },
      { since: 'Thu Jan  1 10:00:00 2026', status: 304 },
      { since: '2026-01-01T11:00:00Z', status: 200 },
      { since: 'Thu, 01 Jan 2026 11:00:00', status: 200 },
      { since: '0', status: 200 },
    ].map(({ since, status }) => ({
      second: { 'if-modified-since': since },
      given: { 'last-modified': MODIFIED },
      status,
      see: '4.3.2; RFC 9110, 13.1.3',
    })),
    {
      second: { range: 'bytes=0-0', 'if-range': MODIFIED },
      given: { 'last-modified': MODIFIED },
      status: 206,
      see: 'RFC 9110, 13.1.5',
    },
    {
      second: { range: 'bytes=0-0', 'if-range': LATER },
      given: { 'last-modified': MODIFIED },
      status: 200,
      see: 'RFC 9110, 13.1.5',
    },
    {
      second: { range: 'bytes=0-0', 'if-range': MODIFIED },
      given: { ...control('max-age=99999'), 'last-modified': MODIFIED, date: MODIFIED },
      status: 200,
      see: 'RFC 9110, 8.8.2.2',
    },
    { second: { range: 'bytes=0-0', 'if-range': '"2"' }, status: 200, see: 'RFC 9110, 13.1.5' },
    { second: { 'if-range': '"1"' }, status: 200, see: 'RFC 9110, 13.1.5' },
    { second: { range: 'bytes=1-' }, status: 206, see: 'RFC 9110, 14.2' },
    { second: { range: 'Bytes=-1' }, status: 206, see: 'RFC 9110, 14.1' },
    { second: { range: 'bytes=0-0,2-2' }, status: 206, see: 'RFC 9110, 14.2' },
    { second: { range: 'bytes=3-' }, status: 416, see: 'RFC 9110, 15.5.17' },
    { second: { range: 'bytes=2-1' }, status: 200, see: 'RFC 9110, 14.1.1' },
    { second: { range: 'lines=0-0' }, status: 200, see: 'RFC 9110, 14.2' },
    { second: { range: 'bytes=0-0', 'if-range': '"1"' }, status: 206, see: 'RFC 9110, 13.1.5' },
    {
      second: { range: 'bytes=0-0', 'if-range': 'W/"1"' },
      given: { etag: 'W/"1"' },
      status: 200,
      see: 'RFC 9110, 13.1.5',
    },
  ])('to $second: $status ($see)', async ({ second, given = {}, status }) => {
    const { answer } = await askedTwice({ given: { ...FRESH, etag: '"1"', ...given }, second });
    expect(answer.status).toBe(status);
    expect(cache.edge.received).toHaveLength(0);
  });

  test('says of a 304 what a cache needs, and nothing of a body (RFC 9110, 15.4.5)', async () => {
    const given = {
      ...FRESH,
      etag: '"1"',
      vary: 'x-a',
      expires: at(9),
      'content-location': '/a',
      'content-length': '3',
    };
    const { answer } = await askedTwice({ given, second: { 'if-none-match': '"1"' } });
    const { 'content-length': length, ...told } = given;
    expect(answer.headers).toMatchObject({ ...told, age: '1', date: at(-1) });
    expect(answer.headers['content-length']).toBeUndefined();
  });

  test.each([404, 302, 500])(
    'of status %i is sent as it is, whatever the condition (RFC 9110, 13.2.1)',
    async (status) => {
      const { answer } = await askedTwice({
        given: { ...FRESH, etag: '"1"' },
        status,
        second: { 'if-none-match': '"1"' },
      });
      expect(answer).toMatchObject({ status, body: 'old' });
    },
  );

  test.each(['if-match', 'if-unmodified-since'])('is passed over where the request has %s (4.3.2)', async (name) => {
    const { answer } = await askedTwice(
      { given: { ...FRESH, etag: '"1"' }, second: { [name]: '"1"' } },
      { status: 412 },
    );
    expect(answer.status).toBe(412);
    expect(cache.edge.received[0]?.headers[name]).toBe('"1"');
    expect(cache.edge.received[0]?.headers['if-none-match']).toBeUndefined();
  });

  test('has the age that its delay, its hops and its rest make, at most 2^31 (4.2.3, 1.2.2)', async () => {
    const { answer } = await askedTwice({
      given: { ...control('max-age=2147483648'), age: '2147483647' },
      second: control('max-stale'),
      after: 9,
    });
    expect(answer).toMatchObject({ body: 'old', headers: { age: '2147483648' } });
  });

  test('counts the time that the origin took to its age (4.2.3)', async () => {
    const path = newPath();
    let release = (): void => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    cache.edge.script({ headers: FRESH, body: 'old', after }, { body: 'new' });
    const first = cache.edge.ask(path);
    await cache.edge.whenReceived(1);
    cache.edge.clock.advance(4_000);
    release();
    await first;
    expect((await cache.edge.ask(path)).headers.age).toBe('4');
  });

  test('meets If-Modified-Since by its date, where it has no Last-Modified (4.3.2)', async () => {
    const date = at(0);
    const { answer } = await askedTwice({ given: { ...FRESH, date }, second: { 'if-modified-since': date } });
    expect(answer.status).toBe(304);
  });
});

describe('validation', () => {
  const given = { 'cache-control': 'max-age=10', etag: '"1"', 'x-note': 'a' };

  test('a 304 renews headers and lifetime (4.3.4, 3.2)', async () => {
    const { path, answer } = await askedTwice(
      { given: { ...given, age: '3' }, after: 10 },
      {
        status: 304,
        headers: { etag: '"1"', 'cache-control': 'max-age=20', 'x-note': 'b', 'content-length': '99' },
        body: '',
      },
    );
    expect(cache.edge.received[0]?.headers['if-none-match']).toBe('"1"');
    expect(answer).toMatchObject({
      status: 200,
      body: 'old',
      headers: { 'x-note': 'b', age: '0', 'content-length': '3' },
    });
    cache.edge.clock.advance(19_000);
    expect(await cache.edge.ask(path)).toMatchObject({ body: 'old', headers: { 'x-note': 'b', age: '19' } });
    expect(cache.edge.received).toHaveLength(1);
  });

  test('a 304 of another version is not taken for the stored one (4.3.4)', async () => {
    const path = newPath();
    cache.edge.script({ headers: given, body: 'old' });
    await cache.edge.ask(path);
    cache.edge.clock.advance(10_000);
    cache.edge.script({ status: 304, headers: { etag: '"2"' }, body: '' }, { headers: { etag: '"2"' }, body: 'new' });
    expect(await cache.edge.ask(path)).toMatchObject({ status: 200, body: 'new' });
    expect(cache.edge.received.map(({ headers }) => headers['if-none-match'])).toEqual(['"1"', undefined]);
  });

  test.each<{ name: string; stored: Lines; brought: Lines; asks: Lines; isConfirmed: boolean }>([
    {
      name: 'both validators are sent',
      stored: { 'last-modified': MODIFIED },
      brought: { etag: '"1"' },
      asks: { 'if-none-match': '"1"', 'if-modified-since': MODIFIED },
      isConfirmed: true,
    },
    {
      name: 'the same weak tag',
      stored: { etag: 'W/"1"' },
      brought: { etag: 'W/"1"' },
      asks: { 'if-none-match': 'W/"1"' },
      isConfirmed: true,
    },
    { name: 'a weaker tag', stored: {}, brought: { etag: 'W/"1"' }, asks: {}, isConfirmed: true },
    { name: 'another weak tag', stored: { etag: 'W/"1"' }, brought: { etag: 'W/"2"' }, asks: {}, isConfirmed: false },
    { name: 'a stronger tag', stored: { etag: 'W/"1"' }, brought: { etag: '"1"' }, asks: {}, isConfirmed: false },
    {
      name: 'the same date',
      stored: { 'last-modified': MODIFIED },
      brought: { 'last-modified': MODIFIED },
      asks: {},
      isConfirmed: true,
    },
    {
      name: 'another date',
      stored: { 'last-modified': MODIFIED },
      brought: { 'last-modified': LATER },
      asks: {},
      isConfirmed: false,
    },
    { name: 'no validator', stored: {}, brought: {}, asks: {}, isConfirmed: true },
  ])('a 304, $name: confirmed $isConfirmed (4.3.1, 4.3.4)', async ({ stored, brought, asks, isConfirmed }) => {
    const path = newPath();
    cache.edge.script({ headers: { ...given, ...stored }, body: 'old' });
    await cache.edge.ask(path);
    cache.edge.clock.advance(10_000);
    cache.edge.script({ status: 304, headers: brought, body: '' }, { body: 'new' });
    expect(await cache.edge.ask(path)).toMatchObject({ status: 200, body: isConfirmed ? 'old' : 'new' });
    expect(cache.edge.received[0]?.headers).toMatchObject(asks);
  });

  test('a 304 replaces each header that it brings, but the length and what it names as private (3.2)', async () => {
    const first = {
      ...given,
      'content-type': 'a/a',
      'content-encoding': 'x',
      'x-secret': '1',
      expires: at(1),
      'x-two': ['1', '2'],
    };
    const brought = {
      'cache-control': 'max-age=20, private="x-secret"',
      'content-type': 'b/b',
      'content-encoding': 'y',
      'content-length': '99',
      'x-secret': '2',
      'x-two': '3',
      'x-new': '1',
      expires: at(30),
    };
    const { path } = await askedTwice({ given: first, after: 10 }, { status: 304, headers: brought, body: '' });
    const { headers } = await cache.edge.ask(path);
    const { 'x-secret': secret, 'content-length': length, ...shown } = brought;
    expect(headers).toMatchObject({ ...shown, 'x-note': 'a', 'content-length': '3' });
    expect(headers).not.toHaveProperty('x-secret');
  });

  test('a 304 that forbids storing leaves nothing in the store (3)', async () => {
    const { path, answer } = await askedTwice(
      { given, after: 10 },
      { status: 304, headers: control('no-store'), body: '' },
    );
    expect(answer.body).toBe('old');
    cache.edge.script({ body: 'new' });
    expect((await cache.edge.ask(path, { headers: control('max-stale') })).body).toBe('new');
  });

  test("a viewer's own condition and range are met from what the origin confirms (4.3.2)", async () => {
    const next = { status: 304, headers: { etag: '"1"' }, body: '' };
    const own = await askedTwice({ given, after: 10, second: { 'if-none-match': '"0"' } }, next);
    expect(own.answer).toMatchObject({ status: 200, body: 'old' });
    const same = await askedTwice({ given, after: 10, second: { 'if-none-match': '"1"' } }, next);
    expect(same.answer.status).toBe(304);
    const range = await askedTwice({ given, after: 10, second: { range: 'bytes=0-0' } }, next);
    expect(range.answer).toMatchObject({ status: 206, body: 'o' });
    expect(cache.edge.received[0]?.headers.range).toBeUndefined();
  });

  test('conditions on what is not stored are for the origin (4.3.2)', async () => {
    const path = newPath();
    cache.edge.script({ status: 304, headers: { etag: '"1"' }, body: '' });
    const headers = { 'if-none-match': '"1"', 'if-modified-since': MODIFIED };
    expect((await cache.edge.ask(path, { headers })).status).toBe(304);
    expect(cache.edge.received[0]?.headers).toMatchObject(headers);
  });

  test.each<{ next: Scripted; isKept: boolean }>([
    { next: { headers: control('no-store') }, isKept: false },
    { next: { headers: control('private') }, isKept: false },
    { next: { status: 404, headers: control('no-store') }, isKept: false },
    { next: { status: 503, headers: control('no-store') }, isKept: true },
  ])('what is stored, after $next: kept $isKept (4.3.3)', async ({ next, isKept }) => {
    const { path } = await askedTwice({ given, after: 10 }, next);
    cache.edge.script({ body: 'newer' });
    const answer = await cache.edge.ask(path, { headers: control('max-stale') });
    expect(answer.body).toBe(isKept ? 'old' : 'newer');
  });

  test('a request that is not to be stored leaves the store alone (5.2.1.5)', async () => {
    const { path } = await askedTwice({ given: { ...FRESH, etag: '"1"' }, second: control('no-store') });
    expect(cache.edge.received[0]?.headers['if-none-match']).toBeUndefined();
    expect((await cache.edge.ask(path)).body).toBe('old');
  });

  test('a no-cache response is asked for each time, with its validator (5.2.2.4)', async () => {
    const { answer } = await askedTwice(
      { given: { ...given, ...control('no-cache') } },
      {
        status: 304,
        headers: { etag: '"1"' },
        body: '',
      },
    );
    expect(answer.body).toBe('old');
    expect(cache.edge.received[0]?.headers['if-none-match']).toBe('"1"');
  });
});

describe('HEAD', () => {
  test('is answered by a stored GET, and stores nothing (4, 3)', async () => {
    const path = newPath();
    cache.edge.script({ headers: { ...FRESH, 'content-length': '3' }, body: 'old' });
    await cache.edge.ask(path, { method: 'HEAD' });
    await cache.edge.ask(path);
    const answer = await cache.edge.ask(path, { method: 'HEAD' });
    expect(cache.edge.received.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '3' } });
  });

  test('of a range is answered whole (RFC 9110, 14.2)', async () => {
    const { path } = await askedTwice({ given: FRESH });
    const answer = await cache.edge.ask(path, { method: 'HEAD', headers: { range: 'bytes=0-0' } });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '3' } });
  });

  test.each<{ headers: Record<string, string>; status?: number; body: string }>([
    { headers: { etag: '"1"', 'cache-control': 'max-age=50' }, body: 'old' },
    { headers: { 'content-length': '3', 'cache-control': 'max-age=50' }, body: 'old' },
    { headers: { 'last-modified': LATER, 'cache-control': 'max-age=50' }, body: 'new' },
    { headers: { 'cache-control': 'max-age=50' }, status: 405, body: 'stale' },
    { headers: { etag: '"2"', 'cache-control': 'max-age=50' }, body: 'new' },
    { headers: { 'content-length': '4', 'cache-control': 'max-age=50' }, body: 'new' },
  ])('that brings $status $headers: $body (4.3.5)', async ({ headers, status = 200, body }) => {
    const path = newPath();
    cache.edge.script({ headers: { ...control('max-age=10'), etag: '"1"' }, body: 'old' });
    await cache.edge.ask(path);
    cache.edge.clock.advance(10_000);
    cache.edge.script({ status, headers });
    await cache.edge.ask(path, { method: 'HEAD' });
    cache.edge.script({ body: 'new' });
    if (body === 'stale') expect((await cache.edge.ask(path, { headers: control('max-stale') })).body).toBe('old');
    else expect((await cache.edge.ask(path)).body).toBe(body);
  });
});
