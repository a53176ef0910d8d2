/** The last minute, second by second. */
import type { ShownEntry } from '../../control/answers.ts';
import type { Arrived } from '../live/recent-traffic.ts';

export interface Second {
  /** From now, 0 to -59. */
  readonly second: number;
  /** Share of requests that were answered below 500; null: there were none. */
  readonly availability: number | null;
  /** Milliseconds to the headers of the answer: of half of the requests, and of 95 of a hundred, at most. */
  readonly p50: number | null;
  readonly p95: number | null;
}

/** @param now of the same clock as the arrivals, in milliseconds */
export function secondsOf(arrived: readonly Arrived[], now: number): Second[] {
  const bySecond: ShownEntry[][] = Array.from({ length: 60 }, () => []);
  for (const { at, entry } of arrived) bySecond[59 - Math.floor((now - at) / 1_000)]?.push(entry);
  return bySecond.map((entries, index) => {
    const times = entries.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const good = entries.filter(({ status }) => status < 500).length;
    return {
      second: index - 59,
      availability: entries.length === 0 ? null : good / entries.length,
      p50: percentile(times, 0.5),
      p95: percentile(times, 0.95),
    };
  });
}

function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
