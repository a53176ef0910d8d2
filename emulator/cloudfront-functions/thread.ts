/** Threads that run CloudFront Functions, one function each. */
import { Worker } from 'node:worker_threads';
import type { CloudFrontFunction } from '../distribution.ts';

/** Starts a thread, or has started one, that waits for a function of this runtime. */
export type StartThread = (runtime: CloudFrontFunction['runtime']) => Worker;

/** To start takes a thread longer than to load a function: this one is started before there is a function for it. */
export interface SpareThread {
  /** Starts it, of runtime 2.0, unless it waits already. */
  prepare(): void;
  /** The thread that waits, where it is of this runtime; else starts another. */
  readonly take: StartThread;
  close(): Promise<void>;
}

/** CloudFront gives a function 2 MB. This is for those that never have enough: the thread itself needs more than that. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

const SPARE_RUNTIME = 'cloudfront-js-2.0';

export const startThread: StartThread = (runtime) =>
  new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { runtime },
    env: {},
    execArgv: [],
    resourceLimits: RESOURCE_LIMITS,
  });

export function spareThread(): SpareThread {
  let spare: Worker | null = null;
  let isClosed = false;

  function prepare(): void {
    if (spare !== null || isClosed) return;
    const thread = startThread(SPARE_RUNTIME);
    thread.unref();
    thread.once('error', () => {});
    thread.once('exit', () => {
      if (spare === thread) spare = null;
    });
    spare = thread;
  }

  return {
    prepare,
    take(runtime) {
      if (spare === null || runtime !== SPARE_RUNTIME) return startThread(runtime);
      const thread = spare;
      spare = null;
      return thread;
    },
    async close() {
      isClosed = true;
      await spare?.terminate();
    },
  };
}
