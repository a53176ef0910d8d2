/** `serverless edgekeeper <verb>`, through the real `serverless`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verb } from '../../cli/verbs.ts';
import { runCommand } from '../support/command.ts';
import { runServerless, startServerless } from '../support/serverless.ts';
import { ROOT } from '../support/service-copy.ts';
import { template } from '../support/template.ts';

const { takeArguments } = createRequire(import.meta.url)('../../deploy/command-line.cjs') as {
  takeArguments(argv: string[]): string[];
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-command-line-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('what follows "edgekeeper"', () => {
  test.each<{ given: string[]; seen: string[] }>([
    { given: [], seen: [] },
    { given: ['drain', 'eu-west-1', '--for', '2h'], seen: [] },
    { given: ['keys', 'list', '--stage', 'prod', '--json'], seen: ['--stage', 'prod'] },
    { given: ['keys', 'list', '--stage=prod'], seen: ['--stage=prod'] },
    { given: ['sign', 'token', '--sub', '--stages'], seen: [] },
  ])('$given reaches the command line, and Serverless of it $seen', ({ given, seen }) => {
    const argv = ['node', 'serverless', 'edgekeeper', ...given];
    expect(takeArguments(argv)).toEqual(given);
    expect(argv).toEqual(['node', 'serverless', 'edgekeeper', ...seen]);
  });

  test('is refused, too, as the command line refuses it', async () => {
    const url = 'https://example.com/film.mp4?a=1&b=$2';
    const args = ['sign', 'url', url, '--key-pair-id', 'K1', '--from=-5m', '--private-key', 'nowhere.pem', '--curl'];
    const [within, alone] = await Promise.all([runServerless(ROOT, ['edgekeeper', ...args]), runCommand(args, ROOT)]);
    expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('nowhere.pem') });
    expect(within).toEqual(alone);
  });

  test('runs until it is asked to end', async () => {
    const file = join(folder, 'template.json');
    await writeFile(file, JSON.stringify(template()));
    const args = ['local', '--template', file, '--port', '0', '--control-port', '0', '--no-watch', '--json'];
    const { child, until, ended } = startServerless(ROOT, ['edgekeeper', ...args]);
    const { url } = JSON.parse(await until('"url"'));
    await expect(fetch(url)).resolves.toBeDefined();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    await expect(fetch(url)).rejects.toThrow();
  });
});

test('help lists every verb of the command line, and what each takes', async () => {
  const [{ out }, general, one] = await Promise.all([
    runCommand(['verbs'], ROOT),
    runServerless(ROOT, ['--help']),
    runServerless(ROOT, ['edgekeeper', 'drain', '--help']),
  ]);
  const verbs = JSON.parse(out) as Verb[];
  expect(verbs.length).toBeGreaterThan(0);
  const names = verbs.flatMap((verb) =>
    verb.verbs.length === 0 ? [verb.name] : verb.verbs.map((inner) => `${verb.name} ${inner.name}`),
  );
  expect(names).toEqual(expect.arrayContaining(['check', 'local', 'keys list', 'drain']));
  for (const name of names) expect(general.out).toMatch(new RegExp(`^edgekeeper ${name} `, 'm'));
  const drain = verbs.find(({ name }) => name === 'drain');
  expect(one.out).toContain(drain?.usage);
  for (const option of drain?.options ?? []) expect(one.out).toMatch(new RegExp(`^--${option.name} `, 'm'));
});
