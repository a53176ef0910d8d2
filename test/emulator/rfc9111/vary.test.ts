/** Which variant of a response fits a request. */
import { expect, test } from 'vitest';
import { FRESH, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { at, newPath, rows } = cache;

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
  { given: { ...FRESH, vary: 'x-a' }, first: { 'x-a': '' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a' }, first: { 'x-a': 'a' }, second: { 'x-a': 'A' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: ',, x-a ,' }, first: { 'x-a': '1' }, second: { 'x-a': '1' }, isReused: true, see: '4.1' },
  {
    given: { ...FRESH, vary: 'cookie' },
    first: { cookie: 'a=1' },
    second: { cookie: 'a=2' },
    isReused: false,
    see: '4.1',
  },
  { given: { ...FRESH, vary: 'host' }, isReused: true, see: '4.1' },
  { given: { ...FRESH, vary: '*' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: 'x-a, *' }, isReused: false, see: '4.1' },
  { given: { ...FRESH, vary: ['x-a', '*'] }, isReused: false, see: '4.1' },
]);

test('several variants of one target are kept (4.1)', async () => {
  const path = newPath();
  const ask = (lang: string) => cache.edge.ask(path, { headers: { 'x-lang': lang } });
  for (const lang of ['de', 'en']) {
    cache.edge.script({ headers: { ...FRESH, vary: 'x-lang' }, body: lang });
    await ask(lang);
  }
  cache.edge.script({ body: 'new' });
  expect([(await ask('de')).body, (await ask('en')).body, (await ask('fr')).body]).toEqual(['de', 'en', 'new']);
});

test('lines of one header are the same as their list (4.1)', async () => {
  const path = newPath();
  cache.edge.script({ headers: { ...FRESH, vary: 'x-a' }, body: 'old' }, { body: 'new' });
  await cache.edge.ask(path, { headers: { 'x-a': ['1', '2'] } });
  expect((await cache.edge.ask(path, { headers: { 'x-a': '1, 2' } })).body).toBe('old');
});

test('a response that lacks Vary goes after those that have it (4.1)', async () => {
  const path = newPath();
  const ask = (lang: string) => cache.edge.ask(path, { headers: { 'x-lang': lang } });
  cache.edge.script({ headers: { ...FRESH, vary: 'x-lang' }, body: 'de' }, { headers: FRESH, body: 'any' });
  await ask('de');
  cache.edge.clock.advance(1_000);
  await ask('en');
  expect([(await ask('de')).body, (await ask('en')).body, (await ask('fr')).body]).toEqual(['de', 'any', 'any']);
});

test('of several that fit, the one with the latest date is sent (4)', async () => {
  const path = newPath();
  const ask = (headers: Record<string, string>) => cache.edge.ask(path, { headers });
  cache.edge.script(
    { headers: { ...FRESH, vary: 'x-a', date: at(0) }, body: 'later' },
    { headers: { ...FRESH, vary: 'x-b', date: at(-10) }, body: 'earlier' },
  );
  await ask({ 'x-a': '1', 'x-b': '1' });
  await ask({ 'x-a': '2', 'x-b': '2' });
  expect((await ask({ 'x-a': '1', 'x-b': '2' })).body).toBe('later');
});
