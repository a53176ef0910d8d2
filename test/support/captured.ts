/** What a command prints that runs in this process. */
export async function captured(task: () => Promise<unknown>): Promise<{ readonly out: string; readonly err: string }> {
  const said = { out: '', err: '' };
  const streams = [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const;
  const restored = streams.map(([stream, name]) => {
    const { write } = stream;
    stream.write = ((chunk: unknown) => {
      said[name] += String(chunk);
      return true;
    }) as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  try {
    await task();
    return said;
  } finally {
    for (const restore of restored) restore();
  }
}
