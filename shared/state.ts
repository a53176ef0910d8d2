/** What the edge reads of the key value store, once a request, under the key `state`. */
import type { SecretKeys } from './access/hs256.ts';
import { asObject } from './as-object.ts';

export interface State {
  readonly keys: SecretKeys;
  readonly drained?: Drained;
}

/** Until when a region is drained, in epoch seconds, by region; 0 is an open end. */
export type Drained = Readonly<Record<string, number>>;

/** Undefined when the value is not a state: access then refuses, routing goes on as if nothing were drained. */
export function readState(value: unknown): State | undefined {
  const state = asObject(value) as unknown as State | undefined;
  return state && asObject(state.keys) ? state : undefined;
}
