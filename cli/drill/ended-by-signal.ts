/** Ctrl-C ends what is going on, and lets it write what it has; a second time it ends the process. */
export function endedBySignal(): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  for (const name of SIGNALS) process.once(name, end);
  return {
    signal: controller.signal,
    end() {
      end();
      for (const name of SIGNALS) process.off(name, end);
    },
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
