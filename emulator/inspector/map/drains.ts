/** Drains a region, and restores it, in the state that the edge reads. */
import { changeStore, getStoreWithEtag, type StoreChange } from '../control-api.ts';

interface State {
  readonly drained?: Readonly<Record<string, number>>;
  readonly hard?: readonly string[];
}

/** Until further notice: it is asked last. */
export function drainRegion(region: string): Promise<void> {
  return changed((state) => {
    const note = { reason: 'from the inspector', by: null, since: new Date().toISOString() };
    const next = { ...state, drained: { ...state.drained, [region]: 0 }, hard: without(state.hard, region) };
    return {
      Puts: [
        { Key: 'state', Value: JSON.stringify(next) },
        { Key: `drain:${region}`, Value: JSON.stringify(note) },
      ],
    };
  });
}

export function restoreRegion(region: string): Promise<void> {
  return changed((state, keys) => {
    const { [region]: _, ...drained } = state.drained ?? {};
    const next = { ...state, drained, hard: without(state.hard, region) };
    const note = `drain:${region}`;
    return {
      Puts: [{ Key: 'state', Value: JSON.stringify(next) }],
      ...(keys.includes(note) && { Deletes: [{ Key: note }] }),
    };
  });
}

/** The keys in it are masked, and stand for those that are there. @throws {Error} when another hand changed it meanwhile. */
async function changed(change: (state: State, keys: readonly string[]) => StoreChange): Promise<void> {
  const { values, etag } = await getStoreWithEtag();
  await changeStore(change(JSON.parse(values.state ?? '{}'), Object.keys(values)), etag);
}

function without(regions: readonly string[] | undefined, region: string): string[] {
  return (regions ?? []).filter((other) => other !== region);
}
