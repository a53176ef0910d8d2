/** Fetches that others with the same key may wait for. */
export interface UnderWay {
  has(key: string): boolean;
  /** Settles when the fetch for the key is over; at once when there is none. */
  ended(key: string): Promise<void>;
  /** The latest fetch for the key; what it returns ends it. */
  started(key: string): () => void;
}

export function fetchesUnderWay(): UnderWay {
  const fetches = new Map<string, Promise<void>>();
  return {
    has: (key) => fetches.has(key),
    ended: (key) => fetches.get(key) ?? Promise.resolve(),
    started(key) {
      let settle = (): void => {};
      const ended = new Promise<void>((resolve) => {
        settle = resolve;
      });
      fetches.set(key, ended);
      return () => {
        if (fetches.get(key) === ended) fetches.delete(key);
        settle();
      };
    },
  };
}
