import { EdgeError } from '../../config/errors.ts';
import { parseJson } from '../../emulator/parse-json.ts';
import { changeableState, type State } from '../../shared/state.ts';

const EMPTY: State = { keys: {}, drained: {} };

/**
 * The value of `state`, to be changed and written back: whatever else it holds stays. One without keys where
 * there is none yet.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a text that is no state, or drains regions in another form.
 */
export function storeState(text: string | undefined, store: string): State {
  if (text === undefined) return EMPTY;
  const state = changeableState(parseJson(text));
  if (state !== undefined) return state;
  throw new EdgeError('ERR_OPTION_INVALID', `${store}: expected a JSON object with "keys" under "state", got another`);
}
