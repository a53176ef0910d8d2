/** CloudFront Functions in the engine that they derive from: the `njs` command, one process an event. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unexpected } from '../../config/errors.ts';
import type { CloudFrontFunction } from '../distribution.ts';
import type { VisibleEntries } from '../key-value-store.ts';
import { CLOUDFRONT_MODULE, edgeModule, functionInNjs, type NjsRun } from './njs-script.ts';
import { type CloudFrontFunctionRuntime, type FunctionOutcome, outcomeOf } from './runtime.ts';

/** Wall-clock time for one event, the start of the process included. */
const LIMIT_MS = 2_000;

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** @throws {EdgeError} ERR_OPTION_INVALID where there is no `njs` command. */
export function requireNjs(): void {
  const { error } = spawnSync('njs', ['-v'], { stdio: 'ignore' });
  if (error === undefined) return;
  throw unexpected('ERR_OPTION_INVALID', 'engine', 'the njs command on PATH (apt-get install njs)', undefined);
}

/** Code that the engine refuses fails when it runs, as it does at CloudFront. */
export function njsRuntime(definition: CloudFrontFunction, store: VisibleEntries): CloudFrontFunctionRuntime {
  const running = new Set<AbortController>();
  let creationDateTime: string | null = null;
  let lastUpdatedDateTime: string | null = null;
  const unsubscribe = store.onChange(() => {
    lastUpdatedDateTime = null;
  });
  return {
    async invoke(event, now, location) {
      lastUpdatedDateTime ??= new Date(now).toISOString();
      creationDateTime ??= lastUpdatedDateTime;
      const entries = store.entries();
      const meta = { creationDateTime, lastUpdatedDateTime, keyCount: entries.length };
      const { hasStore, runtime } = definition;
      const isFirst = runtime === 'cloudfront-js-1.0';
      const abort = new AbortController();
      running.add(abort);
      try {
        return await runOnce(definition, { event, now, location, isFirst, hasStore, entries, meta }, abort.signal);
      } finally {
        running.delete(abort);
      }
    },
    async close() {
      unsubscribe();
      for (const abort of running) abort.abort();
    },
  };
}

async function runOnce(definition: CloudFrontFunction, run: NjsRun, signal: AbortSignal): Promise<FunctionOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-njs-'));
  try {
    const modules = join(folder, 'modules');
    await mkdir(modules);
    await writeFile(join(modules, 'edge'), edgeModule(run));
    await writeFile(join(modules, 'cloudfront'), CLOUDFRONT_MODULE);
    await writeFile(join(folder, 'function.js'), functionInNjs(definition.code));
    return outcomeIn(await output(folder, signal), definition);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the engine printed, or the word for how it ended. The process has no environment. */
function output(folder: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
      timeout: LIMIT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      signal,
    };
    execFile(
      'njs',
      ['-s', '-p', 'modules', 'function.js'],
      { ...options, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error?.killed === true) resolve('Error: the function timed out');
        else resolve(`${stdout}${stderr}`);
      },
    );
  });
}

/** Lines of the driver begin with `>`; anything else is the engine's own report. */
function outcomeIn(printed: string, definition: CloudFrontFunction): FunctionOutcome {
  const json = [...printed.matchAll(/^>(.*)$/gm)].map(([, part]) => part).join('');
  if (json !== '') return outcomeOf(json, definition);
  const report = printed.replace(/^Thrown:\s*/, '').split('\n', 1)[0] ?? '';
  const error = report === '' ? 'Error: the handler did not finish' : report;
  return { error, lines: [error], logData: null };
}
