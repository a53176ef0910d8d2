/**
 * The strict HTTP cache: each row stores a response, lets time go by and asks again. `see` is a section
 * of RFC 9111 unless another is named.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpCache } from '../../../emulator/rfc9111/http-cache.ts';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../../support/scripted-origin.ts';
import { template } from '../../support/template.ts';

const NONE = { HeadersConfig: { HeaderBehavior: 'none' }, QueryStringsConfig: { QueryStringBehavior: 'all' } };

let edge: ScriptedEdge;
beforeAll(async () => {
  const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
  edge = await scriptedEdge(
    template({
      behavior: { TargetOriginId: 'us-east-1', AllowedMethods: all },
      // Without effect: the policy has no say.
      cachePolicy: { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 },
      originRequestPolicy: {
        ...NONE,
        HeadersConfig: { HeaderBehavior: 'allViewer' },
        CookiesConfig: { CookieBehavior: 'all' },
      },
    }),
    httpCache,
  );
});
afterAll(async () => {
  expect(edge.failures).toEqual([]);
  await edge.close();
});

type Lines = Readonly<Record<string, string | readonly string[]>>;
type Sent = Record<string, string>;

let paths = 0;
const newPath = () => `/${++paths}`;
const at = (seconds: number) => new Date(edge.clock.now() + seconds * 1000).toUTCString();

interface Row {
  /** Of the first response. A function, where it needs the time. */
  readonly given: Lines | (() => Lines);
  readonly status?: number;
  /** Of the two requests. */
  readonly first?: Sent;
  readonly second?: Sent;
  readonly after?: number;
  readonly isReused: boolean;
  readonly see: string;
}

async function askedTwice(
  { given, status = 200, first = {}, second = {}, after = 1 }: Omit<Row, 'isReused' | 'see'>,
  next: Scripted = {},
) {
  const path = newPath();
  edge.script({ status, headers: typeof given === 'function' ? given() : given, body: 'old' });
  await edge.ask(path, { headers: first });
  edge.clock.advance(after * 1000);
  edge.script({ body: 'new', ...next });
  return { path, answer: await edge.ask(path, { headers: second }) };
}

const rows = (name: string, table: readonly Row[]) =>
  describe(name, () => {
    test.each(table.map((row) => ({ row, title: titleOf(row) })))('$title', async ({ row }) => {
      const { answer } = await askedTwice(row);
      expect(answer.body).toBe(row.isReused ? 'old' : 'new');
      expect(edge.received).toHaveLength(row.isReused ? 0 : 1);
    });
  });

/** Functions of the time are shown as their code. */
function titleOf({ given, isReused, see, ...rest }: Row): string {
  const shown = typeof given === 'function' ? String(given) : JSON.stringify(given);
  return `${shown} ${JSON.stringify(rest)}: ${isReused ? 'reused' : 'asked for'} (${see})`;
}

const control = (value: string | readonly string[]) => ({ 'cache-control': value });

rows('the lifetime of a response', [
  { given: control('max-age=10'), after: 9, isReused: true, see: '4.2' },
  { given: control('max-age=10'), after: 10, isReused: false, see: '4.2' },
  { given: control('max-age=0'), after: 0, isReused: false, see: '4.2.1' },
  { given: control('max-age=1, s-maxage=10'), after: 9, isReused: true, see: '5.2.2.10' },
  { given: control('max-age=100, s-maxage=10'), after: 10, isReused: false, see: '5.2.2.10' },
  { given: control('MaX-AgE=10'), after: 9, isReused: true, see: '5.2' },
  { given: control('max-age="10"'), after: 9, isReused: true, see: '5.2' },
  { given: control("max-age='10'"), isReused: false, see: '4.2.1' },
  { given: control('max-age=010'), after: 9, isReused: true, see: '1.2.2' },
  { given: control('max-age=-10'), isReused: false, see: '4.2.1' },
  { given: control('max-age=10a'), isReused: false, see: '4.2.1' },
  { given: control('max-age=a10'), isReused: false, see: '4.2.1' },
  { given: control('max-age=10.5'), isReused: false, see: '4.2.1' },
  { given: control('max-age'), isReused: false, see: '4.2.1' },
  { given: control('max-age = 10'), isReused: false, see: '4.2.1' },
  { given: control('max-age=2147483648'), isReused: true, see: '1.2.2' },
  { given: control('max-age=99999999999999999999'), isReused: true, see: '1.2.2' },
  { given: control('foo="max-age=100", max-age=10'), after: 10, isReused: false, see: '5.2' },
  { given: control('foo="a, max-age=100"'), isReused: false, see: '5.2' },
  { given: control('foo="a\\", max-age=100", max-age=10'), after: 10, isReused: false, see: '5.2' },
  { given: control('x, foo=bar, max-age=10'), after: 9, isReused: true, see: '5.2.3' },
  { given: control(',, max-age=10,'), after: 9, isReused: true, see: 'RFC 9110, 5.6.1.2' },
  { given: control(['foo', 'max-age=10']), after: 9, isReused: true, see: 'RFC 9110, 5.2' },
  { given: control('max-age=10, max-age=100'), after: 10, isReused: false, see: '4.2.1' },
  { given: () => ({ expires: at(10), date: at(0) }), after: 9, isReused: true, see: '5.3' },
  { given: () => ({ expires: at(10), date: at(0) }), after: 10, isReused: false, see: '5.3' },
  { given: () => ({ expires: at(10), date: at(-20) }), after: 0, isReused: true, see: '4.2.1' },
  { given: () => ({ expires: at(-10), date: at(0) }), after: 0, isReused: false, see: '5.3' },
  { given: () => ({ expires: at(10) }), after: 9, isReused: true, see: '4.2.1' },
  { given: { expires: '0' }, isReused: false, see: '5.3' },
  { given: () => ({ ...control('max-age=10'), expires: at(-10) }), after: 9, isReused: true, see: '5.3' },
  { given: () => ({ ...control('max-age=0'), expires: at(10) }), isReused: false, see: '5.3' },
  { given: () => ({ 'last-modified': at(-100), date: at(0) }), after: 9, isReused: true, see: '4.2.2' },
  { given: () => ({ 'last-modified': at(-100), date: at(0) }), after: 10, isReused: false, see: '4.2.2' },
  { given: {}, isReused: false, see: '4.2.2' },
]);

rows('Expires', [
  ...[
    'Thu, 18 Aug 2050 02:01:18 GMT',
    'thu, 18 aug 2050 02:01:18 gmt',
    'Thursday, 18-Aug-50 02:01:18 GMT',
    'Thu Aug 18 02:01:18 2050',
  ].map((expires) => ({ given: { expires }, isReused: true, see: '4.2, RFC 9110, 5.6.7' })),
  ...[
    'Thu, 18 Aug 2050 02:01:18 AEST',
    'Thu, 18 Aug 2050 02:01:18 UTC',
    'Thu, 18 Aug 2050 02:01:18',
    'Thu, 18 Aug 2050 2:01:18 GMT',
    'Thu, 18 Aug 2050 02.01.18 GMT',
    'Thu, 18 Aug 50 02:01:18 GMT',
    'Thu 18 Aug 2050 02:01:18 GMT',
    'Thu,  18  Aug  2050  02:01:18  GMT',
    'Thu, 18-Aug-2050 02:01:18 GMT',
    'Thu, 32 Aug 2050 02:01:18 GMT',
    'Thu, 18 Aug 2050 25:01:18 GMT',
    '2050-08-18T02:01:18Z',
    '2544400878',
  ].map((expires) => ({ given: { expires }, isReused: false, see: '4.2, RFC 9110, 5.6.7' })),
]);

rows('the age of a response', [
  { given: { ...control('max-age=10'), age: '8' }, after: 1, isReused: true, see: '4.2.3' },
  { given: { ...control('max-age=10'), age: '8' }, after: 2, isReused: false, see: '4.2.3' },
  { given: () => ({ ...control('max-age=10'), date: at(-8) }), after: 1, isReused: true, see: '4.2.3' },
  { given: () => ({ ...control('max-age=10'), date: at(-8) }), after: 2, isReused: false, see: '4.2.3' },
  { given: () => ({ ...control('max-age=10'), date: at(100) }), after: 9, isReused: true, see: '4.2.3' },
  { given: { ...control('max-age=10'), date: 'x' }, after: 9, isReused: true, see: '4.2.3' },
  { given: { ...control('max-age=10'), age: '20, 0' }, isReused: false, see: '5.1' },
  { given: { ...control('max-age=10'), age: '0, 20' }, isReused: true, see: '5.1' },
  { given: { ...control('max-age=10'), age: ['20', '0'] }, isReused: false, see: '5.1' },
  { given: { ...control('max-age=10'), age: 'abc' }, isReused: true, see: '5.1' },
  { given: { ...control('max-age=10'), age: '-20' }, isReused: true, see: '5.1' },
  { given: { ...control('max-age=10'), age: '20.5' }, isReused: true, see: '5.1' },
  { given: { ...control('max-age=10'), age: '2147483649' }, isReused: false, see: '1.2.2' },
]);

rows('what is stored', [
  { given: control('no-store, max-age=10'), isReused: false, see: '5.2.2.5' },
  { given: control('No-StOrE, max-age=10'), isReused: false, see: '5.2.2.5' },
  { given: control('private, max-age=10'), isReused: false, see: '5.2.2.7' },
  { given: control('private="x-a", max-age=10'), isReused: true, see: '5.2.2.7' },
  { given: control('private, s-maxage=10'), isReused: false, see: '5.2.2.7' },
  { given: control('no-cache, max-age=10'), isReused: false, see: '5.2.2.4' },
  { given: control('no-cache="x-a", max-age=10'), isReused: true, see: '5.2.2.4' },
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
  { given: control('max-age=10'), first: control('no-store') as Sent, isReused: false, see: '5.2.1.5' },
]);

rows('directives of a request', [
  { given: control('max-age=10'), second: control('no-cache') as Sent, isReused: false, see: '5.2.1.4' },
  { given: control('max-age=10'), second: { pragma: 'no-cache' }, isReused: false, see: '5.4' },
  { given: control('max-age=10'), second: { pragma: 'no-cache', 'cache-control': 'foo' }, isReused: true, see: '5.4' },
  { given: control('max-age=10'), second: control('max-age=1') as Sent, isReused: true, see: '5.2.1.1' },
  { given: control('max-age=10'), second: control('max-age=0') as Sent, isReused: false, see: '5.2.1.1' },
  { given: control('max-age=10'), after: 5, second: control('min-fresh=5') as Sent, isReused: true, see: '5.2.1.3' },
  { given: control('max-age=10'), after: 5, second: control('min-fresh=6') as Sent, isReused: false, see: '5.2.1.3' },
  { given: control('max-age=10'), after: 15, second: control('max-stale') as Sent, isReused: true, see: '5.2.1.2' },
  { given: control('max-age=10'), after: 15, second: control('max-stale=5') as Sent, isReused: true, see: '5.2.1.2' },
  { given: control('max-age=10'), after: 15, second: control('max-stale=4') as Sent, isReused: false, see: '5.2.1.2' },
  ...['must-revalidate', 'proxy-revalidate', 's-maxage=10'].map((directive) => ({
    given: control(`max-age=10, ${directive}`),
    after: 15,
    second: control('max-stale') as Sent,
    isReused: false,
    see: '5.2.2.2, 5.2.2.8, 5.2.2.10',
  })),
]);

const FRESH = { 'cache-control': 'max-age=100' };
rows('Vary', [
  { given: { ...FRESH, vary: 'x-a' }, first: { 'x-a': '1' }, second: { 'x-a': '1' }, isReused: true, see: '4.1' },
  { given: { ...FRESH, vary: 'X-A' }, first: { 'x-a': '1' }, second: { 'x-a': '2' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a' }, first: { 'x-a': '1' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a' }, second: { 'x-a': '1' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a' }, isReused: true, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a, x-b' }, first: { 'x-b': '1' }, second: { 'x-b': '2' }, isReused: false, see: '4.1' },
  {
    given: { ...FRESH, vary: ['x-a', 'x-b'] },
    first: { 'x-b': '1' },
    second: { 'x-b': '2' },
    isReused: false,
    see: '4.1',
  },
  { given: { ...FRESH, vary: 'x-a' }, first: { 'x-a': '1,2' }, second: { 'x-a': '1 , 2' }, isReused: true, see: '4.1' },
  {
    given: { ...FRESH, vary: 'x-a' },
    first: { 'x-a': '1, 2' },
    second: { 'x-a': '2, 1' },
    isReused: false,
    see: '4.1',
  },
  { given: { ...FRESH, vary: '*' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a, *' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: ['x-a', '*'] }, isReused: false, see: '4.1' },
]);

test('several variants of one target are kept (4.1)', async () => {
  const path = newPath();
  const ask = (lang: string) => edge.ask(path, { headers: { 'x-lang': lang } });
  for (const lang of ['de', 'en']) {
    edge.script({ headers: { ...FRESH, vary: 'x-lang' }, body: lang });
    await ask(lang);
  }
  edge.script({ body: 'new' });
  expect([(await ask('de')).body, (await ask('en')).body, (await ask('fr')).body]).toEqual(['de', 'en', 'new']);
});

test('the query string is part of the key (2)', async () => {
  edge.script({ headers: FRESH, body: 'a' }, { headers: FRESH, body: 'b' });
  const path = newPath();
  expect([(await edge.ask(`${path}?a`)).body, (await edge.ask(`${path}?b`)).body]).toEqual(['a', 'b']);
});

test('only-if-cached: 504 and no request where nothing is stored (5.2.1.7)', async () => {
  edge.script({});
  expect((await edge.ask(newPath(), { headers: control('only-if-cached') as Sent })).status).toBe(504);
  expect(edge.received).toHaveLength(0);
  const { answer } = await askedTwice({ given: FRESH, second: control('only-if-cached') as Sent });
  expect(answer.body).toBe('old');
});

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
    expect(edge.received).toHaveLength(0);
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
    expect(edge.received[0]?.headers['if-none-match']).toBe('"1"');
    expect(answer).toMatchObject({
      status: 200,
      body: 'old',
      headers: { 'x-note': 'b', age: '0', 'content-length': '3' },
    });
    edge.clock.advance(19_000);
    expect(await edge.ask(path)).toMatchObject({ body: 'old', headers: { 'x-note': 'b', age: '19' } });
    expect(edge.received).toHaveLength(1);
  });

  test('a 304 of another version is not taken for the stored one (4.3.4)', async () => {
    const path = newPath();
    edge.script({ headers: given, body: 'old' });
    await edge.ask(path);
    edge.clock.advance(10_000);
    edge.script({ status: 304, headers: { etag: '"2"' }, body: '' }, { headers: { etag: '"2"' }, body: 'new' });
    expect(await edge.ask(path)).toMatchObject({ status: 200, body: 'new' });
    expect(edge.received.map(({ headers }) => headers['if-none-match'])).toEqual(['"1"', undefined]);
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
    expect(edge.received[0]?.headers['if-none-match']).toBe('"1"');
  });
});

describe('the origin fails', () => {
  test.each<{ directives: string; second?: Sent; next: Scripted; body: string; see: string }>([
    { directives: 'max-age=10', next: { broken: true }, body: 'old', see: '4.2.4' },
    { directives: 'max-age=10, must-revalidate', next: { broken: true }, body: 'error', see: '5.2.2.2' },
    { directives: 'max-age=10, proxy-revalidate', next: { broken: true }, body: 'error', see: '5.2.2.8' },
    { directives: 's-maxage=10', next: { broken: true }, body: 'error', see: '5.2.2.10' },
    { directives: 'no-cache, max-age=10', next: { broken: true }, body: 'error', see: '5.2.2.4' },
    { directives: 'max-age=10', next: { status: 503 }, body: 'new', see: '4.3.3' },
    { directives: 'max-age=10, stale-if-error=10', next: { status: 503 }, body: 'old', see: 'RFC 5861, 4' },
    { directives: 'max-age=10, stale-if-error=5', next: { status: 503 }, body: 'new', see: 'RFC 5861, 4' },
    { directives: 'max-age=10, stale-if-error=10', next: { broken: true }, body: 'old', see: 'RFC 5861, 4' },
    {
      directives: 'max-age=10',
      second: { 'cache-control': 'stale-if-error=10' },
      next: { status: 503 },
      body: 'old',
      see: 'RFC 5861, 4',
    },
  ])('$directives $second $next: $body ($see)', async ({ directives, second = {}, next, body }) => {
    const { answer } = await askedTwice({ given: control(directives), after: 15, second }, next);
    expect(answer.status >= 500 && answer.body !== 'new' ? 'error' : answer.body).toBe(body);
  });

  test.each([
    { after: 14, body: 'old' },
    { after: 15, body: 'new' },
  ])('stale-while-revalidate, $after s on: $body (RFC 5861, 3)', async ({ after, body }) => {
    const { answer } = await askedTwice({ given: control('max-age=10, stale-while-revalidate=5'), after });
    expect(answer.body).toBe(body);
    await edge.whenReceived(1);
  });
});

describe('invalidation (4.4)', () => {
  test.each<{ method: string; status?: number; headers?: Lines; isReused: boolean }>([
    ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, isReused: false })),
    { method: 'POST', status: 303, isReused: false },
    { method: 'POST', status: 404, isReused: true },
    { method: 'POST', status: 500, isReused: true },
    { method: 'OPTIONS', isReused: true },
  ])('$method answered $status: reused $isReused', async ({ method, status = 200, isReused }) => {
    const path = newPath();
    edge.script({ headers: FRESH, body: 'old' });
    await edge.ask(path);
    edge.script({ status });
    await edge.ask(path, { method });
    edge.script({ body: 'new' });
    expect((await edge.ask(path)).body).toBe(isReused ? 'old' : 'new');
  });

  test.each([
    { name: 'location', of: (path: string) => path, isReused: false },
    { name: 'content-location', of: (path: string) => `.${path}`, isReused: false },
    { name: 'location', of: (path: string) => `http://other.example${path}`, isReused: true },
    { name: 'location', of: () => 'http://[', isReused: true },
  ])('$name of an answer to POST: reused $isReused', async ({ name, of, isReused }) => {
    const path = newPath();
    edge.script({ headers: FRESH, body: 'old' });
    await edge.ask(path);
    edge.script({ status: 201, headers: { [name]: of(path) } });
    await edge.ask('/elsewhere', { method: 'POST' });
    edge.script({ body: 'new' });
    expect((await edge.ask(path)).body).toBe(isReused ? 'old' : 'new');
  });
});

describe('HEAD', () => {
  test('is answered by a stored GET, and stores nothing (4, 3)', async () => {
    const path = newPath();
    edge.script({ headers: { ...FRESH, 'content-length': '3' }, body: 'old' });
    await edge.ask(path, { method: 'HEAD' });
    await edge.ask(path);
    const answer = await edge.ask(path, { method: 'HEAD' });
    expect(edge.received.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '3' } });
  });

  test.each<{ headers: Record<string, string>; body: string }>([
    { headers: { etag: '"1"', 'cache-control': 'max-age=50' }, body: 'old' },
    { headers: { etag: '"2"', 'cache-control': 'max-age=50' }, body: 'new' },
    { headers: { 'content-length': '4', 'cache-control': 'max-age=50' }, body: 'new' },
  ])('that brings $headers: $body (4.3.5)', async ({ headers, body }) => {
    const path = newPath();
    edge.script({ headers: { ...control('max-age=10'), etag: '"1"' }, body: 'old' });
    await edge.ask(path);
    edge.clock.advance(10_000);
    edge.script({ headers });
    await edge.ask(path, { method: 'HEAD' });
    edge.script({ body: 'new' });
    expect((await edge.ask(path)).body).toBe(body);
  });
});

test.each([412, 416])('a %s, which answers a condition or a range, is not stored (3)', async (status) => {
  const { answer } = await askedTwice({ given: FRESH, status });
  expect(answer.body).toBe('new');
});

test('a background fetch that breaks off, or is not stored, does no harm (RFC 5861, 3)', async () => {
  for (const next of [
    { isCut: true, headers: { 'content-length': '9' } },
    { broken: true },
    { headers: control('no-store') },
  ]) {
    const { answer } = await askedTwice({ given: control('max-age=10, stale-while-revalidate=5'), after: 12 }, next);
    expect(answer.body).toBe('old');
    await edge.whenReceived(1);
  }
  edge.script({ body: 'x' });
  expect((await edge.ask(newPath())).body).toBe('x');
});

test('the part of a second that a date leaves out is no age (4.2.3)', async () => {
  edge.clock.advance(999);
  const { answer } = await askedTwice({ given: () => ({ ...control('max-age=1'), date: at(0) }), after: 0.5 });
  expect(answer.body).toBe('old');
  edge.clock.advance(501);
});

test('a partial response is passed on and not stored (3.3)', async () => {
  const path = newPath();
  edge.script({ status: 206, headers: { ...FRESH, 'content-range': 'bytes 0-0/3' }, body: 'o' }, { body: 'new' });
  expect(await edge.ask(path, { headers: { range: 'bytes=0-0' } })).toMatchObject({ status: 206, body: 'o' });
  expect((await edge.ask(path)).body).toBe('new');
});
