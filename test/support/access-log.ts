/** An access log that a test can wait for: lines come when requests are over, a little after their answers. */
export interface CollectedLog {
  write(text: string): void;
  /** Settles with the lines, without the head, as soon as there are so many. */
  whenLines(count: number): Promise<readonly string[]>;
}

export function collectedLog(): CollectedLog {
  const lines: string[] = [];
  let notify = (): void => {};
  return {
    write(text) {
      if (!text.startsWith('#')) lines.push(text);
      notify();
    },
    whenLines: (count) =>
      new Promise((resolve) => {
        notify = () => lines.length >= count && resolve(lines);
        notify();
      }),
  };
}
