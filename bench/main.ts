/**
 * `npm run bench [-- access | function | lambda-edge | cold-start | emulator | update] [--rounds <n>] [--calls <n>]`: figures of
 * one run on this machine, as ratios with their spread, beside their budgets. Nothing is asserted.
 */
import { parseArgs } from 'node:util';
import { benchColdStart } from './cold-start.ts';
import { benchEmulator } from './emulator.ts';
import { benchFunction } from './function.ts';
import { benchLambdaEdge } from './lambda-edge.ts';
import type { Amount } from './turns.ts';
import { benchUpdate } from './update.ts';

const BENCHES: Readonly<Record<string, (amount: Amount) => Promise<void>>> = {
  function: benchFunction,
  'lambda-edge': benchLambdaEdge,
  'cold-start': benchColdStart,
  emulator: benchEmulator,
  update: benchUpdate,
};

/** Several benches under one name. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { access: ['function', 'lambda-edge', 'cold-start'] };

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string' }, calls: { type: 'string' } },
  });
  const amount = { rounds: countOf(values.rounds, '--rounds'), calls: countOf(values.calls, '--calls') };
  for (const bench of benchesOf(positionals)) await BENCHES[bench]?.(amount);
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 2;
}

/** Each bench once, all of them when none is named. */
function benchesOf(names: readonly string[]): Set<string> {
  if (names.length === 0) return new Set(Object.keys(BENCHES));
  const known = [...Object.keys(GROUPS), ...Object.keys(BENCHES)];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`expected ${known.join(', ')}, got ${unknown}`);
  return new Set(names.flatMap((name) => GROUPS[name] ?? [name]));
}

function countOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${option}: expected a whole number from 1, got ${text}`);
  return Number(text);
}
