import { EdgeError } from '../../config/errors.ts';
import { parseJson } from '../../emulator/parse-json.ts';
import { asObject } from '../../shared/as-object.ts';
import type { Drains } from '../../shared/state.ts';

/** The value of `state`, to be changed and written back: whatever else it holds stays. */
export interface StoreState extends Drains {
  readonly keys: Readonly<Record<string, unknown>>;
}

const EMPTY = { keys: {}, drained: {} };

/**
 * One without keys where there is none yet.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a text that is no state, or drains regions in another form.
 */
export function storeState(text: string | undefined, store: string): StoreState {
  if (text === undefined) return EMPTY;
  const state = asObject(parseJson(text));
  const keys = asObject(state?.keys);
  const isUsable = asObject(state?.drained ?? {}) !== undefined && Array.isArray(state?.hard ?? []);
  if (keys !== undefined && isUsable) return { ...state, keys };
  throw new EdgeError('ERR_OPTION_INVALID', `${store}: expected a JSON object with "keys" under "state", got another`);
}
