/** Responses whose time is over, which may be sent all the same. */
import { describe, expect, test, vi } from 'vitest';
import type { Scripted } from '../../support/scripted-origin.ts';
import { control, type Sent, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { askedTwice, newPath } = cache;

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
    ...[500, 502, 504].map((status) => ({
      directives: 'max-age=10, stale-if-error=10',
      next: { status },
      body: 'old',
      see: 'RFC 5861, 4',
    })),
    ...[404, 501, 599].map((status) => ({
      directives: 'max-age=10, stale-if-error=10',
      next: { status },
      body: 'new',
      see: 'RFC 5861, 4',
    })),
    {
      directives: 'max-age=10, stale-if-error=10, must-revalidate',
      next: { status: 503 },
      body: 'new',
      see: '5.2.2.2',
    },
    { directives: 's-maxage=10, stale-if-error=10', next: { status: 503 }, body: 'new', see: '5.2.2.10' },
    { directives: 'max-age=10', second: control('no-cache'), next: { broken: true }, body: 'error', see: '5.2.1.4' },
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
    await cache.edge.whenReceived(1);
  });
});

test.each(['must-revalidate', 'proxy-revalidate', 's-maxage=10', 'no-cache'])(
  'stale-while-revalidate with %s is not sent stale (4.2.4)',
  async (directive) => {
    const given = control(`max-age=10, stale-while-revalidate=5, ${directive}`);
    expect((await askedTwice({ given, after: 12 })).answer.body).toBe('new');
  },
);

test('what a background fetch brings answers the next request (RFC 5861, 3)', async () => {
  const given = { ...control('max-age=10, stale-while-revalidate=5'), etag: '"1"' };
  const { path } = await askedTwice({ given, after: 12 }, { headers: control('max-age=10') });
  await cache.edge.whenReceived(1);
  expect(cache.edge.received[0]?.headers['if-none-match']).toBe('"1"');
  await vi.waitFor(async () => expect((await cache.edge.ask(path)).body).toBe('new'));
  expect(cache.edge.received).toHaveLength(1);
});

test('a background fetch that breaks off, or is not stored, does no harm (RFC 5861, 3)', async () => {
  for (const next of [
    { isCut: true, headers: { 'content-length': '9' } },
    { broken: true },
    { headers: control('no-store') },
  ]) {
    const { answer } = await askedTwice({ given: control('max-age=10, stale-while-revalidate=5'), after: 12 }, next);
    expect(answer.body).toBe('old');
    await cache.edge.whenReceived(1);
  }
  cache.edge.script({ body: 'x' });
  expect((await cache.edge.ask(newPath())).body).toBe('x');
});
