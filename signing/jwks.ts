/** Signatures of asymmetric tokens: jose verifies, with a key that we choose. */
import { type CryptoKey, compactVerify, importJWK, type JWK } from 'jose';
import type { Token } from '../shared/access/token.ts';

export type JwksFault = 'unknown-key' | 'signature';

/**
 * Undefined when the token was signed with the key of its id; without an id, with the only key for
 * signatures there is. Nothing that the token says of keys is followed, and a key is used for its own algorithm alone.
 */
export async function jwksFault(token: Token, keys: readonly JWK[]): Promise<JwksFault | undefined> {
  const named = keys.filter(({ kid, use = 'sig' }) => use === 'sig' && (token.kid === undefined || kid === token.kid));
  const key = named.length === 1 ? named[0] : undefined;
  if (key === undefined || key.kty === 'oct') return 'unknown-key';
  if (key.alg !== undefined && newName(key.alg) !== newName(token.algorithm)) return 'unknown-key';
  if (!isCanonical(token.signature)) return 'signature';
  try {
    const { payload } = await compactVerify(
      `${token.signedText}.${token.signature}`,
      await importedKey(key, token.algorithm),
      { algorithms: [token.algorithm] },
    );
    return payload.length === 0 ? 'signature' : undefined;
  } catch {
    return 'signature';
  }
}

/** Imported keys by JWK and algorithm: to import one costs as much as to verify with it. */
const imported = new WeakMap<JWK, Map<string, CryptoKey>>();

async function importedKey(jwk: JWK, algorithm: string): Promise<CryptoKey> {
  const known = imported.get(jwk) ?? new Map<string, CryptoKey>();
  imported.set(jwk, known);
  const key = known.get(algorithm) ?? ((await importJWK(jwk, algorithm)) as CryptoKey);
  known.set(algorithm, key);
  return key;
}

/** Ed25519 is what RFC 9864 calls the only EdDSA that is used. */
export function newName(algorithm: string): string {
  return algorithm === 'EdDSA' ? 'Ed25519' : algorithm;
}

/** The names under which tokens of these algorithms come. */
export function tokenAlgorithms(algorithms: readonly string[]): string[] {
  return [...algorithms, ...algorithms.map(newName)];
}

/** jose takes base64url with stray bits, padding or spaces; RFC 7515, section 2, does not. */
function isCanonical(segment: string): boolean {
  return Buffer.from(segment, 'base64url').toString('base64url') === segment;
}
