/** Responses whose time is over, which may be sent all the same. */
import { describe, expect, test } from 'vitest';
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
