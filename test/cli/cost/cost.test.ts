/** The command, and the table of the documentation that it makes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { ROOT } from '../../support/service-copy.ts';

const cost = (...args: string[]) => runCommand(['cost', ...args], ROOT);

test('the table in docs/operations.md is what the command prints', async () => {
  const { code, out } = await cost();
  expect(code).toBe(0);
  const text = await readFile(join(ROOT, 'docs/operations.md'), 'utf8');
  expect(text).toContain(`$ npx edgekeeper cost\n${out}`);
});

test('as JSON, with what was assumed and the prices', async () => {
  const { out } = await cost('--json', '--requests', '2.5M', '--requests', '1G', '--hit-ratio', '0.5', '--free-tier');
  const { months, assumed, freeTier, prices } = JSON.parse(out);
  expect(months.map(({ requests }: { requests: number }) => requests)).toEqual([2_500_000, 1_000_000_000]);
  expect([assumed.hitRatio, assumed.bytes, freeTier]).toEqual([0.5, 50_000, true]);
  expect(prices.functionInvocation).toMatchObject({ usd: 0.1, per: 1_000_000 });
});

describe('the free tiers', () => {
  test.each([
    { args: [], says: 'free tiers not taken off (--free-tier does);' },
    { args: ['--free-tier'], says: 'free tiers taken off;' },
  ])('$args: $says', async ({ args, says }) => {
    expect((await cost(...args)).out.split('\n', 1)[0]).toContain(says);
  });
});

describe('is refused', () => {
  test.each([
    { args: ['--requests', 'soon'], code: 1, says: 'ERR_OPTION_INVALID: --requests: expected a number of requests' },
    { args: ['--requests', '0'], code: 1, says: 'ERR_OPTION_INVALID: --requests' },
    { args: ['--requests', '1001G'], code: 1, says: 'ERR_OPTION_INVALID: --requests' },
    { args: ['--hit-ratio', '1.1'], code: 2, says: 'expected a number from 0 to 1' },
    { args: ['--hit-ratio', '-1'], code: 2, says: 'expected a number from 0 to 1' },
  ])('$args', async ({ args, code, says }) => {
    const ended = await cost(...args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(says);
  });
});
