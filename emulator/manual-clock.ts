/** A clock whose time moves only when a test says so. */
import type { Clock } from './clock.ts';

export interface ManualClock extends Clock {
  /** Moves the time on, and runs what falls due on the way, in order, at its own time. Awaits nothing. */
  advance(ms: number): void;
  /** Advances to that time, in epoch milliseconds; back in time nothing runs, and what is due stays due at its own time. */
  set(time: number): void;
  /** How many timers have yet to run. */
  pending(): number;
  /** Settles as soon as some timer has `ms` or more to go. */
  whenPending(ms?: number): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/**
 * Starts at noon of 1 January 2026, UTC, unless told otherwise.
 *
 * @param start epoch milliseconds
 */
export function manualClock(start = Date.UTC(2026, 0, 1, 12)): ManualClock {
  let now = start;
  let timers: readonly Timer[] = [];
  let waiters: readonly { ms: number; resolve: () => void }[] = [];

  const advanceTo = (end: number): void => {
    for (let next = timers[0]; next !== undefined && next.due <= end; next = timers[0]) {
      timers = timers.slice(1);
      now = next.due;
      next.callback();
    }
    now = end;
  };
  const isPending = (ms: number) => timers.some((timer) => timer.due - now >= ms);

  return {
    now: () => now,
    after(ms, callback) {
      const timer = { due: now + ms, callback };
      // Sorting is stable: what was asked for first runs first.
      timers = [...timers, timer].sort((a, b) => a.due - b.due);
      const settled = waiters.filter((waiter) => isPending(waiter.ms));
      waiters = waiters.filter((waiter) => !settled.includes(waiter));
      for (const { resolve } of settled) resolve();
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => advanceTo(now + ms),
    set: advanceTo,
    pending: () => timers.length,
    whenPending: (ms = 0) =>
      new Promise((resolve) => {
        if (isPending(ms)) resolve();
        else waiters = [...waiters, { ms, resolve }];
      }),
  };
}
