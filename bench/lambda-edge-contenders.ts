/** Ways to check what a viewer shows, each as bare as it can be called, warm, with its keys imported. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import type { CloudFrontRequestEvent } from 'aws-lambda';
import { importJWK, type JWK, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import { decodeCloudFrontBase64 } from '../shared/access/cloudfront-base64.ts';
import { protectedSections, type SectionKeys, sectionKeys } from '../shared/config.ts';
import { cookiesOf, requestOf, viewerRequestOf } from '../shared/events/lambda-edge.ts';
import { credentialRefusal, signatureRefusal } from '../signing/credential.ts';
import { publicKeys } from '../signing/public-keys.ts';
import type { Shown } from './members.ts';
import { CRYPTO, JOSE, OURS } from './ways.ts';

export interface Contender {
  readonly name: string;
  /** The event is this call's own: the handler changes it. */
  readonly call: (event: CloudFrontRequestEvent) => unknown;
  /** Whether the result is that of a viewer who is let in. */
  readonly admits: (result: unknown) => boolean;
}

type Handler = (event: CloudFrontRequestEvent) => Promise<object>;

export async function contendersFor(shown: Shown, handler: Handler): Promise<Contender[]> {
  const section = protectedSections[0];
  const keys = section && sectionKeys[section.path];
  if (section === undefined || keys === undefined) throw new Error('settings: expected a section with keys, got none');
  const jwks = keys.jwks as JWK[];
  const ready = { jwks: async () => jwks, publicKeys: publicKeys(keys.publicKeys) };
  const request = requestOf(shown.event);
  const viewer = { request: viewerRequestOf(request), ip: request.clientIp, cookies: cookiesOf(request) };
  const checks = { issuer: section.issuer ?? '', audience: section.audience ?? '' };
  return [
    ...(shown.token === undefined
      ? [bareSigned(shown, keys)]
      : await bareTokens(shown.name, shown.token, jwks, checks)),
    {
      name: OURS[0],
      call: () => credentialRefusal(viewer, section, ready, Date.now() / 1000, signatureRefusal),
      admits: (refusal) => refusal === undefined,
    },
    { name: OURS[1], call: (event) => handler(event), admits: (result) => 'method' in Object(result) },
  ];
}

/** The ways of others to check a token; those that do not know its algorithm are left out. */
async function bareTokens(
  algorithm: string,
  token: string,
  jwks: readonly JWK[],
  checks: { readonly issuer: string; readonly audience: string },
): Promise<Contender[]> {
  const jwk = jwks.find(({ kid }) => kid === algorithm) as JWK;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const imported = await importJWK(jwk, algorithm);
  const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')));
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
  const algorithms = [algorithm];
  const contenders: Contender[] = [
    { name: CRYPTO, call: bareVerify(algorithm, key, signed, signature), admits: (result) => result === true },
    { name: JOSE, call: () => jwtVerify(token, imported, { algorithms, ...checks }), admits: hasSubject },
  ];
  if (algorithm !== 'PS256') {
    const verifier = JwtVerifier.create({ ...checks, jwksUri: `${checks.issuer}jwks.json` });
    verifier.cacheJwks({ keys: jwks } as Parameters<typeof verifier.cacheJwks>[0]);
    contenders.push({ name: 'aws-jwt-verify, verifySync', call: () => verifier.verifySync(token), admits: hasSubject });
  }
  if (algorithm !== 'EdDSA') {
    const options = { algorithms: algorithms as jwt.Algorithm[], ...checks };
    contenders.push({
      name: 'jsonwebtoken, imported key',
      call: () => jwt.verify(token, key, options),
      admits: hasSubject,
    });
  }
  return contenders;
}

function bareSigned({ signed }: Shown, keys: SectionKeys): Contender {
  const { keyPairId = '', policy = '', signature = '' } = signed ?? {};
  const key = createPublicKey(keys.publicKeys[keyPairId] ?? '');
  const bytes = decodeCloudFrontBase64(policy) as Buffer;
  const made = decodeCloudFrontBase64(signature) as Buffer;
  return { name: CRYPTO, call: () => verify('sha256', bytes, key, made), admits: (result) => result === true };
}

/** Signatures of JWS: ECDSA as the two numbers, PSS with a salt as long as the hash (RFC 7518, section 3). */
function bareVerify(algorithm: string, key: KeyObject, signed: Buffer, signature: Buffer): () => boolean {
  if (algorithm === 'EdDSA') return () => verify(null, signed, key, signature);
  if (algorithm === 'RS256') return () => verify('sha256', signed, key, signature);
  const options =
    algorithm === 'ES256'
      ? { key, dsaEncoding: 'ieee-p1363' as const }
      : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return () => verify('sha256', signed, options, signature);
}

function hasSubject(result: unknown): boolean {
  const claims = Object(result);
  return (claims.payload ?? claims).sub !== undefined;
}
