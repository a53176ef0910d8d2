import type { Worker } from 'node:worker_threads';

/**
 * A thread that answers messages one by one. It is started at once, and again after it was ended. When it begins to load
 * what it runs it says `{ isLoading: true }`, and `{ isReady: true }` when that is done.
 */
export interface WorkerThread {
  /**
   * The answer to a message.
   *
   * @throws {WorkerFault} when the thread works on it for longer than the limit, or dies of it. The
   * thread is then ended; messages behind this one are answered by the next.
   */
  ask(message: object): Promise<unknown>;
  /** A message without an answer. A thread that starts later is not told: `start` gives it the state. */
  tell(message: object): void;
  close(): Promise<void>;
}

export type WorkerFault = 'timed out' | 'crashed' | 'ran out of memory';

/** Wall-clock time, in milliseconds. */
export interface WorkerLimits {
  /** For loading. */
  readonly load: number;
  /** For one message. */
  readonly message: number;
}

interface ThreadMessage {
  readonly isLoading?: unknown;
  readonly isReady?: unknown;
  readonly id?: unknown;
  readonly answer?: unknown;
}

interface Waiting {
  readonly id: number;
  readonly message: object;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (fault: WorkerFault) => void;
}

/**
 * @param start asked for each thread, which begins with the state of that moment
 * @param onMessage told of each message that answers none
 */
export function workerThread(
  start: () => Worker,
  limits: WorkerLimits,
  onMessage: (message: object) => void = () => {},
): WorkerThread {
  /** In the order in which the thread works on them: the first is being worked on. */
  let waiting: Waiting[] = [];
  let lastId = 0;
  let isClosed = false;
  let isLoading = false;
  let isReady = false;
  let timer: NodeJS.Timeout | undefined;
  let worker: Worker | null = started();

  function started(): Worker {
    const thread = start();
    clearTimeout(timer);
    isLoading = false;
    isReady = false;
    thread.unref();
    thread.on('message', (message: unknown) => take(thread, Object(message)));
    thread.on('error', (error) => {
      const { code } = Object(error) as NodeJS.ErrnoException;
      replace(thread, code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'ran out of memory' : 'crashed');
    });
    thread.on('exit', () => replace(thread, 'crashed'));
    for (const { id, message } of waiting) thread.postMessage({ ...message, id });
    return thread;
  }

  /** A thread may also send what nobody asked for: code in it can reach the port. */
  function take(thread: Worker, message: ThreadMessage): void {
    if (worker !== thread) return;
    if (message.isLoading === true && !isLoading && !isReady) {
      isLoading = true;
      timer = setTimeout(() => replace(thread, 'timed out'), limits.load);
      return;
    }
    const answered = waiting.find((other) => other.id === message.id);
    if (answered !== undefined || (message.isReady === true && !isReady)) {
      isReady = true;
      waiting = waiting.filter((other) => other !== answered);
      restartTimer(thread);
      answered?.resolve(message.answer);
    } else {
      onMessage(message);
    }
  }

  /** The time that a thread takes to start is not the message's. */
  function restartTimer(thread: Worker): void {
    if (!isReady) return;
    clearTimeout(timer);
    if (waiting.length > 0) timer = setTimeout(() => replace(thread, 'timed out'), limits.message);
  }

  /** One that dies with nothing to do is not started again before it has. */
  function replace(thread: Worker, fault: WorkerFault): void {
    if (worker !== thread || isClosed) return;
    clearTimeout(timer);
    void thread.terminate();
    const [culprit, ...innocent] = waiting;
    waiting = innocent;
    worker = innocent.length > 0 ? started() : null;
    culprit?.reject(fault);
  }

  return {
    ask(message) {
      return new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.push({ id, message, resolve, reject });
        if (worker === null) worker = started();
        else worker.postMessage({ ...message, id });
        if (worker !== null && waiting.length === 1) restartTimer(worker);
      });
    },
    tell: (message) => worker?.postMessage(message),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      for (const { reject } of waiting) reject('crashed');
      await worker?.terminate();
    },
  };
}
