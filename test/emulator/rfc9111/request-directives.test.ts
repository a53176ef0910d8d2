/** What a request says of caching. */
import { expect, test } from 'vitest';
import { control, FRESH, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { askedTwice, newPath, rows } = cache;

rows('directives of a request', [
  { given: control('max-age=10'), second: control('no-cache'), isReused: false, see: '5.2.1.4' },
  { given: control('max-age=10'), second: { pragma: 'no-cache' }, isReused: false, see: '5.4' },
  { given: control('max-age=10'), second: { pragma: 'no-cache', 'cache-control': 'foo' }, isReused: true, see: '5.4' },
  { given: control('max-age=10'), second: { pragma: 'no-store, foo' }, isReused: true, see: '5.4' },
  { given: control('max-age=10'), second: control('No-Cache'), isReused: false, see: '5.2' },
  { given: control('max-age=10'), second: control('foo, bar=1, x="max-age=0"'), isReused: true, see: '5.2.3' },
  { given: control('max-age=10'), second: control('max-age="0"'), isReused: false, see: '5.2.1.1' },
  {
    given: control('max-age=10'),
    after: 11,
    second: control('max-age=20, max-stale=5'),
    isReused: true,
    see: '5.2.1.1',
  },
  {
    given: control('max-age=10, stale-while-revalidate=9'),
    after: 11,
    second: control('max-age=20'),
    isReused: false,
    see: '5.2.1.1',
  },
  {
    given: { ...control('max-age=10'), age: '5' },
    after: 1,
    second: control('max-age=5'),
    isReused: false,
    see: '5.2.1.1',
  },
  { given: control('max-age=10, no-cache'), second: control('max-stale'), isReused: false, see: '5.2.2.4' },
  { given: control('max-age=10'), second: control('max-age=1'), isReused: true, see: '5.2.1.1' },
  { given: control('max-age=10'), second: control('max-age=0'), isReused: false, see: '5.2.1.1' },
  { given: control('max-age=10'), after: 5, second: control('min-fresh=5'), isReused: true, see: '5.2.1.3' },
  { given: control('max-age=10'), after: 5, second: control('min-fresh=6'), isReused: false, see: '5.2.1.3' },
  { given: control('max-age=10'), after: 15, second: control('max-stale'), isReused: true, see: '5.2.1.2' },
  { given: control('max-age=10'), after: 15, second: control('max-stale=5'), isReused: true, see: '5.2.1.2' },
  { given: control('max-age=10'), after: 15, second: control('max-stale=4'), isReused: false, see: '5.2.1.2' },
  ...['must-revalidate', 'proxy-revalidate', 's-maxage=10'].map((directive) => ({
    given: control(`max-age=10, ${directive}`),
    after: 15,
    second: control('max-stale'),
    isReused: false,
    see: '5.2.2.2, 5.2.2.8, 5.2.2.10',
  })),
]);

test('only-if-cached: 504 and no request where nothing is stored (5.2.1.7)', async () => {
  cache.edge.script({});
  expect((await cache.edge.ask(newPath(), { headers: control('only-if-cached') })).status).toBe(504);
  expect(cache.edge.received).toHaveLength(0);
  const { answer } = await askedTwice({ given: FRESH, second: control('only-if-cached') });
  expect(answer.body).toBe('old');
});
