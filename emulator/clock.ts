/** The time, and the only way to wait, in the emulator: an argument, so that tests never sleep. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once, after `ms`; what it returns cancels that. */
  after(ms: number, callback: () => void): () => void;
  /** Whether it stands still for now. */
  readonly isFrozen?: boolean;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
