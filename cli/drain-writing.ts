/** Drains as they are written to a store: what the edge reads of them in `state`, and beside it why. */
import type { Region } from '../shared/config.ts';
import { DRAIN_PREFIX } from '../shared/state.ts';
import type { DrainNote } from './drain-note.ts';
import { withDrain, withoutDrain } from './drains.ts';
import type { OperatedStore } from './store/operated-store.ts';
import { storeState } from './store/store-state.ts';

export interface WrittenDrain {
  /** Epoch seconds; 0: until further notice. */
  readonly until: number;
  readonly note: DrainNote;
  readonly hard?: boolean;
  readonly force?: boolean;
  /** Epoch seconds. */
  readonly now: number;
}

/** @throws {EdgeError} ERR_OPTION_INVALID when no other region of `regions` is left, unless by force. */
export async function writeDrain(
  store: OperatedStore,
  regions: readonly Region[],
  region: string,
  { until, note, now, ...options }: WrittenDrain,
): Promise<void> {
  await store.change(async () => {
    const state = withDrain(storeState(await store.get('state'), store.name), regions, region, until, options, now);
    return { state: JSON.stringify(state), [DRAIN_PREFIX + region]: JSON.stringify(note) };
  });
}

/** Returns how many keys were written: none where the region was not drained. */
export function writeUndrain(store: OperatedStore, region: string): Promise<number> {
  return store.change(async () => {
    const state = storeState(await store.get('state'), store.name);
    if (state.drained?.[region] === undefined) return {};
    const note = await store.get(DRAIN_PREFIX + region);
    return {
      state: JSON.stringify(withoutDrain(state, region)),
      ...(note !== undefined && { [DRAIN_PREFIX + region]: null }),
    };
  });
}
