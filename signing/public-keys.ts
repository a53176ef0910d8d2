/** The public keys of a trusted key group, and signatures made with them. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { HashAlgorithm, VerifySignature } from '../shared/access/signed-verdict.ts';

export type PublicKeys = ReadonlyMap<string, KeyObject>;

/**
 * Keys by id, from PEM. One that CloudFront would not take, anything but RSA 2048 and ECDSA P-256, is
 * left out: a signature under its id is then of an unknown key.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export function publicKeys(pems: Readonly<Record<string, string>>): PublicKeys {
  const keys = new Map<string, KeyObject>();
  for (const [id, pem] of Object.entries(pems)) {
    const key = readPublicKey(pem);
    if (key !== undefined && isTrustable(key)) keys.set(id, key);
  }
  return keys;
}

function readPublicKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** The two kinds of key that CloudFront takes: RSA 2048 and ECDSA P-256. Either half of a pair can be asked. */
export function isTrustable({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (asymmetricKeyType === 'rsa') return details?.modulusLength === 2048;
  return asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1';
}

/** Verifies with the key of that id: RSA as PKCS #1 v1.5, ECDSA in DER. */
export function verifyWith(keys: PublicKeys): VerifySignature {
  return (keyPairId, algorithm, signed, signature) => {
    const key = keys.get(keyPairId);
    return key === undefined ? undefined : verifySignature(key, algorithm, signed, signature);
  };
}

/** The bare key, and no options beside it: they cost half as much again. */
export function verifySignature(key: KeyObject, algorithm: HashAlgorithm, signed: Buffer, signature: Buffer): boolean {
  try {
    return verify(algorithm === 'SHA1' ? 'sha1' : 'sha256', signed, key, signature);
  } catch {
    return false;
  }
}
