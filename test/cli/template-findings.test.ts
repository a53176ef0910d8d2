/** What the control API of `edgekeeper local` tells of the template is what `edgekeeper check` finds in it, also while it is edited. */
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../emulator/finding.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { ask } from '../support/edge.ts';
import { functionFiles } from '../support/function-files.ts';
import { copyService, editService } from '../support/service-copy.ts';
import { template } from '../support/template.ts';

async function served(folder: string, ...args: string[]) {
  const command = startCommand(['local', '--port', '0', '--control-port', '0', '--json', ...args], folder);
  const { url, control } = JSON.parse(await command.until('\n'));
  return {
    /** As `check` prints them. Requests wait for an update, the control API does not. */
    async findings(): Promise<string[]> {
      await ask(url, '/');
      const found: Finding[] = JSON.parse((await ask(control, '/findings')).body);
      return found.map(({ severity, rule, where, what }) => `${severity} ${rule} ${where}: ${what}`);
    },
    async end() {
      command.child.kill('SIGINT');
      await command.ended;
    },
  };
}

async function checked(folder: string, ...args: string[]): Promise<string[]> {
  const { out } = await runCommand(['check', ...args], folder);
  return out.split('\n').filter((line) => /^(?:error|warning) /.test(line));
}

describe('a service', () => {
  let folder: string;
  let edge: Awaited<ReturnType<typeof served>>;
  beforeAll(async () => {
    folder = await copyService();
    edge = await served(folder);
  }, 60_000);
  afterAll(async () => {
    await edge.end();
    await rm(folder, { recursive: true });
  });

  const change = (from: string, to: string) => editService(folder, [[from, to]]);

  test('has none, until there is something, and none when that is mended', async () => {
    expect(await edge.findings()).toEqual([]);
    await change('architecture: x86_64', 'architecture: arm64');
    await change('timeout: 5', 'timeout: 6');
    const all = await edge.findings();
    expect(all.at(-1)).toMatch(/^warning lambda-viewer-quotas ViewerRequestLambdaFunction Timeout: /);
    expect(all).toEqual(await checked(folder));
    await change('architecture: arm64', 'architecture: x86_64');
    expect(await edge.findings()).toEqual(all.slice(-1));
    await change('timeout: 6', 'timeout: 5');
    expect(await edge.findings()).toEqual([]);
  }, 30_000);

  test('has those of what would be deployed, not of what is here alone', async () => {
    await change('timeout: 5', 'timeout: 6');
    expect(await edge.findings()).toHaveLength(1);
    await change('distribution: create', 'distribution: none');
    expect(await edge.findings()).toEqual([]);
  });
});

describe('a template made elsewhere', () => {
  const fine = JSON.stringify(template());
  const faulty = fine.replace('[500,503,504]', '[500]');
  const path = 'DistributionConfig.OriginGroups.Items.0.FailoverCriteria.StatusCodes.Items';
  const added = `warning failover-codes Distribution ${path}: expected 503 and 504 among them, got [500]`;

  test.each([
    { name: 'has others when it changes', args: [], staying: [] },
    { name: 'keeps them with --no-watch', args: ['--no-watch'], staying: [added] },
  ])('$name', async ({ args, staying }) => {
    const { folder, write, close } = await functionFiles();
    const file = await write('template.json', faulty);
    const edge = await served(folder, '--template', 'template.json', ...args);
    const all = await edge.findings();
    expect(all).toEqual(await checked(folder, '--template', 'template.json'));
    expect(all).toContain(added);
    await writeFile(file, fine);
    expect((await edge.findings()).filter((line) => line === added)).toEqual(staying);
    await edge.end();
    await close();
  });
});
