/** That the benches run, as people run them. What they measure, no test judges. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { describeNjs } from '../support/njs.ts';
import { ROOT } from '../support/service-copy.ts';

function runBench(...args: readonly string[]) {
  const command = ['--import', 'tsx', 'bench/main.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const tinyRound = (name: string) => runBench(name, '--rounds', '1', '--calls', '2');

test.each([
  { args: ['speed'], message: 'expected access, function, lambda-edge, cold-start, emulator, update, got speed' },
  {
    args: ['access', 'toString'],
    message: 'expected access, function, lambda-edge, cold-start, emulator, update, got toString',
  },
  { args: ['function', '--rounds', '0'], message: '--rounds: expected a whole number from 1, got 0' },
  { args: ['function', '--calls', '1.5'], message: '--calls: expected a whole number from 1, got 1.5' },
])('$args is refused before anything is measured', ({ args, message }) => {
  expect(runBench(...args)).toEqual({ status: 2, stdout: '', stderr: `bench: ${message}\n` });
});

describe('a tiny round', () => {
  test.each([
    { name: 'lambda-edge', row: /^ {2}ours, whole handler +[\d.]+ \(/m },
    { name: 'cold-start', row: /^ {2}ours +\d+ +[\d.]+ /m },
    { name: 'update', row: /^ {2}setting of both runtimes +[\d.]+ /m },
    { name: 'emulator', row: /^ {2}emulator, misses, stored up to 256 MB +\d+ /m },
  ])('of $name lets every contender check, and prints ours', ({ name, row }) => {
    expect(tinyRound(name)).toEqual({ status: 0, stdout: expect.stringMatching(row), stderr: '' });
  });
});

describeNjs('a tiny round', () => {
  test('of function gets from each kind of request the answer that it is named after', () => {
    const row = /^ {2}revoked by sub +403 revoked +[\d.]+ /m;
    expect(tinyRound('function')).toEqual({ status: 0, stdout: expect.stringMatching(row), stderr: '' });
  });
});
