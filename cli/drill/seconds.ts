/** Samples second by second, as a timeline shows them. */
import { grouped } from './grouped.ts';
import { percentilesOf } from './percentiles.ts';
import { isBad, type Sample } from './sample.ts';

export interface Second {
  /** Its middle, in seconds since the drill began. */
  readonly at: number;
  /** Share of good answers. */
  readonly availability: number;
  /** Milliseconds to the first byte; null: nobody was answered. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

/** By when requests were due; seconds in which none was are left out. */
export function secondsOf(samples: readonly Sample[]): Second[] {
  const bySecond = grouped(samples, ({ due }) => Math.floor(due / 1000));
  return [...bySecond.entries()]
    .sort(([a], [b]) => a - b)
    .map(([second, due]) => {
      const answered = due.filter(({ status }) => status !== null);
      const { p50 = null, p95 = null, max = null } = percentilesOf(answered.map(({ waitedMs }) => waitedMs)) ?? {};
      const good = due.filter((sample) => !isBad(sample));
      return { at: second + 0.5, availability: good.length / due.length, p50, p95, max };
    });
}
