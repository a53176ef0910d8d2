/** What is secret by its name or its length; and the secrets in the store, kept out of whatever is shown. */

/** What stands in a secret's place. */
export const MASK = '(secret)';

/** As long as the shortest key that the edge takes. */
const SECRET = /[A-Za-z0-9_-]{43,}/g;

/** Of parameters, headers and keys of a store whose values are credentials whatever they look like. */
export const CREDENTIAL_NAME =
  /^(?:policy|signature|x-amz-(?:credential|signature|security-token))$|token|secret|passw|api[-_]?key|auth|session/i;

/** The value of `key` with its secrets masked, and whatever else is named like one or long enough to be one. */
export function maskedSecrets(key: string, value: string): string {
  // Behind `r:` there is a hash, which may have any word in it.
  if (key !== 'state' && !key.startsWith('r:') && CREDENTIAL_NAME.test(key)) return MASK;
  if (key !== 'state') return value.replace(SECRET, MASK);
  const state = stateOf(value);
  if (state === null) return MASK;
  return JSON.stringify({ ...state, keys: mapValues(state.keys, () => MASK) }).replace(SECRET, MASK);
}

/** `value`, with each masked secret replaced by the one of the same key id in `previous`; masked as a whole, by that. */
export function unmaskedSecrets(key: string, value: string, previous: string | undefined): string {
  if (key !== 'state' && value === MASK) return previous ?? value;
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
