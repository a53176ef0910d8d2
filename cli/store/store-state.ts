import { EdgeError } from '../../config/errors.ts';
import { parseJson } from '../../emulator/parse-json.ts';
import { asObject } from '../../shared/as-object.ts';

/** The value of `state`, to be changed and written back: whatever else it holds stays. */
export interface StoreState {
  readonly keys: Readonly<Record<string, unknown>>;
}

const EMPTY = { keys: {}, drained: {} };

/**
 * One without keys where there is none yet.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a text that is no state.
 */
export function storeState(text: string | undefined, store: string): StoreState {
  if (text === undefined) return EMPTY;
  const state = asObject(parseJson(text));
  const keys = asObject(state?.keys);
  if (keys !== undefined) return { ...state, keys };
  throw new EdgeError('ERR_OPTION_INVALID', `${store}: expected a JSON object with "keys" under "state", got another`);
}
