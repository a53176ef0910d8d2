/** What was changed in a distribution, kept so that it can be undone: the touched places alone, no other configuration. */
import type { Change } from './change.ts';
import { functionIn, type Place } from './place.ts';
import type { WantedFunction } from './wanted.ts';

export type Action = 'associate' | 'detach' | 'rollback' | 'promote';

export interface ChangeRecord {
  /** Of the moment; they sort by it. */
  readonly id: string;
  readonly distribution: string;
  readonly action: Action;
  readonly stage: string;
  /** Of the configuration that was read before. */
  readonly etag: string;
  readonly changes: readonly Change[];
}

/** What all changes made together of each place, in the order of the first; without those that went back by themselves. */
export function netChanges(changes: readonly Change[]): Change[] {
  const net = new Map<string, Change>();
  for (const change of changes) {
    const first = net.get(keyOf(change.place)) ?? change;
    net.set(keyOf(change.place), { ...first, to: change.to });
  }
  return [...net.values()].filter(({ from, to }) => from !== to);
}

/** The functions that were ever associated, of whatever stage. What a way back put there may be somebody else's. */
export function recordedFunctions(records: readonly Pick<ChangeRecord, 'action' | 'changes'>[]): WantedFunction[] {
  return records
    .filter(({ action }) => action === 'associate' || action === 'promote')
    .flatMap(({ changes }) => changes)
    .flatMap(({ place, to }) =>
      place.kind === 'function' && to !== null ? [{ event: place.event, arn: functionIn(to) }] : [],
    );
}

const keyOf = (place: Place): string => JSON.stringify(place);
