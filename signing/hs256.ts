/** Making HS256 tokens: jose signs, in Node. */
import { SignJWT } from 'jose';

/** base64url of a secret, and the id under which the edge knows it. */
export interface SigningKey {
  readonly kid: string;
  readonly secret: string;
}

/** Claims of a token; times in epoch seconds. */
export interface TokenClaims {
  readonly exp: number;
  readonly nbf?: number;
  readonly iss?: string;
  readonly aud?: string | string[];
  /** What it opens; absent: the whole host. */
  readonly res?: string | string[];
  /** What of that it does not open. */
  readonly not?: string | string[];
  /** From where; absent: anywhere. */
  readonly ip?: string | string[];
  /** Countries (`DE`) and country-regions (`US-CA`), where the section asks for them. */
  readonly geo?: string[];
  /** Headers that have to be as they are now. */
  readonly hdr?: { readonly names: readonly string[]; readonly sha256: string };
  /** Session and viewer, by which the token can be revoked. */
  readonly sid?: string;
  readonly sub?: string;
}

/** The token in compact serialization. `now` (epoch seconds) becomes the `iat` claim. */
export function signHs256(claims: TokenClaims, key: SigningKey, now: number): Promise<string> {
  return new SignJWT({ ...claims, iat: now })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: key.kid })
    .sign(Buffer.from(key.secret, 'base64url'));
}
