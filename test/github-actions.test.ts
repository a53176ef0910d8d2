/** The workflow to copy: its commands exist as they stand there, and no job has more than it needs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandLineFault } from './support/command-lines.ts';
import { ROOT } from './support/service-copy.ts';

const FOLDER = join(ROOT, 'examples/github-actions');
const TEXT = readFileSync(join(FOLDER, 'edgekeeper.yml'), 'utf8');
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly concurrency?: { readonly 'cancel-in-progress': boolean };
  readonly needs?: string | readonly string[];
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

// YAML 1.2, in which `on` is no truth value.
const workflow = parse(TEXT) as Workflow;
const jobs = Object.entries(workflow.jobs).map(([name, job]) => ({ name, job }));
const runs = jobs.flatMap(({ name, job }) =>
  job.steps.flatMap(({ run }) => (run === undefined ? [] : [{ name, run }])),
);

function isDeploying({ steps }: Job): boolean {
  return steps.some(({ uses = '' }) => uses.startsWith('aws-actions/configure-aws-credentials@'));
}

describe('a command', () => {
  test.each(runs)('of $name exists: $run', ({ run }) => {
    expect(run.trim().split('\n').map(commandLineFault)).toEqual(
      run
        .trim()
        .split('\n')
        .map(() => null),
    );
  });

  test.each([
    ['npx edgekeeper cheque', 'cheque: no such command'],
    ['npx edgekeeper check --strictly', 'check --strictly: no such option'],
    ['npx edgekeeper check --sarif --strict', '--sarif: without a value'],
    ['npx edgekeeper check --sarif', '--sarif: without a value'],
    ['npx edgekeeper sign url --key-pair-id K1', 'url with 0 arguments'],
    ['npx edgekeeper sign url https://a/ --key-pair-id K1', 'url without --private-key'],
    ['npx edgekeeper keys retire', 'retire with 0 arguments'],
    ['npx edgekeeper regions eu-west-1', 'regions with 1 arguments'],
    ['npm run deploy', 'npm run deploy'],
    ['npx serverless info', 'serverless: not expected like this'],
    ['curl https://example.com', 'curl: no command of ours'],
  ])('that does not exist is found: %s', (line, expected) => {
    expect(commandLineFault(line)).toBe(expected);
  });

  test('takes nothing that others wrote into a shell', () => {
    for (const { run } of runs) expect(run).not.toContain('${{');
  });
});

describe.each(jobs)('the job $name', ({ job }) => {
  const steps = job.steps.map(({ uses = '' }) => uses);

  test('has permissions of its own, and no others', () => {
    expect(job.permissions).toEqual({
      contents: 'read',
      ...(isDeploying(job) && { 'id-token': 'write' }),
      ...(steps.some((uses) => uses.includes('/upload-sarif@')) && { 'security-events': 'write' }),
    });
  });

  test('ends by itself, on a named machine', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
    expect(job['runs-on']).toMatch(/^ubuntu-\d\d\.\d\d$/);
  });

  test('uses actions of a commit, with the version beside it', () => {
    for (const uses of steps.filter((name) => name !== '')) {
      expect(uses).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
      expect(TEXT).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+\n`));
    }
  });
});

describe.each(jobs.filter(({ job }) => isDeploying(job)))('the job $name', ({ job }) => {
  test('gets credentials in an environment that the README has', () => {
    expect(README).toContain(`environment \`${job.environment}\``);
  });
});

describe('the workflow', () => {
  test('gives nothing by default, and holds no secret', () => {
    expect(workflow.permissions).toEqual({});
    expect(TEXT).not.toMatch(/\{\{\s*secrets\.|aws-access-key-id/);
    expect(Object.keys(workflow.on)).toEqual(['pull_request', 'push']);
    expect(workflow.concurrency).toHaveProperty('cancel-in-progress');
  });

  test('deploys after all checks, and associates after a plan', () => {
    const { deploy, associate, 'plan-association': plan } = workflow.jobs;
    expect(deploy?.needs).toEqual(['check', 'package', 'drill']);
    expect([plan?.needs, associate?.needs]).toEqual(['deploy', 'plan-association']);
    expect(plan?.environment).not.toBe(associate?.environment);
    for (const job of [deploy, associate]) expect(job?.concurrency?.['cancel-in-progress']).toBe(false);
  });

  test('is what the documentation names', () => {
    const name = 'examples/github-actions/';
    for (const file of ['README.md', 'docs/operations.md'])
      expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
  });
});
