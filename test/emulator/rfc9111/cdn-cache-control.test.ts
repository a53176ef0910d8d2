/** Directives that are for caches of content delivery networks alone. */
import { expect, test } from 'vitest';
import { strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { at, askedTwice, rows } = cache;

const both = (targeted: string, control: string) => ({ 'cdn-cache-control': targeted, 'cache-control': control });

rows('CDN-Cache-Control', [
  { given: both('max-age=10', 'no-store'), after: 9, isReused: true, see: 'RFC 9213, 2.2' },
  { given: both('max-age=10', 'max-age=100'), after: 10, isReused: false, see: 'RFC 9213, 2.2' },
  { given: both('no-store', 'max-age=100'), isReused: false, see: 'RFC 9213, 2.2' },
  { given: both('private', 'max-age=100'), isReused: false, see: 'RFC 9213, 2.2' },
  { given: both('private="x-a", max-age=10', 'no-store'), isReused: true, see: 'RFC 9213, 2.1' },
  { given: () => ({ 'cdn-cache-control': 'foo', expires: at(100) }), isReused: false, see: 'RFC 9213, 2.2' },
  { given: both('foo', 'max-age=100'), isReused: false, see: 'RFC 9213, 2.2' },
  { given: both('max-age=10; x=1', 'no-store'), isReused: true, see: 'RFC 9213, 2.1' },
  { given: both('max-age=1, max-age=10', 'no-store'), after: 9, isReused: true, see: 'RFC 8941, 3.2' },
  { given: both('max-age=10.5', 'max-age=100'), isReused: false, see: 'RFC 9213, 2.1' },
  { given: both('max-age="10"', 'max-age=100'), isReused: false, see: 'RFC 9213, 2.1' },
  { given: both('max-age=-10', 'max-age=100'), isReused: false, see: 'RFC 9213, 2.1' },
  { given: both('', 'max-age=100'), after: 99, isReused: true, see: 'RFC 9213, 2.1' },
  { given: both('Max-Age=1', 'max-age=100'), after: 99, isReused: true, see: 'RFC 9213, 2.1' },
  { given: both('max-age=1, &&&', 'max-age=100'), after: 99, isReused: true, see: 'RFC 9213, 2.1' },
]);

test('both are passed on (RFC 9213, 2.2)', async () => {
  const { answer } = await askedTwice({ given: both('max-age=10', 'no-store') });
  expect(answer.headers).toMatchObject(both('max-age=10', 'no-store'));
});
