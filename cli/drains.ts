/** The drains of a state: added, taken out, and told. Times are epoch seconds. */
import { unexpected } from '../config/errors.ts';
import type { Region } from '../shared/config.ts';
import { isDrained } from '../shared/routing/region-order.ts';
import { standingDrains } from '../shared/routing/standing-drains.ts';
import type { Drains } from '../shared/state.ts';
import { timeText } from '../shared/time-text.ts';
import { type DrainNote, drainNote } from './drain-note.ts';

/**
 * The state with one more region drained, and without the drains that have ended.
 *
 * @param until 0: until further notice
 * @throws {EdgeError} ERR_OPTION_INVALID when no other region of `regions` is left, unless by force.
 */
export function withDrain<S extends Drains>(
  state: S,
  regions: readonly Region[],
  region: string,
  until: number,
  { hard: isHard = false, force = false }: { readonly hard?: boolean; readonly force?: boolean },
  now: number,
): S {
  const { drained, hard } = standingDrains(state, now);
  const left = regions.filter((other) => other.region !== region && drained[other.region] === undefined);
  if (left.length === 0 && !force) {
    const expected = 'another region that is not drained (--force: with all of them drained, all are asked as ever)';
    throw unexpected('ERR_OPTION_INVALID', 'region', expected, region);
  }
  const others = hard.filter((other) => other !== region);
  return { ...state, drained: { ...drained, [region]: until }, hard: isHard ? [...others, region] : others };
}

export function withoutDrain<S extends Drains>(state: S, region: string): S {
  const { [region]: _, ...drained } = state.drained ?? {};
  return { ...state, drained, hard: (state.hard ?? []).filter((other) => other !== region) };
}

export interface ListedRegion extends DrainNote {
  readonly region: string;
  readonly state: 'open' | 'drained' | 'drained hard';
  /** ISO 8601; null: open, or drained until further notice. */
  readonly until: string | null;
}

/** @param note the entry of the store that says more of its drain */
export function listedRegion(region: string, drains: Drains, note: string | undefined, now: number): ListedRegion {
  const until = drains.drained?.[region];
  if (!isDrained(until, now)) return { region, state: 'open', until: null, reason: null, by: null, since: null };
  const state = drains.hard?.includes(region) ? 'drained hard' : 'drained';
  return { region, state, until: until ? timeText(until) : null, ...drainNote(note) };
}
