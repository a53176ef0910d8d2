/** What is kept out of everything that is shown. */
import { expect, test } from 'vitest';
import {
  brief,
  namedAlgorithm,
  plain,
  shownPath,
  withoutCredentials,
  withoutTokens,
} from '../../../cli/explain/hidden.ts';
import { segment, token } from '../../support/tokens.ts';

test('tokens, wherever they stand', async () => {
  const good = await token();
  expect(withoutTokens(`/a?b=${good}&c`)).toBe('/a?b=(hidden)&c');
  expect(withoutTokens(`${segment({ alg: 'none' })}.e30. and more`)).toBe('(hidden) and more');
  expect(withoutTokens('/eyes.mp4 and ey.b.c')).toBe('/eyes.mp4 and ey.b.c');
});

test('what is as long as a key', () => {
  expect(withoutCredentials(`/${'a'.repeat(42)}/${'b'.repeat(43)}/c`)).toBe(`/${'a'.repeat(42)}/(hidden)/c`);
});

test('the first segment of a path that may be a token', () => {
  expect(shownPath('/~token/private/x')).toBe('/~(hidden)/private/x');
  expect(shownPath('/private/~token')).toBe('/private/~token');
});

test('long values are cut, names are shown as they are', () => {
  expect(brief('x'.repeat(100))).toBe(`"${'x'.repeat(79)}...`);
  expect([plain('k-2026'), plain('a b'), plain(7), plain(undefined)]).toEqual(['k-2026', '"a b"', '7', 'nothing']);
});

test('the algorithm of what has the form of a token', async () => {
  expect(
    [await token(), 'a.b.c', `${segment({ alg: 'RS256' })}.x`, `${segment({ alg: 'RS256' })}.x.`].map(namedAlgorithm),
  ).toEqual(['HS256', undefined, undefined, 'RS256']);
});
