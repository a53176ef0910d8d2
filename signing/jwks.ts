/** Signatures of asymmetric tokens: jose verifies, with a key that we choose. */
import { compactVerify, importJWK, type JWK } from 'jose';
import type { Token } from '../shared/access/token.ts';

export type JwksFault = 'unknown-key' | 'signature';

/**
 * Undefined when the token was signed with the key of its id; without an id, with the only key there
 * is. Nothing that the token says of keys is followed, and a key is used for its own algorithm alone.
 */
export async function jwksFault(token: Token, keys: readonly JWK[]): Promise<JwksFault | undefined> {
  const named = keys.filter(({ kid }) => token.kid === undefined || kid === token.kid);
  const key = named.length === 1 ? named[0] : undefined;
  if (key === undefined || key.kty === 'oct') return 'unknown-key';
  if (key.alg !== undefined && newName(key.alg) !== newName(token.algorithm)) return 'unknown-key';
  if (key.use !== undefined && key.use !== 'sig') return 'unknown-key';
  if (!isCanonical(token.signature)) return 'signature';
  try {
    const imported = await importJWK(key, token.algorithm);
    const { payload } = await compactVerify(`${token.signedText}.${token.signature}`, imported, {
      algorithms: [token.algorithm],
    });
    return payload.length === 0 ? 'signature' : undefined;
  } catch {
    return 'signature';
  }
}

/** Ed25519 is what RFC 9864 calls the only EdDSA that is used. */
export function newName(algorithm: string): string {
  return algorithm === 'EdDSA' ? 'Ed25519' : algorithm;
}

/** jose takes base64url with stray bits, padding or spaces; RFC 7515, section 2, does not. */
function isCanonical(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment;
}
