/** The commands of docs/operations.md exist as they stand there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLineFault } from './support/command-lines.ts';
import { ROOT } from './support/service-copy.ts';

/** Of AWS and of a shell. */
const OTHERS = /^(?:\$|#|aws |echo |openssl |git checkout )/;

const TEXT = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

const lines = [...TEXT.matchAll(/^```text\n(?!\$)([\s\S]*?)^```/gm)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .flatMap((line) => line.replace(/ +# .*$/, '').split(' && '))
  .filter((line) => !OTHERS.test(line));

test.each(lines)('%s', (line) => {
  expect(commandLineFault(line)).toBeNull();
});

test('there are many', () => {
  expect(lines.length).toBeGreaterThan(30);
});
