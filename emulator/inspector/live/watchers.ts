/** A value that changes, and those who watch it. */

export interface Changing {
  /** Calls back after each change. Returns the way to stop that. */
  onChange(callback: () => void): () => void;
}

export interface Watchers extends Changing {
  tell(): void;
}

export function watchers(): Watchers {
  const callbacks = new Set<() => void>();
  return {
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    tell() {
      for (const callback of callbacks) callback();
    },
  };
}
