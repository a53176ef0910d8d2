/** Places of errors, in whatever functions say of them. */
import { expect, test } from 'vitest';
import { placeOfError } from '../../../emulator/control/error-place.ts';

const placeIn = (line: string) =>
  placeOfError({ begin: 0, end: 1, event: {}, value: undefined, error: 'Error: no', lines: [line], size: 0 }, null);

test.each([
  { line: 'Error: no\n    at handler (/none/auth.js:3:9)', file: '/none/auth.js' },
  { line: 'Error: no\n    at file:///none/auth%20it.mjs:3:9', file: '/none/auth it.mjs' },
  { line: 'Error: no\n    at async /none/auth.js:3:9', file: '/none/auth.js' },
  { line: 'Error: no\n    at exports.handler (/none/my functions/auth.js:3:9)', file: '/none/my functions/auth.js' },
  { line: 'Error: see /none/other.js:1:2 (none/my functions/auth.js:3:9)', file: 'none/my functions/auth.js' },
  { line: 'Error: see /none/other.js:1:2\n    at /none/auth.js:3:9', file: '/none/auth.js' },
  { line: 'Error: see (file://host/auth.js:3:9)', file: 'file://host/auth.js' },
  { line: 'Error: see (file:///none/%2Fauth.js:3:9)', file: 'file:///none/%2Fauth.js' },
  { line: 'Error: see (file:///none/%ZZ.js:3:9)', file: 'file:///none/%ZZ.js' },
])('$line', ({ line, file }) => {
  expect(placeIn(line)).toEqual({ file, line: 3, column: 9, excerpt: null });
});

test.each(['Error: no', 'Error: see /none/other.js:1:2', 'Error: no\n    at new Promise (<anonymous>)'])(
  'no place in %j',
  (line) => expect(placeIn(line)).toBe(null),
);
