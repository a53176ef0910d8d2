import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryWithout } from '../../../shared/access/carriers.ts';

/** Parameter by parameter, as it is meant. */
function byParameter(query: string, names: readonly string[]): string | undefined {
  const kept = query.split('&').filter((pair) => !names.includes(pair.split('=')[0] ?? ''));
  return kept.join('&') || undefined;
}

test.each([
  [undefined, undefined],
  ['', undefined],
  ['t=1', undefined],
  ['t', undefined],
  ['t&t=&t=1', undefined],
  ['a=1&t=2&b=3', 'a=1&b=3'],
  ['t=1&a', 'a'],
  ['tt=1&at=2&t-=3', 'tt=1&at=2&t-=3'],
  ['a=t&b=t=1', 'a=t&b=t=1'],
  ['T=1&%74=1', 'T=1&%74=1'],
  ['a&&t=1&&', 'a&&&'],
])('%j without t is %j', (query, expected) => {
  expect(queryWithout(query, ['t'])).toBe(expected);
});

test('a query string without some parameters is that of the others, as they were', () => {
  const texts = fc.array(fc.constantFrom('&', '=', 't', 't-mark', 'x', '%74', '?')).map((parts) => parts.join(''));
  const names = fc.constantFrom(['t'], ['t', 't-mark'], ['t-mark', 't'], []);
  fc.assert(
    fc.property(texts, names, (query, without) => {
      expect(queryWithout(query, without)).toBe(byParameter(query, without));
    }),
    { numRuns: 2000 },
  );
});
