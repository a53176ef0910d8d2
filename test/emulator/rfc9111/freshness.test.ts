/** How long a stored response is good, and how old it is. */
import { expect, test } from 'vitest';
import { control, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { at, askedTwice, rows } = cache;

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
  { given: { 'cache-control': ['foo', 'max-age=10'] }, after: 9, isReused: true, see: 'RFC 9110, 5.2' },
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

test('the part of a second that a date leaves out is no age (4.2.3)', async () => {
  cache.edge.clock.advance(999);
  const { answer } = await askedTwice({ given: () => ({ ...control('max-age=1'), date: at(0) }), after: 0.5 });
  expect(answer.body).toBe('old');
  cache.edge.clock.advance(501);
});
