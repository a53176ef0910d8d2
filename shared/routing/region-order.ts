import type { Region } from '../config.ts';
import type { Drains } from '../state.ts';

/** Carries the chosen order of regions to the origin response. */
export const ORDER_HEADER = 'x-edgekeeper-order';

/**
 * The regions, nearest first; drained ones last, and those that are drained hard left out. With all of
 * them drained the order is as if none were. `now` is epoch seconds.
 *
 * `route` lists indexes into `regions`; undefined stands for the configured order.
 */
export function regionOrder(
  regions: readonly Region[],
  route: readonly number[] | undefined,
  drains: Drains,
  now: number,
): Region[] {
  const drained = drains.drained || {};
  const hard = drains.hard || [];
  const order = route ? route.map((index) => regions[index] as Region) : regions;
  const isHealthy = (entry: Region): boolean => !isDrained(drained[entry.region], now);
  const healthy = order.filter(isHealthy);
  const last = order.filter((entry) => !isHealthy(entry) && (healthy.length === 0 || !hard.includes(entry.region)));
  return healthy.concat(last);
}

/** `until` is epoch seconds, 0 an open end; at that moment itself the region is no longer drained. */
export function isDrained(until: unknown, now: number): boolean {
  return typeof until === 'number' && (until === 0 || now < until);
}
