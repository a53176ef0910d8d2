/** What the edge reads of the key value store, once a request, under the key `state`. */
import type { SecretKeys } from './access/hs256.ts';

export interface State {
  readonly keys: SecretKeys;
  readonly drained: Drained;
}

/** Until when a region is drained, in epoch seconds, by region; 0 is an open end. */
export type Drained = Readonly<Record<string, number>>;

/** Null when the value is not a state: access then refuses, routing goes on as if nothing were drained. */
export function readState(value: unknown): State | null {
  if (!isRecord(value) || !isRecord(value.keys)) return null;
  return {
    keys: value.keys as SecretKeys,
    drained: (isRecord(value.drained) ? value.drained : {}) as Drained,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
