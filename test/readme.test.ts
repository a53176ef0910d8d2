/** The commands of the README, run as they stand there, and the output that it shows. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyService, ROOT } from './support/service-copy.ts';

const README = await readFile(join(ROOT, 'README.md'), 'utf8');

/** Run by whoever runs this test, or by CI before it: this process is part of them. */
const RUN_ELSEWHERE = ['npm ci && npm start', 'npm cit'];

interface Block {
  readonly commands: readonly string[];
  /** The output that the README shows right below, line by line. */
  readonly shows: readonly string[];
}

function blocks(): Block[] {
  const fences = [...README.matchAll(/^```(\w*)\n([\s\S]*?)^```(?=\n+(?:(```)|.))/gm)];
  return fences.flatMap(([, language, text = '', showsOutput], index) => {
    if (language !== 'sh') return [];
    const output = showsOutput === undefined ? '' : (fences[index + 1]?.[2] ?? '');
    return [{ commands: text.trim().split('\n'), shows: output === '' ? [] : output.trim().split('\n') }];
  });
}

const runnable = blocks().filter(({ commands }) => !commands.every((command) => RUN_ELSEWHERE.includes(command)));
const hasCurl = spawnSync('curl', ['--version']).error === undefined && process.platform !== 'win32';

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

test('the two commands are those of package.json', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.start).toBe('node cli/edgekeeper.js local');
  expect(scripts.test).toContain('vitest run');
  for (const command of RUN_ELSEWHERE) expect(README).toContain(`\`\`\`sh\n${command}\n\`\`\``);
});

test('the output that it shows is held against what the commands print', () => {
  expect(runnable.filter(({ shows }) => shows.length > 0)).toHaveLength(4);
});

describe.skipIf(!hasCurl && !process.env.CI)('the commands (curl is needed)', () => {
  let folder: string;
  let edge: ChildProcess;
  let ports: { readonly url: string; readonly control: string };

  beforeAll(async () => {
    folder = await copyService();
    edge = spawn(process.execPath, ['cli/edgekeeper.js', 'local', '--port', '0', '--control-port', '0', '--json'], {
      cwd: folder,
    });
    const line = await new Promise<string>((resolve, reject) => {
      edge.stdout?.once('data', (chunk) => resolve(String(chunk)));
      edge.once('exit', (code) => reject(new Error(`the edge ended with ${code}`)));
    });
    ports = JSON.parse(line);
  });

  afterAll(async () => {
    edge.removeAllListeners('exit');
    const ended = new Promise((resolve) => edge.once('exit', resolve));
    edge.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true });
  });

  // In the order of the README: what one command breaks the next one sees.
  test.each(runnable.map((block) => ({ ...block, title: block.commands.join('; ') })))('$title', async (block) => {
    const script = block.commands
      .join('\n')
      .replaceAll('http://localhost:8080', ports.url)
      .replaceAll('http://localhost:8081', ports.control)
      .replaceAll('8090', await freePort())
      .replaceAll('8091', await freePort());
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: folder });
    const lines = stdout.split(/\r?\n/);
    for (const line of block.shows) expect(lines).toContain(line);
    if (block.shows.length === 0 && !/-X (?:DELETE|PUT)/.test(script)) expect(stdout.trim()).not.toBe('');
  });
});
