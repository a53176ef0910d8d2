/** Requests with CloudFront's own signatures, and keys to sign them with. */
import { generateKeyPairSync } from 'node:crypto';
import { cookiePairs } from '../../emulator/cookies.ts';
import type { HashAlgorithm, SignedVisit, VerifySignature } from '../../shared/access/signed-verdict.ts';
import { signedVerdict } from '../../shared/access/signed-verdict.ts';
import { type PublicKeys, publicKeys, verifyWith } from '../../signing/public-keys.ts';
import type { Signer, SigningParameters } from '../../signing/signed-requests.ts';
import { NOON } from './tokens.ts';

export interface TestKey {
  readonly id: string;
  readonly publicPem: string;
  readonly privatePem: string;
  readonly signer: (hashAlgorithm: HashAlgorithm) => Signer;
}

function testKey(id: string, type: 'rsa' | 'ec'): TestKey {
  const { publicKey, privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    id,
    publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privatePem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    signer: (hashAlgorithm) => ({ keyPairId: id, privateKey, hashAlgorithm }),
  };
}

export const RSA = testKey('K2RSA', 'rsa');
export const EC = testKey('K2EC', 'ec');

/** Both keys are trusted. */
export const KEYS: PublicKeys = publicKeys({ [RSA.id]: RSA.publicPem, [EC.id]: EC.publicPem });
export const verify: VerifySignature = verifyWith(KEYS);

/** A request as it is on the wire, in whole texts, so that a test may change any character. */
export interface Wire {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string | undefined;
  /** The `Cookie` header; empty for none. */
  readonly cookie: string;
  readonly ip: string;
  readonly now: number;
}

/** A request for the URL, taken apart without any normalizing, at noon. */
export function wireOf(url: string, more: Partial<Wire> = {}): Wire {
  const [, scheme = '', host = '', path = '', query] = /^(\w+):\/\/([^/]+)([^?]*)(?:\?([\s\S]*))?$/.exec(url) ?? [];
  return { scheme, host, path, query, cookie: '', ip: '203.0.113.7', now: NOON, ...more };
}

export function visitOf({ cookie, ip, ...wire }: Wire): SignedVisit {
  return { ...wire, cookies: cookiePairs([['cookie', cookie]]), viewerIp: ip };
}

/** `allowed`, or CloudFront's code and our reason. */
export function verdictOn(wire: Wire): string {
  const verdict = signedVerdict(visitOf(wire), verify);
  return verdict.allow ? 'allowed' : `${verdict.code} ${verdict.reason}`;
}

export function asQuery(parameters: SigningParameters): string {
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
}

export function asCookies(parameters: SigningParameters): string {
  return parameters.map(([name, value]) => `CloudFront-${name}=${value}`).join('; ');
}
