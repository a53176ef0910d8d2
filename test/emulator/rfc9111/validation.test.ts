/** Conditions that are met from the store, and those that the cache itself sets. */
import { describe, expect, test } from 'vitest';
import { control, FRESH, type Lines, type Sent, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { askedTwice, at, newPath } = cache;

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

  test.each<{ headers: Record<string, string>; body: string }>([
    { headers: { etag: '"1"', 'cache-control': 'max-age=50' }, body: 'old' },
    { headers: { etag: '"2"', 'cache-control': 'max-age=50' }, body: 'new' },
    { headers: { 'content-length': '4', 'cache-control': 'max-age=50' }, body: 'new' },
  ])('that brings $headers: $body (4.3.5)', async ({ headers, body }) => {
    const path = newPath();
    cache.edge.script({ headers: { ...control('max-age=10'), etag: '"1"' }, body: 'old' });
    await cache.edge.ask(path);
    cache.edge.clock.advance(10_000);
    cache.edge.script({ headers });
    await cache.edge.ask(path, { method: 'HEAD' });
    cache.edge.script({ body: 'new' });
    expect((await cache.edge.ask(path)).body).toBe(body);
  });
});
