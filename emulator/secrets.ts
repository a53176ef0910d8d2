/** The secrets in the store's `state`, kept out of whatever is shown. */

/** What stands in a secret's place. */
export const MASK = '(secret)';

/** As long as the shortest key that the edge takes. */
const SECRET = /[A-Za-z0-9_-]{43,}/g;

/** The value of `key` with its secrets masked, and whatever else is long enough to be one. */
export function maskedSecrets(key: string, value: string): string {
  if (key !== 'state') return value.replace(SECRET, MASK);
  const state = stateOf(value);
  if (state === null) return MASK;
  return JSON.stringify({ ...state, keys: mapValues(state.keys, () => MASK) }).replace(SECRET, MASK);
}

/** `value`, with each masked secret replaced by the one of the same key id in `previous`. */
export function unmaskedSecrets(key: string, value: string, previous: string | undefined): string {
  const state = key === 'state' ? stateOf(value) : null;
  const known = previous === undefined ? null : stateOf(previous);
  if (state === null || known === null) return value;
  return JSON.stringify({
    ...state,
    keys: mapValues(state.keys, (secret, kid) => (secret === MASK ? known.keys[kid] : secret)),
  });
}

interface StateText {
  readonly keys: Readonly<Record<string, unknown>>;
}

function stateOf(text: string): StateText | null {
  try {
    const state = JSON.parse(text);
    return typeof state?.keys === 'object' && state.keys !== null ? state : null;
  } catch {
    return null;
  }
}

function mapValues(record: Readonly<Record<string, unknown>>, change: (value: unknown, key: string) => unknown) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
