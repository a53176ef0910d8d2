/** The commands of docs/control-api.md, run as they stand there. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { ROOT } from '../../support/service-copy.ts';
import { template } from '../../support/template.ts';

const PAGE = readFileSync(join(ROOT, 'docs', 'control-api.md'), 'utf8');
const COMMANDS = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, text = '']) => text.trim().split('\n'));
const hasCurl = spawnSync('curl', ['--version']).error === undefined && process.platform !== 'win32';

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
});
afterAll(() => bench.close());

test('there is one for each resource', async () => {
  const { see } = JSON.parse((await ask(edge.control, '/')).body) as { see: string[] };
  for (const resource of see) expect(PAGE).toContain(`http://localhost:8081${resource}`);
});

describe.skipIf(!hasCurl && !process.env.CI)('the command (curl is needed)', () => {
  test.each(COMMANDS)('%s', async (command) => {
    const here = command
      .replaceAll('http://localhost:8081', edge.control)
      .replaceAll('http://localhost:8080', edge.url)
      .replace(/^curl/, 'curl --silent --fail');
    const { stdout } = await promisify(execFile)('sh', ['-c', here]);
    expect(stdout === '').toBe(command.includes('DELETE'));
  });
});
