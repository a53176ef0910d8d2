/** The requests that this page knows: the latest ten thousand, taken in once a frame however many come. */
import type { ShownEntry } from '../../control/answers.ts';
import { type Changing, watchers } from './watchers.ts';

export const MOST_KEPT = 10_000;

export interface LiveRequests extends Changing {
  /** Newest last; the same list until it changes. */
  readonly all: readonly ShownEntry[];
  readonly isPaused: boolean;
  /** How many came since it was paused. */
  readonly waiting: number;
  /** How many the edge could not tell of. */
  readonly missed: number;
  came(entry: ShownEntry): void;
  /** What the edge still knows, which may have come already. */
  caughtUp(entries: readonly ShownEntry[]): void;
  missedSome(count: number): void;
  setPaused(isPaused: boolean): void;
  clear(): void;
}

/** @param nextFrame calls back when the page is next painted */
export function liveRequests(nextFrame: (callback: () => void) => void): LiveRequests {
  const { onChange, tell } = watchers();
  const known = new Set<string>();
  let all: readonly ShownEntry[] = [];
  let queue: ShownEntry[] = [];
  let isPaused = false;
  let isDue = false;
  let missed = 0;
  let clearedAt = '';

  function schedule(): void {
    if (isDue) return;
    isDue = true;
    nextFrame(() => {
      isDue = false;
      takeIn();
      tell();
    });
  }

  function takeIn(): void {
    if (isPaused || queue.length === 0) return;
    const next = [...all, ...queue];
    queue = [];
    const dropped = next.slice(0, Math.max(0, next.length - MOST_KEPT));
    for (const { requestId } of dropped) known.delete(requestId);
    all = next.slice(dropped.length);
  }

  function enqueue(entry: ShownEntry): void {
    if (known.has(entry.requestId)) return;
    known.add(entry.requestId);
    queue.push(entry);
    // A page that is not painted takes nothing in.
    if (queue.length > MOST_KEPT) known.delete(queue.shift()?.requestId ?? '');
  }

  return {
    onChange,
    get all() {
      return all;
    },
    get isPaused() {
      return isPaused;
    },
    get waiting() {
      return isPaused ? queue.length : 0;
    },
    get missed() {
      return missed;
    },
    came(entry) {
      enqueue(entry);
      schedule();
    },
    caughtUp(entries) {
      for (const entry of entries) if (entry.time > clearedAt) enqueue(entry);
      queue.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
      schedule();
    },
    missedSome(count) {
      missed += count;
      schedule();
    },
    setPaused(wanted) {
      isPaused = wanted;
      schedule();
    },
    clear() {
      clearedAt = [...all, ...queue].at(-1)?.time ?? clearedAt;
      [all, queue, missed] = [[], [], 0];
      known.clear();
      schedule();
    },
  };
}
