import type { Drains } from '../state.ts';
import { isDrained } from './region-order.ts';

/** The drains that have not ended at `now`, in epoch seconds. */
export function standingDrains(drains: Drains, now: number): Required<Drains> {
  const before = drains.drained || {};
  const drained: Record<string, number> = {};
  Object.keys(before).forEach((region) => {
    if (isDrained(before[region], now)) drained[region] = before[region] as number;
  });
  return { drained: drained, hard: (drains.hard || []).filter((region) => drained[region] !== undefined) };
}
