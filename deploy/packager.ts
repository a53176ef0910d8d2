/** Compiles a service again and again, in a process that keeps the Serverless Framework loaded. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { EdgeError } from '../config/errors.ts';
import { COMPILED_TEMPLATE, inOneLine, linkEntries, SERVERLESS_ENVIRONMENT } from './package.ts';
import { SERVICE_STATE } from './service-state.ts';
import type { Template } from './template.ts';

/** A service as the framework alone compiles it: without our completions, and without the code of functions. */
export interface CompiledService {
  readonly template: Template;
  /** What serverless.yml and the command line say of it. */
  readonly name: string;
  readonly stage: string;
  readonly region: string;
  readonly settings: unknown;
}

export interface Packager {
  /**
   * The service in `root` as it is now. The first time takes as long as the framework's own command.
   *
   * @throws {EdgeError} ERR_PACKAGE_FAILED with the framework's own message.
   */
  compiled(): Promise<CompiledService>;
  close(): Promise<void>;
}

const PROCESS = fileURLToPath(new URL('./packager.cjs', import.meta.url));

/** @param root the folder of serverless.yml; one call at a time */
export function servicePackager(root: string): Packager {
  let child: ChildProcess | null = null;
  const started = (): ChildProcess => {
    if (child?.connected) return child;
    const env = { ...process.env, ...SERVERLESS_ENVIRONMENT, EDGEKEEPER_TEMPLATE_ONLY: '1' };
    child = fork(PROCESS, [], { cwd: root, env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.unref();
    child.channel?.unref();
    return child;
  };
  return {
    async compiled() {
      const workspace = await mkdtemp(join(await realpath(tmpdir()), 'edgekeeper-package-'));
      const folder = join(workspace, 'service');
      try {
        await linkEntries(await realpath(root), folder);
        const failure = await told(started(), folder);
        if (failure !== null) throw failureOf(failure, [`${folder}/`, `${relative(folder, root)}/`]);
        return await readCompiled(join(folder, '.serverless'));
      } finally {
        await rm(workspace, { recursive: true, force: true });
      }
    },
    async close() {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.ref();
      child.kill();
      await ended;
    },
  };
}

/** Keeps this process alive until the other has answered, or ended. */
async function told(child: ChildProcess, folder: string): Promise<string | null> {
  child.channel?.ref();
  child.ref();
  const over = new AbortController();
  const happened = (event: string) => once(child, event, { signal: over.signal });
  try {
    child.send(folder);
    return await Promise.race([
      happened('message').then(([{ failure }]) => failure as string | null),
      happened('exit').then(([code]) => `serverless package ended with ${code}`),
    ]);
  } finally {
    over.abort();
    child.unref();
    child.channel?.unref();
  }
}

/** With paths as the operator knows them. */
function failureOf(message: string, prefixes: readonly string[]): EdgeError {
  const line = inOneLine(stripVTControlCharacters(message).split('\n'));
  const shown = prefixes.reduce((text, prefix) => text.replaceAll(prefix, ''), line);
  return new EdgeError('ERR_PACKAGE_FAILED', shown);
}

async function readCompiled(folder: string): Promise<CompiledService> {
  const [template, state] = await Promise.all(
    [COMPILED_TEMPLATE, SERVICE_STATE].map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))),
  );
  const { service, provider, custom } = state.service;
  const { stage, region } = provider;
  return { template, name: service, stage, region, settings: custom?.edgekeeper };
}
