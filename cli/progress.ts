const SECOND = 1000;

/** Says on stderr, where a person reads it, what is going on and for how long. Says nothing to a pipe. */
export async function progress<T>(what: string, task: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return task();
  let seconds = 0;
  const show = (): boolean => process.stderr.write(`\r${what} ... ${seconds} s`);
  show();
  const timer = setInterval(() => {
    seconds++;
    show();
  }, SECOND);
  try {
    return await task();
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  }
}
