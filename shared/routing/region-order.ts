import type { Region } from '../config.ts';
import type { Drained } from '../state.ts';

/** Carries the chosen order of regions to the origin response. */
export const ORDER_HEADER = 'x-edgekeeper-order';

/**
 * The regions, nearest first, drained ones last. With all of them drained the order is as if none
 * were. At its `until` itself a region is no longer drained.
 *
 * `route` lists indexes into `regions`; undefined stands for the configured order.
 */
export function regionOrder(
  regions: readonly Region[],
  route: readonly number[] | undefined,
  drained: Drained,
  now: number,
): Region[] {
  const order = route ? route.map((index) => regions[index] as Region) : regions;
  const isHealthy = (entry: Region): boolean => !isDrained(drained[entry.region], now);
  return order.filter(isHealthy).concat(order.filter((entry) => !isHealthy(entry)));
}

function isDrained(until: unknown, now: number): boolean {
  return typeof until === 'number' && (until === 0 || now < until);
}
