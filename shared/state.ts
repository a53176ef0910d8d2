/** What the edge reads of the key value store, once a request, under the key `state`. */
import type { SecretKeys } from './access/hs256.ts';
import { asObject } from './as-object.ts';

export interface State extends Drains {
  readonly keys: SecretKeys;
}

/** Which regions are not to be asked, or not first. */
export interface Drains {
  /** Until when a region is drained, in epoch seconds, by region; 0 is an open end. */
  readonly drained?: Readonly<Record<string, number>>;
  /** Of the drained regions, those that are not asked at all. */
  readonly hard?: readonly string[];
}

/** Undefined when the value is not a state: access then refuses, routing goes on as if nothing were drained. */
export function readState(value: unknown): State | undefined {
  const state = asObject(value) as unknown as State | undefined;
  return state && asObject(state.keys) ? state : undefined;
}

/**
 * A state that can be changed and written back: it has keys, and its drains are in the form in which they are
 * written. Undefined for any other value, whose keys a change would lose.
 */
export function changeableState(value: unknown): State | undefined {
  const state = readState(value);
  if (!state) return undefined;
  const areDrained = state.drained === undefined || asObject(state.drained) !== undefined;
  return areDrained && (state.hard === undefined || Array.isArray(state.hard)) ? state : undefined;
}

/** What is known of a drain beside that, under this and the region: `reason`, `by`, `since`. The edge never reads it. */
export const DRAIN_PREFIX = 'drain:';
