/** A clock over another that can be stopped, moved on and let go again while it is in use. */
import type { Clock } from './clock.ts';

export interface SteerableClock extends Clock {
  readonly isFrozen: boolean;
  /** Time stands still, and nothing falls due. */
  freeze(): void;
  /** Time goes on from where it is. */
  resume(): void;
  /** Moves the time on, and runs what falls due on the way, in order, at its own time. Awaits nothing. */
  advance(ms: number): void;
  /** Calls back when it has been stopped, moved on or let go. Returns the way to stop that. */
  onSteered(callback: () => void): () => void;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  cancel: () => void;
}

const NOTHING = (): void => {};

/** Until it is steered, it is as the `driving` clock, which also drives it afterwards. */
export function steerableClock(driving: Clock): SteerableClock {
  let aheadMs = 0;
  let frozenAt: number | null = null;
  const timers = new Set<Timer>();
  const callbacks = new Set<() => void>();

  const now = (): number => frozenAt ?? driving.now() + aheadMs;
  const told = (): void => {
    for (const callback of callbacks) callback();
  };
  const run = (timer: Timer): void => {
    timers.delete(timer);
    timer.callback();
  };
  const start = (timer: Timer, ms: number): void => {
    timer.cancel = driving.after(ms, () => run(timer));
  };
  const stop = (): void => {
    frozenAt = now();
    for (const timer of timers) timer.cancel();
  };
  const go = (): void => {
    aheadMs = now() - driving.now();
    frozenAt = null;
    for (const timer of timers) start(timer, timer.due - now());
  };
  const soonest = (): Timer | undefined => [...timers].sort((a, b) => a.due - b.due)[0];

  return {
    now,
    after(ms, callback) {
      const timer = { due: now() + ms, callback, cancel: NOTHING };
      timers.add(timer);
      if (frozenAt === null) start(timer, ms);
      return () => {
        timers.delete(timer);
        timer.cancel();
      };
    },
    get isFrozen() {
      return frozenAt !== null;
    },
    freeze() {
      stop();
      told();
    },
    resume() {
      if (frozenAt !== null) go();
      told();
    },
    advance(ms) {
      const wasFrozen = frozenAt !== null;
      stop();
      const end = now() + ms;
      for (let next = soonest(); next !== undefined && next.due <= end; next = soonest()) {
        frozenAt = Math.max(next.due, now());
        run(next);
      }
      frozenAt = end;
      if (!wasFrozen) go();
      told();
    },
    onSteered(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}
