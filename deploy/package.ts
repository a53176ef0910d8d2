/** `serverless package`, for those who need the compiled template: the emulator and the tests. */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { EdgeError, type EdgeErrorCode } from '../config/errors.ts';

export const COMPILED_TEMPLATE = 'cloudformation-template-update-stack.json';

/** Nothing is sent, asked or told of. */
export const SERVERLESS_ENVIRONMENT = {
  SLS_TELEMETRY_DISABLED: '1',
  SLS_NOTIFICATIONS_MODE: 'off',
  SLS_INTERACTIVE_SETUP_ENABLE: '',
};

/** What Serverless and its esbuild plugin write into the folder that they run in, and what comes in its place. */
const OUTPUT_FOLDER = /^\.(serverless|esbuild)/;

export interface PackageOptions {
  /** Folder of serverless.yml. */
  readonly root: string;
  readonly stage?: string;
  /** Where the package goes, `.serverless` in `root` by default. What was there before is replaced. */
  readonly outFolder?: string;
  /** Packages what does not agree with the settings, too, for a caller that tells of all of it. */
  readonly leavesFindings?: boolean;
}

/**
 * Packages the service without credentials or network, and returns the path of the compiled template.
 *
 * It runs in a folder of links to the service's own files: Serverless writes its output step by step,
 * always to the same place, and neither a reader nor a second run at the same time may meet half of it.
 *
 * @throws {EdgeError} with the code of our own refusal, otherwise ERR_PACKAGE_FAILED, in one line.
 */
export async function packageService(options: PackageOptions): Promise<string> {
  const root = await realpath(options.root);
  const outFolder = resolve(options.outFolder ?? join(root, '.serverless'));
  const workspace = await mkdtemp(join(await realpath(tmpdir()), 'edgekeeper-package-'));
  const folder = join(workspace, 'service');
  try {
    await linkEntries(root, folder);
    await serverlessPackage(root, folder, options);
    await replaceFolder(join(folder, '.serverless'), outFolder);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
  return join(outFolder, COMPILED_TEMPLATE);
}

/** Folders are linked; files are copied, since Serverless takes no link for its configuration. */
export async function linkEntries(root: string, folder: string): Promise<void> {
  await mkdir(folder);
  const entries = await readdir(root);
  await Promise.all(
    entries
      .filter((entry) => !OUTPUT_FOLDER.test(entry))
      .map(async (entry) => {
        const [from, to] = [join(root, entry), join(folder, entry)];
        const isFolder = (await stat(from)).isDirectory();
        await (isFolder ? symlink(from, to, 'junction') : copyFile(from, to));
      }),
  );
}

async function serverlessPackage(
  root: string,
  folder: string,
  { stage, leavesFindings }: PackageOptions,
): Promise<void> {
  const binary = createRequire(join(root, 'package.json')).resolve('serverless/bin/serverless.js');
  const args = [binary, 'package', ...(stage === undefined ? [] : ['--stage', stage])];
  const env = {
    ...process.env,
    ...SERVERLESS_ENVIRONMENT,
    ...(leavesFindings && { EDGEKEEPER_LEAVES_FINDINGS: '1' }),
    // Both leave folders behind in the system's temporary folder; there they go with the rest.
    ...Object.fromEntries(['TMPDIR', 'TMP', 'TEMP'].map((name) => [name, dirname(folder)])),
  };
  await new Promise<void>((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, env }, (error, stdout) => {
      if (error === null) return done();
      const line = failureLine(stdout, `${relative(folder, root)}/`) ?? `serverless package ended with ${error.code}`;
      fail(errorOf(line));
    });
  });
}

/** What our own plugin refuses keeps its code; the rest is Serverless' own. */
function errorOf(line: string): EdgeError {
  const [, code, message] =
    /^(ERR_(?:CONFIG_INVALID|BUILD_FAILED|BUNDLE_TOO_LARGE|FILE_MISSING)): (.*)$/.exec(line) ?? [];
  if (code === undefined || message === undefined) return new EdgeError('ERR_PACKAGE_FAILED', line);
  return new EdgeError(code as EdgeErrorCode, message);
}

/**
 * Serverless prints `Error:`, then the message, then a stack unless the operator is to blame. Sources
 * have their real paths there, which begin with the way out of the folder of links.
 */
function failureLine(output: string, wayOut: string): string | undefined {
  const lines = stripVTControlCharacters(output).split('\n');
  const start = lines.findIndex((line) => line.trim() === 'Error:') + 1;
  if (start === 0) return undefined;

  return inOneLine(lines.slice(start)).replaceAll(wayOut, '');
}

/** Of what Serverless says of a failure, the line that says most. */
export function inOneLine(lines: readonly string[]): string {
  const [first = '', second = ''] = lines.filter((line) => line.trim() !== '');
  const message = first.endsWith(':') ? `${first} ${second.trim()}` : first;
  return message.replace(/^Error: /, '');
}

/** `to` holds the old package until the new one is complete, and on the same disk. */
async function replaceFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const next = await mkdtemp(`${to}-`);
  await cp(from, next, { recursive: true });
  await moveFolder(next, to);
}

async function moveFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    // Another run put its package there in between: the later one stays.
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return moveFolder(from, to);
    throw error;
  });
}
