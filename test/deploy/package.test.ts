import { execFile } from 'node:child_process';
import { cp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageService } from '../../deploy/package.ts';
import { ROOT, temporaryFolder } from './packaged.ts';

const FILES = [
  'cloudformation-template-create-stack.json',
  'cloudformation-template-update-stack.json',
  'originRequest.zip',
  'originResponse.zip',
  'serverless-state.json',
  'viewerRequest.zip',
];

describe('packageService', () => {
  let outFolder: string;

  beforeAll(async () => {
    outFolder = join(await temporaryFolder(), 'a', 'package');
    await packageService({ root: ROOT, outFolder });
  }, 30_000);

  test('writes the package and nothing beside it', async () => {
    expect(await readdir(outFolder)).toEqual(FILES);
    expect(await readdir(join(outFolder, '..'))).toEqual(['package']);
  });

  test('from another folder and under another umask is the same, but for the time in the key of the upload', async () => {
    const again = join(await temporaryFolder(), 'package');
    await elsewhere(
      `process.umask(0o077); await packageService({ root: ${JSON.stringify(ROOT)}, outFolder: ${JSON.stringify(again)} })`,
    );

    expect(await readFile(join(again, 'originResponse.zip'))).toEqual(
      await readFile(join(outFolder, 'originResponse.zip')),
    );
    // In whatever order: the resources come as the zips are done.
    expect(JSON.parse(await withoutTime(again))).toEqual(JSON.parse(await withoutTime(outFolder)));
  }, 30_000);

  test('replaces the package before it, and leaves it alone when it fails', async () => {
    const { ino } = await stat(outFolder);
    const broken = await serviceWith((text) => text.replace('regions:', 'region:'));
    await expect(packageService({ root: broken, outFolder })).rejects.toThrow();
    expect((await stat(outFolder)).ino).toBe(ino);
    expect(await readdir(outFolder)).toEqual(FILES);

    await writeFile(join(outFolder, 'left-over'), '');
    expect(await packageService({ root: ROOT, outFolder })).toBe(join(outFolder, FILES[1] as string));
    expect(await readdir(outFolder)).toEqual(FILES);
  }, 30_000);
});

describe('what Serverless says becomes one line', () => {
  test.concurrent.each([
    {
      name: 'a wrong setting',
      code: 'ERR_CONFIG_INVALID',
      edit: (text: string) => text.replace('503, 504]', '503]'),
      expected:
        'failover.statusCodes: expected a list with 503 (connection failed) and 504 (timed out), got [403,404,500,502,503]',
    },
    {
      name: 'a missing setting',
      code: 'ERR_CONFIG_INVALID',
      edit: (text: string) => text.replace(/ {4}regions:\n.*\n.*\n/, ''),
      expected: 'regions: expected a list, got nothing',
    },
    {
      name: 'a protected section that the distribution has no cache behavior for',
      code: 'ERR_CONFIG_INVALID',
      edit: (text: string) => text.replace('path: /private/*', 'path: /secret/*'),
      expected:
        'protected[0].path: expected a cache behavior of the distribution (/_edgekeeper/*, /~*, /private/*, /members/*), got "/secret/*"',
    },
    {
      name: 'a function without its source',
      code: 'ERR_BUILD_FAILED',
      edit: (text: string) => text.replace('lambda-edge/origin-response.', 'lambda-edge/origin-answer.'),
      expected:
        'functions/lambda-edge/origin-answer.ts:1:1: Could not resolve "functions/lambda-edge/origin-answer.ts"',
    },
    {
      name: 'a property that Serverless does not know',
      code: 'ERR_PACKAGE_FAILED',
      edit: (text: string) => text.replace('memorySize: 128', 'memory: 128'),
      expected: "Configuration error at 'functions.originResponse': unrecognized property 'memory'",
    },
  ])(
    '$name: $expected',
    async ({ edit, code, expected }) => {
      const root = await serviceWith(edit);
      await expect(packageService({ root })).rejects.toMatchObject({ code, message: expected });
      expect(await readdir(root)).not.toContain('.serverless');
    },
    60_000,
  );
});

/** A service like ours, but for its serverless.yml. */
async function serviceWith(edit: (text: string) => string): Promise<string> {
  const root = await temporaryFolder();
  const entries = ['build', 'config', 'deploy', 'functions', 'keys', 'node_modules', 'shared', 'signing'];
  await Promise.all(entries.map((entry) => symlink(join(ROOT, entry), join(root, entry))));
  await cp(join(ROOT, 'package.json'), join(root, 'package.json'));

  const text = await readFile(join(ROOT, 'serverless.yml'), 'utf8');
  const edited = edit(text);
  expect(edited).not.toBe(text);
  await writeFile(join(root, 'serverless.yml'), edited);
  return root;
}

/** Runs a line of TypeScript in another folder. */
async function elsewhere(line: string): Promise<void> {
  const module = pathToFileURL(join(ROOT, 'deploy/package.ts'));
  const script = `import { packageService } from '${module}'; ${line};`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script];
  await promisify(execFile)(process.execPath, args, { cwd: tmpdir() });
}

async function withoutTime(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  return text.replaceAll(/\d{13}-[-\dT:.]+Z/g, '');
}
