/** The functions of a deployment, each in what it runs in; one that is the same in the next one goes on there. */
interface Runtime {
  close(): Promise<void>;
}

export interface RunningFunctions {
  /**
   * What a function runs in.
   *
   * @param identity all that it is made of; null: it is started anew each time
   */
  runtime<T extends Runtime>(identity: string | null, start: () => T): T;
  has(runtime: Runtime): boolean;
  /** By its identity; undefined: none is. */
  known(identity: string): Runtime | undefined;
  /** Ends those that the others do not have. */
  close(others: RunningFunctions | null): Promise<void>;
}

export function runningFunctions(before: RunningFunctions | undefined): RunningFunctions {
  const running = new Set<Runtime>();
  const byIdentity = new Map<string, Runtime>();
  return {
    runtime<T extends Runtime>(identity: string | null, start: () => T): T {
      // An identity tells the kind of function, too.
      const runtime = ((identity === null ? undefined : before?.known(identity)) as T | undefined) ?? start();
      running.add(runtime);
      if (identity !== null) byIdentity.set(identity, runtime);
      return runtime;
    },
    has: (runtime) => running.has(runtime),
    known: (identity) => byIdentity.get(identity),
    async close(others) {
      const ended = [...running].filter((runtime) => !others?.has(runtime));
      await Promise.all(ended.map((runtime) => runtime.close()));
    },
  };
}
