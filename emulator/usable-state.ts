import { EdgeError, unexpected } from '../config/errors.ts';
import { MIN_KEY_BYTES } from '../shared/access/hs256.ts';
import { readState } from '../shared/state.ts';
import { MAX_VALUE_BYTES } from '../shared/store-changes.ts';
import { parseJson } from './parse-json.ts';

/**
 * Refuses a `state` that the edge could not use, or the store not take, where somebody reads the answer.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID
 */
export function checkState(text: string): void {
  const state = readState(parseJson(text));
  if (state === undefined) throw unexpected('ERR_OPTION_INVALID', 'state', 'a JSON object with "keys"', 'another');
  const weak = Object.entries(state.keys).find(
    ([, secret]) => typeof secret !== 'string' || Buffer.from(secret, 'base64url').length < MIN_KEY_BYTES,
  );
  if (weak !== undefined) {
    throw unexpected('ERR_OPTION_INVALID', `keys.${weak[0]}`, `base64url of ${MIN_KEY_BYTES} bytes or more`, 'less');
  }
  const until = Object.values(state.drained ?? {});
  if (!until.every((time) => typeof time === 'number')) {
    throw unexpected('ERR_OPTION_INVALID', 'drained', 'epoch seconds, or 0, for each region', until);
  }
  const { hard = [] } = state;
  if (!Array.isArray(hard) || !hard.every((region) => typeof region === 'string')) {
    throw unexpected('ERR_OPTION_INVALID', 'hard', 'a list of regions', hard);
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_VALUE_BYTES) {
    const fit = keysThatFit(bytes, Object.entries(state.keys));
    const message = `state: expected at most ${MAX_VALUE_BYTES} bytes (keys that fit: ${fit}), got ${bytes}`;
    throw new EdgeError('ERR_OPTION_INVALID', `${message}; retire a key first`);
  }
}

/** How many keys of the present ones' mean size there is room for, beside what else the state holds. */
function keysThatFit(bytes: number, keys: readonly (readonly [kid: string, secret: string])[]): number {
  const sizes = keys.map(([kid, secret]) => Buffer.byteLength(`${JSON.stringify(kid)}:${JSON.stringify(secret)},`));
  const inKeys = sizes.reduce((sum, size) => sum + size, 0);
  return inKeys === 0 ? 0 : Math.max(0, Math.floor((MAX_VALUE_BYTES - bytes + inKeys) / (inKeys / keys.length)));
}
