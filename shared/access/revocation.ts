/**
 * Revoked sessions and revoked viewers: entries of the key value store, one for each `sid` or `sub`.
 * The store holds a hash of them, so that it names nobody.
 */

/** SHA-256 of `text`, as base64url without padding. */
export type Sha256 = (text: string) => string;

/** The claims by which a token can be revoked. */
export const REVOCABLE_CLAIMS = ['sid', 'sub'];

/** Keys of revocation entries begin with this. The value is the moment of revocation, in whole epoch seconds. */
export const REVOCATION_PREFIX = 'r:';

/** The key under which the store says that tokens with this claim are revoked. */
export function revocationKey(claim: string, value: string, sha256: Sha256): string {
  return REVOCATION_PREFIX + sha256(`${claim}:${value}`);
}

/**
 * Whether a token with these claims is among those revoked at `entry`. One that
 * was issued in that very second is, one that does not say when it was issued is, and an entry that
 * is no time revokes all.
 */
export function isRevoked(claims: Readonly<Record<string, unknown>>, entry: string): boolean {
  return !(Number(entry) > 0 && Math.floor(claims.iat as number) > Number(entry));
}
