/** The package as another project installs it: packed, unpacked beside its declared dependencies alone, and used as docs/testing.md shows. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../support/service-copy.ts';

const run = promisify(execFile);

/** What the project that installs it has of its own. */
const OF_THE_PROJECT = ['vitest', 'typescript', '@types/node'];

const tsconfig = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    resolveJsonModule: true,
    noEmit: true,
    types: ['node'],
  },
  include: ['*.ts'],
};

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'edgekeeper-project-'));
  await run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: ROOT, shell: true });
  const [tarball = ''] = (await readdir(project)).filter((name) => name.endsWith('.tgz'));
  await mkdir(join(project, 'node_modules', 'edgekeeper'), { recursive: true });
  const into = join('node_modules', 'edgekeeper');
  await run('tar', ['-xzf', tarball, '-C', into, '--strip-components=1'], { cwd: project });
  const { dependencies } = JSON.parse(await readFile(join(project, into, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), ...OF_THE_PROJECT]) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), link, 'junction');
  }
  const document = await readFile(join(ROOT, 'docs', 'testing.md'), 'utf8');
  for (const [, name = '', text = ''] of document.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)) {
    await writeFile(join(project, name), text);
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
});
afterAll(() => rm(project, { recursive: true }));

const node = (...args: string[]) => run(process.execPath, args, { cwd: project, timeout: 60_000 });

test('the tests of docs/testing.md pass there', async () => {
  const env = { ...process.env, VITEST: undefined, CI: '' };
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const report = join(project, 'report.json');
  await run(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile=${report}`], {
    cwd: project,
    env,
    timeout: 60_000,
  });
  const { numTotalTests, numPassedTests } = JSON.parse(await readFile(report, 'utf8'));
  expect({ numTotalTests, numPassedTests }).toEqual({ numTotalTests: 4, numPassedTests: 4 });
});

test('its types hold in a strict project that checks them', async () => {
  const misused = `import { startEdge } from 'edgekeeper';
    // @ts-expect-error: neither a path, nor a URL, nor a handler
    await startEdge({ origins: { site: 1 } });`;
  await writeFile(join(project, 'misused.ts'), misused);
  expect((await node(join('node_modules', 'typescript', 'bin', 'tsc'))).stdout).toBe('');
});

test('an edge that was closed keeps no process', async () => {
  await writeFile(
    join(project, 'once.js'),
    `import { readFileSync } from 'node:fs';
    import { startEdge } from 'edgekeeper';
    const edge = await startEdge({
      distributionConfig: JSON.parse(readFileSync('distribution.json', 'utf8')),
      functions: { 'index-page': 'index-page.js' },
      origins: { near: (request, response) => response.end(request.url) },
    });
    process.stdout.write(await (await fetch(edge.url + '/films/')).text());
    await edge.close();`,
  );
  expect((await node('once.js')).stdout).toBe('/films/index.html');
});

test('every export can be imported, and nothing else', async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const names = Object.keys(manifest.exports).map((path) => path.replace('.', 'edgekeeper'));
  const imports = names.filter((name) => !name.endsWith('.json')).map((name) => `import('${name}')`);
  const script = `const all = await Promise.all([${imports}]); console.log(all.flatMap((one) => Object.keys(one)).join())`;
  expect((await node('--input-type=module', '-e', script)).stdout.trim().split(',')).toEqual([
    'startEdge',
    'manualClock',
    'fileStore',
    'memoryStore',
    'originRequest',
    'originResponse',
    'viewerRequest',
    'viewerResponse',
    'viewerRequest',
    'viewerResponse',
  ]);
  await expect(node('--input-type=module', '-e', "import('edgekeeper/compiled/emulator/cache.js')")).rejects.toThrow(
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
  );
});

test('the command runs there', async () => {
  const { stdout } = await node(join('node_modules', 'edgekeeper', 'cli', 'edgekeeper.js'), 'local', '--help');
  expect(stdout).toContain('--distribution-config');
});

test('what is packed is what runs and what explains it', async () => {
  const inside = await readdir(join(project, 'node_modules', 'edgekeeper'));
  expect(inside.sort()).toEqual(
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'build',
      'cli',
      'compiled',
      'config',
      'deploy',
      'docs',
      'emulator',
      'examples',
      'package.json',
      'shared',
      'signing',
    ].sort(),
  );
});
