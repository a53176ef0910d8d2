/** Making tokens for sections of the Lambda@Edge function: jose signs, in Node. */
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { TokenClaims } from './hs256.ts';

/** A private key, and the id under which the section's key set has its public half; undefined: the only one there. */
export interface PrivateKey {
  readonly kid: string | undefined;
  readonly key: KeyObject;
}

/** The algorithm that a key is for: RS256 for RSA, ES256 for P-256, EdDSA for Ed25519; undefined for another. */
export function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | undefined {
  if (type === 'rsa') return 'RS256';
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256';
  return type === 'ed25519' ? 'EdDSA' : undefined;
}

/** The token in compact serialization. `now` (epoch seconds) becomes the `iat` claim. */
export function signAsymmetric(claims: TokenClaims, { key, kid }: PrivateKey, alg: string, now: number) {
  return new SignJWT({ ...claims, iat: now })
    .setProtectedHeader({ alg, typ: 'JWT', ...(kid !== undefined && { kid }) })
    .sign(key);
}
