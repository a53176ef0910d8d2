/** What is stored, and under which key. */
import { describe, expect, test } from 'vitest';
import type { Scripted } from '../../support/scripted-origin.ts';
import { control, FRESH, type Lines, type Sent, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { at, askedTwice, newPath, rows } = cache;

rows('what is stored', [
  { given: control('no-store, max-age=10'), isReused: false, see: '5.2.2.5' },
  { given: control('No-StOrE, max-age=10'), isReused: false, see: '5.2.2.5' },
  { given: control('private, max-age=10'), isReused: false, see: '5.2.2.7' },
  { given: control('private="x-a", max-age=10'), isReused: true, see: '5.2.2.7' },
  { given: control('private="x-a", private, max-age=10'), isReused: false, see: '4.2.1, 5.2.2.7' },
  { given: control('private=x-a, private="x-b", max-age=10'), isReused: true, see: '5.2.2.7' },
  { given: control('private="", max-age=10'), isReused: false, see: '5.2.2.7' },
  { given: control('private, s-maxage=10'), isReused: false, see: '5.2.2.7' },
  { given: control('no-cache, max-age=10'), isReused: false, see: '5.2.2.4' },
  { given: control('no-cache="x-a", max-age=10'), isReused: true, see: '5.2.2.4' },
  { given: control('no-cache="x-a", no-cache, max-age=10'), isReused: false, see: '4.2.1, 5.2.2.4' },
  { given: control('max-age=10, no-store="x"'), isReused: false, see: '5.2.2.5' },
  { given: control('no-store, must-understand, max-age=10'), isReused: true, see: '5.2.2.3' },
  { given: control('must-understand, max-age=10'), status: 599, isReused: false, see: '5.2.2.3' },
  ...[200, 203, 404, 410, 501].map((status) => ({ given: control('max-age=10'), status, isReused: true, see: '3' })),
  ...[201, 302, 400, 403, 500, 503, 599].map((status) => ({
    given: control('max-age=10'),
    status,
    isReused: true,
    see: '3',
  })),
  { given: () => ({ 'last-modified': at(-100_000) }), status: 404, isReused: true, see: '4.2.2, RFC 9110, 15.1' },
  { given: () => ({ 'last-modified': at(-100_000) }), status: 403, isReused: false, see: '3' },
  { given: () => ({ 'last-modified': at(-100_000), ...control('public') }), status: 403, isReused: true, see: '4.2.2' },
  { given: control('max-age=10'), first: { authorization: 'x' }, isReused: false, see: '3.5' },
  { given: control('max-age=10, public'), first: { authorization: 'x' }, isReused: true, see: '3.5' },
  { given: control('max-age=10, must-revalidate'), first: { authorization: 'x' }, isReused: true, see: '3.5' },
  { given: control('s-maxage=10'), first: { authorization: 'x' }, isReused: true, see: '3.5' },
  { given: control('max-age=10'), first: control('no-store'), isReused: false, see: '5.2.1.5' },
  { given: control('max-age=10, proxy-revalidate'), first: { authorization: 'x' }, isReused: false, see: '3.5' },
  { given: control('max-age=10'), second: { authorization: 'x' }, isReused: true, see: '3.5' },
  { given: control('max-age=10'), first: { cookie: 'a=1' }, second: { cookie: 'a=2' }, isReused: true, see: '7.3' },
  { given: control('no-store, must-understand, max-age=10'), status: 299, isReused: false, see: '5.2.2.3' },
  ...[299, 307, 418, 429, 499, 502, 504].map((status) => ({
    given: control('max-age=10'),
    status,
    isReused: true,
    see: '3',
  })),
  ...[203, 300, 301, 308, 405, 410, 414, 501].map((status) => ({
    given: () => ({ 'last-modified': at(-100_000) }),
    status,
    isReused: true,
    see: '4.2.2, RFC 9110, 15.1',
  })),
  ...[201, 302, 303, 307, 400, 500, 503, 599].map((status) => ({
    given: () => ({ 'last-modified': at(-100_000) }),
    status,
    isReused: false,
    see: '3',
  })),
  { given: { ...FRESH, pragma: 'no-cache' }, isReused: true, see: '5.4' },
  { given: { ...FRESH, warning: '110 - "x"', 'set-cookie': 'a=1' }, isReused: true, see: '5.5, 7.3' },
]);

test('204 is stored (RFC 9110, 15.1)', async () => {
  const path = newPath();
  cache.edge.script({ status: 204, headers: FRESH });
  await cache.edge.ask(path);
  expect((await cache.edge.ask(path)).status).toBe(204);
  expect(cache.edge.received).toHaveLength(1);
});

test.each<{ status: number; first: Sent; body: string }>([
  { status: 412, first: { 'if-match': '"1"' }, body: 'new' },
  { status: 416, first: { range: 'bytes=9-' }, body: 'new' },
  { status: 412, first: {}, body: 'old' },
])('$status to $first is stored where nothing was asked: $body (3)', async ({ status, first, body }) => {
  const { answer } = await askedTwice({ given: FRESH, status, first });
  expect(answer.body).toBe(body);
});

describe('a body', () => {
  test.each<{ name: string; given: Scripted; body: string }>([
    { name: 'in chunks', given: { body: 'old' }, body: 'old' },
    { name: 'with a length', given: { headers: { 'content-length': '3' }, body: 'old' }, body: 'old' },
    { name: 'that is empty', given: { headers: { 'content-length': '0' }, body: '' }, body: '' },
    { name: 'with trailers', given: { body: 'old', trailers: { 'x-a': '2' } }, body: 'old' },
    { name: 'after early hints', given: { body: 'old', hints: { 'x-a': '2' } }, body: 'old' },
    { name: 'cut off in chunks', given: { body: 'old', isCut: true }, body: 'new' },
    {
      name: 'cut off before its length',
      given: { headers: { 'content-length': '9' }, body: 'old', isCut: true },
      body: 'new',
    },
  ])('$name: $body (3.1, 3.3; RFC 9110, 15.2)', async ({ given, body }) => {
    const path = newPath();
    cache.edge.script({ ...given, headers: { ...FRESH, 'x-a': '1', ...given.headers } }, { body: 'new' });
    await cache.edge.ask(path).catch(() => {});
    const { headers, ...answer } = await cache.edge.ask(path);
    expect(answer.body).toBe(body);
    expect(headers['x-a']).toBe(body === 'new' ? undefined : '1');
  });
});

test('every header of a response is stored, each line of it (3.1)', async () => {
  const given = { 'x-a': ['1', '2'], 'set-cookie': ['a=1', 'b=2'], server: 'x', 'content-language': 'de', etag: 'odd' };
  const { answer } = await askedTwice({ given: { ...FRESH, ...given } });
  expect(answer.headers).toMatchObject({ ...given, 'x-a': '1, 2' });
});

test.each<{ name: string; of: (path: string) => Lines; body: string }>([
  { name: 'the same URI', of: (path) => ({ ...FRESH, 'content-location': path }), body: 'posted' },
  { name: 'it whole', of: (path) => ({ ...FRESH, 'content-location': `http://a.example${path}` }), body: 'posted' },
  { name: 'another', of: () => ({ ...FRESH, 'content-location': '/other' }), body: 'new' },
  { name: 'none', of: () => FRESH, body: 'new' },
  { name: 'it without a time', of: (path) => ({ ...control('public'), 'content-location': path }), body: 'new' },
])('POST, answered with a location that is $name: $body (RFC 9110, 9.3.3)', async ({ of, body }) => {
  const path = newPath();
  const headers = { host: 'a.example' };
  cache.edge.script({ headers: of(path), body: 'posted' }, { body: 'new' });
  await cache.edge.ask(path, { method: 'POST', headers });
  expect((await cache.edge.ask(path, { headers })).body).toBe(body);
});

test('a partial response is passed on and not stored (3.3)', async () => {
  const path = newPath();
  cache.edge.script({ status: 206, headers: { ...FRESH, 'content-range': 'bytes 0-0/3' }, body: 'o' }, { body: 'new' });
  expect(await cache.edge.ask(path, { headers: { range: 'bytes=0-0' } })).toMatchObject({ status: 206, body: 'o' });
  expect((await cache.edge.ask(path)).body).toBe('new');
});

describe('the key (2)', () => {
  test.each<{ first: string; second: string; hosts?: readonly [string, string]; isSame: boolean }>([
    { first: '/k', second: '/k', isSame: true },
    { first: '/k', second: '/k', hosts: ['a.example', 'A.Example'], isSame: true },
    { first: '/k', second: '/k', hosts: ['a.example', 'b.example'], isSame: false },
    { first: '/k', second: '/k', hosts: ['a.example', 'a.example:81'], isSame: false },
    { first: '/k?a', second: '/k?b', isSame: false },
    { first: '/k', second: '/k?', isSame: false },
    { first: '/k?a=1&b=2', second: '/k?b=2&a=1', isSame: false },
    { first: '/k', second: '/K', isSame: false },
    { first: '/%6B', second: '/k', isSame: false },
    { first: '/k//a', second: '/k/a', isSame: false },
    { first: '/k/../a', second: '/a', isSame: false },
    { first: "/k|^`{}[]<>'~!$&()*+,;=:@?|^`{}/?[]<>", second: "/k|^`{}[]<>'~!$&()*+,;=:@?|^`{}/?[]<>", isSame: true },
  ])('$first and $second at $hosts: the same $isSame', async ({ first, second, hosts = ['x', 'x'], isSame }) => {
    cache.edge.cache.clear();
    cache.edge.script({ headers: FRESH, body: 'old' }, { headers: FRESH, body: 'new' });
    await cache.edge.ask(first, { headers: { host: hosts[0] } });
    expect((await cache.edge.ask(second, { headers: { host: hosts[1] } })).body).toBe(isSame ? 'old' : 'new');
    expect(cache.edge.received[0]?.target).toBe(first);
  });

  test('is invalidated by its path, whatever the host', async () => {
    cache.edge.script({ headers: FRESH, body: 'old' }, { body: 'new' });
    await cache.edge.ask('/inv/a?b', { headers: { host: 'a.example' } });
    expect(cache.edge.cache.invalidate(['/inv/*'])).toBe(1);
    expect((await cache.edge.ask('/inv/a?b', { headers: { host: 'a.example' } })).body).toBe('new');
  });
});
