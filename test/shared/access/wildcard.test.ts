/** Parts with `?` beside the definition. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesWildcard } from '../../../shared/access/wildcard.ts';

describe('parts with ? among stars', () => {
  test('match what trying every place would match', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '?', '?', '?'), maxLength: 70, size: 'max' });
    const pattern = fc.array(part, { minLength: 1, maxLength: 4, size: 'max' }).map((parts) => parts.join('*'));
    const text = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', '?'), maxLength: 140, size: 'max' });
    const filled = pattern.chain((from) =>
      fc.tuple(
        fc.constant(from),
        fc.array(fc.constantFrom('', 'a', 'b', 'ab', 'bba'), { minLength: 9, maxLength: 9 }).map((fill) => {
          let next = 0;
          return from.replace(/[*?]/g, (wildcard) => {
            const filling = fill[next++ % fill.length] ?? '';
            return wildcard === '*' ? filling : filling.charAt(0) || 'b';
          });
        }),
      ),
    );
    fc.assert(
      fc.property(fc.oneof(filled, fc.tuple(pattern, text)), ([from, to]) => {
        expect(matchesWildcard(from, to)).toBe(matchesStepwise(from, to));
      }),
      { numRuns: 3000 },
    );
  });

  /** By the definition: whether each beginning of the pattern covers each beginning of the text. */
  function matchesStepwise(pattern: string, text: string): boolean {
    let covered = Array.from({ length: text.length + 1 }, (_, length) => length === 0);
    for (const character of pattern) {
      const before = covered;
      covered = [];
      for (let length = 0; length <= text.length; length++) {
        const isOneMore = length > 0 && before[length - 1] === true;
        if (character === '*') covered.push(before[length] === true || (length > 0 && covered[length - 1] === true));
        else covered.push(isOneMore && (character === '?' || character === text.charAt(length - 1)));
      }
    }
    return covered[text.length] === true;
  }

  test.each([2, 3, 61])('%s characters long: found at its place alone', (length) => {
    const part = `b${'?'.repeat(length - 2)}b`;
    const found = `b${'a'.repeat(length - 2)}b`;
    expect(matchesWildcard(`*${part}*`, `aaa${found}aaa`)).toBe(true);
    expect(matchesWildcard(`*${part}*`, `aaa${found.slice(0, -1)}abaa`)).toBe(false);
    expect(matchesWildcard(`*${part}*${part}*`, `${found}${found}`)).toBe(true);
    expect(matchesWildcard(`*${part}*${part}*`, found + found.slice(1))).toBe(false);
  });
});
