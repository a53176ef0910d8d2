/** Whether a token was signed with a key of a set. */
import type { JWK } from 'jose';
import { type SecretKeys, type SignatureFault, signatureFault } from '../shared/access/hs256.ts';
import type { Token } from '../shared/access/token.ts';
import { hmacSha256 } from './digests.ts';
import { type JwksFault, jwksFault } from './jwks.ts';

/**
 * HS256 is decided by the rules that ship in the CloudFront Function, every other algorithm by jose. A
 * set that mixes secrets with public keys is no set to trust: one kind could pass for the other.
 */
export async function tokenSignatureFault(
  token: Token,
  keys: readonly JWK[],
): Promise<SignatureFault | JwksFault | undefined> {
  const secrets = keys.filter(({ kty }) => kty === 'oct').length;
  if (secrets > 0 && secrets < keys.length) return 'unknown-key';
  return token.algorithm === 'HS256' ? signatureFault(token, secretsOf(keys), hmacSha256) : jwksFault(token, keys);
}

function secretsOf(keys: readonly JWK[]): SecretKeys {
  const secrets = keys.filter(({ kty, alg }) => kty === 'oct' && (alg === undefined || alg === 'HS256'));
  return Object.fromEntries(secrets.map(({ kid, k }, index) => [kid ?? `key ${index}`, k ?? '']));
}
