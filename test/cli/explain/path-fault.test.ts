/** What is wrong with a path that is not canonical, and the canonical spelling that may have been meant. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalSpelling, pathFault } from '../../../cli/explain/path-fault.ts';
import { canonicalPath } from '../../../shared/access/canonical-path.ts';

test.each<[path: string, fault: string, spelling: string | undefined]>([
  ['', 'no token, nothing behind it, or another token', undefined],
  ['a/b', 'nothing that begins with "/"', undefined],
  ['//a', 'segment 1 is empty', '/a'],
  ['/a//', 'segment 2 is empty', '/a/'],
  ['/a/./b', 'segment 2 is "."', '/a/b'],
  ['/a/b/..', 'segment 3 is ".."', '/a/'],
  ['/a/%2e%2E/b', 'segment 2 is "%2e%2E"', '/b'],
  ['/../..', 'segment 1 is ".."', '/'],
  ['/50%', 'a "%" that encodes nothing: "%" as character 4', '/50%25'],
  ['/private%2Fx', 'an encoded slash: "%2F" as character 9', '/private/x'],
  ['/a\\b', 'a backslash: "\\" as character 3', undefined],
  ['/a%5cb', 'a backslash: "%5c" as character 3', undefined],
  ['/a%00', 'an encoded NUL: "%00" as character 3', undefined],
  ['/a+b', 'a bare "+", which S3 reads as a space: "+" as character 3', '/a%2Bb'],
  ['/%c3%A9', 'lower-case hexadecimal digits: "%c3" as character 2', '/%C3%A9'],
  ['/%70', 'a letter, digit or one of -._~ percent-encoded: "%70" as character 2', '/p'],
  ['/é', 'a character that has to be percent-encoded: "é" as character 2', '/%C3%A9'],
  ['/😀 x', 'a character that has to be percent-encoded: "😀" as character 2', '/%F0%9F%98%80%20x'],
  ['/%FF', 'bytes that are not UTF-8', undefined],
  [`/${'a'.repeat(3073)}`, 'a path longer than a key of S3', undefined],
])('%j: %s', (path, fault, spelling) => {
  expect(canonicalPath(path)).toBeUndefined();
  expect(pathFault(path)).toBe(fault);
  expect(canonicalSpelling(path)).toBe(spelling);
});

test('any text has a fault or is canonical, and its spelling is canonical', () => {
  const text = fc.string({ unit: fc.constantFrom(...'/.%2Ff5Cc0+aZ~@é😀\\ ', '\ud800') });
  fc.assert(
    fc.property(text, (path) => {
      const isCanonical = canonicalPath(path) !== undefined;
      const spelling = canonicalSpelling(path);
      expect(spelling === undefined || canonicalPath(spelling) !== undefined).toBe(true);
      if (isCanonical) expect(canonicalPath(spelling ?? '')).toBe(canonicalPath(path));
      else expect(pathFault(path)).not.toBe('a path longer than a key of S3');
    }),
    { numRuns: 2000 },
  );
});
