/** What came in the last minute, by this page's clock: that of the edge may stand still. */
import type { ShownEntry } from '../../control/answers.ts';

export const MINUTE_MS = 60_000;

/** So that a storm does not fill the page. */
const MOST_KEPT = 20_000;

export interface Arrived {
  readonly at: number;
  readonly entry: ShownEntry;
}

export interface RecentTraffic {
  came(entry: ShownEntry): void;
  now(): number;
  /** Oldest first. */
  since(milliseconds: number): readonly Arrived[];
}

export function recentTraffic(now: () => number): RecentTraffic {
  let arrived: Arrived[] = [];
  return {
    now,
    came(entry) {
      arrived.push({ at: now(), entry });
      if (arrived.length <= MOST_KEPT) return;
      const oldest = now() - MINUTE_MS;
      arrived = arrived.slice(-MOST_KEPT * 0.9).filter(({ at }) => at >= oldest);
    },
    since(milliseconds) {
      const oldest = now() - milliseconds;
      const first = arrived.findIndex(({ at }) => at >= oldest);
      return first < 0 ? [] : arrived.slice(first);
    },
  };
}
