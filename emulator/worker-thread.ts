import { Worker, type WorkerOptions } from 'node:worker_threads';

/** A thread that answers messages one by one. It is started at the first message, and again after it was ended. */
export interface WorkerThread {
  /**
   * The answer to a message.
   *
   * @throws {WorkerFault} when there is none within `limitMs` (wall-clock), or the thread dies. The
   * thread is then ended, and with it whatever else it was doing.
   */
  ask(message: object, limitMs: number): Promise<unknown>;
  /** A message without an answer. Not kept for a thread that starts later: its options carry the state. */
  tell(message: object): void;
  close(): Promise<void>;
}

export type WorkerFault = 'timed out' | 'crashed';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (fault: WorkerFault) => void;
  readonly timer: NodeJS.Timeout;
}

/** `options` is asked at each start, so that a thread begins with the state of that moment. */
export function workerThread(file: URL, options: () => WorkerOptions): WorkerThread {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  function running(): Worker {
    if (worker !== null) return worker;
    const started = new Worker(file, options());
    started.unref();
    started.on('message', ({ id, answer }: { id: number; answer: unknown }) => settle(id)?.resolve(answer));
    started.on('error', () => end(started, 'crashed'));
    started.on('exit', () => end(started, 'crashed'));
    worker = started;
    return started;
  }

  function settle(id: number): Waiting | undefined {
    const found = waiting.get(id);
    waiting.delete(id);
    if (found !== undefined) clearTimeout(found.timer);
    return found;
  }

  function end(ended: Worker, fault: WorkerFault): void {
    if (worker !== ended) return;
    worker = null;
    void ended.terminate();
    for (const id of [...waiting.keys()]) settle(id)?.reject(fault);
  }

  return {
    ask(message, limitMs) {
      const asked = running();
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => end(asked, 'timed out'), limitMs);
        waiting.set(id, { resolve, reject, timer });
        asked.postMessage({ ...message, id });
      });
    },
    tell: (message) => worker?.postMessage(message),
    async close() {
      const open = worker;
      if (open === null) return;
      end(open, 'crashed');
      await open.terminate();
    },
  };
}
