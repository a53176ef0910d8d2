/** Keys and tokens of the Lambda@Edge function's section. */
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import type { SectionKeys } from '../../shared/config.ts';
import { NOON } from './tokens.ts';

export const ALGORITHMS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};

export type Algorithm = keyof typeof ALGORITHMS;

/** Signs CloudFront's own credentials under `KMEMBERS`. */
export const SIGNER = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const SIGNER_ID = 'KMEMBERS';

/** A key for each algorithm, under an id of the algorithm's name. */
export async function memberKeys(): Promise<SectionKeys> {
  const jwks = await Promise.all(
    Object.entries(ALGORITHMS).map(async ([alg, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      alg,
      kid: alg,
    })),
  );
  const pem = SIGNER.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { jwks, jwksUrl: null, publicKeys: { [SIGNER_ID]: pem } };
}

/** A token that expires a minute after noon, unless its claims say otherwise. */
export function memberToken(claims: Record<string, unknown> = {}, alg: Algorithm = 'ES256', header: object = {}) {
  return new SignJWT({ exp: NOON + 60, ...claims })
    .setProtectedHeader({ alg, kid: alg, ...header })
    .sign(ALGORITHMS[alg].privateKey);
}
