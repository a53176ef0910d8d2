/** HS256 signatures (RFC 7518, section 3.2), given the runtime's HMAC. */

import { isText } from '../is-text.ts';
import type { Token } from './token.ts';

/** HMAC with SHA-256 of `text`, as base64url without padding. */
export type HmacSha256 = (key: Buffer, text: string) => string;

/** base64url of each secret, by key id. */
export type SecretKeys = Readonly<Record<string, string>>;

/** RFC 7518 requires a key of at least the hash's length. */
export const MIN_KEY_BYTES = 32;

export type SignatureFault = 'unknown-key' | 'weak-key' | 'signature';

/** Undefined when the token was signed with the key that it names. */
export function signatureFault(token: Token, keys: SecretKeys, hmac: HmacSha256): SignatureFault | undefined {
  const secret = secretOf(token.kid, keys);
  if (!isText(secret)) return 'unknown-key';
  const key = Buffer.from(secret, 'base64url');
  if (key.length < MIN_KEY_BYTES) return 'weak-key';
  return isSame(hmac(key, token.signedText), token.signature) ? undefined : 'signature';
}

/** Without a key id, the only key there is; with several, a token has to name one. */
function secretOf(kid: string | undefined, keys: SecretKeys): unknown {
  const kids = Object.keys(keys).filter((known) => kid === undefined || known === kid);
  return kids.length === 1 ? keys[kids[0] as string] : undefined;
}

/** Compares without stopping at the first difference: the time taken does not tell where it is. */
function isSame(expected: string, actual: string): boolean {
  let difference = expected.length ^ actual.length;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ actual.charCodeAt(i);
  return difference === 0;
}
