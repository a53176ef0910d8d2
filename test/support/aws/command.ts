/** The `aws` command (Debian: `apt-get install awscli`), a client that shares nothing with the SDK used here. */
import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { AWS_ENVIRONMENT } from './access.ts';

const awsAvailable = spawnSync('aws', ['--version']).status === 0;

/** A `describe` for tests that need the command. Without it they are skipped, and fail where `CI` is set. */
export function describeAws(name: string, tests: () => void): void {
  if (awsAvailable) {
    describe(name, tests);
  } else if (process.env.CI) {
    describe(name, () => {
      test('needs the aws command', () => expect.fail('aws is not on PATH: apt-get install awscli'));
    });
  } else {
    console.warn(`skipped, since aws is not on PATH (apt-get install awscli): ${name}`);
    describe.skip(`${name} (skipped: aws is not on PATH)`, tests);
  }
}

const REGION = { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' };

/** Older versions do not read AWS_ENDPOINT_URL. */
export function runAws(url: string, ...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('aws', ['--endpoint-url', url, '--output', 'json', ...args], {
    env: { ...process.env, ...AWS_ENVIRONMENT, ...REGION, AWS_PAGER: '' },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
