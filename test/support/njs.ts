/**
 * The engine that CloudFront Functions derive from, as the `njs` command (Debian: `apt-get install njs`).
 *
 * Debian's 0.7.9 is a little older than runtime 2.0: it lacks `String.prototype.replaceAll`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

export const njsAvailable = spawnSync('njs', ['-v']).error === undefined;

/**
 * A `describe` for tests that need the engine. Without it they are skipped, and the report says so;
 * where `CI` is set they fail, so that nobody takes a run without the engine for a pass.
 */
export function describeNjs(name: string, tests: () => void): void {
  if (njsAvailable) {
    describe(name, tests);
  } else if (process.env.CI) {
    describe(name, () => {
      test('needs the njs command', () => expect.fail('njs is not on PATH: apt-get install njs'));
    });
  } else {
    console.warn(`skipped, since njs is not on PATH (apt-get install njs): ${name}`);
    describe.skip(`${name} (skipped: njs is not on PATH)`, tests);
  }
}

/**
 * Runs a script to its end and returns what it printed.
 *
 * @param stub the source of the module `cloudfront`, with a default export.
 * @throws with all of the engine's output when it reports an error, or does not come to an end.
 */
export function runNjs(script: string, stub = 'export default {};'): string {
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-njs-'));
  try {
    mkdirSync(join(folder, 'modules'));
    writeFileSync(join(folder, 'modules', 'cloudfront'), stub);
    writeFileSync(join(folder, 'run.js'), script);
    const { status, stdout, stderr, error } = spawnSync('njs', ['-p', 'modules', 'run.js'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 10_000,
    });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`njs: ${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
