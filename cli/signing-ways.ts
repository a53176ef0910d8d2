/** How requests can be signed for what is served, with the private keys that there are. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JWK } from 'jose';
import { unexpected } from '../config/errors.ts';
import type { CacheBehavior, Distribution } from '../emulator/distribution.ts';
import { readDistribution } from '../emulator/distribution-source.ts';
import type { SigningWay } from '../emulator/request-signer.ts';
import { behaviorFor } from '../emulator/stages/01-behavior.ts';
import { sectionOf } from '../shared/access/section.ts';
import type { EdgeConfig, ProtectedSection, SectionKeys } from '../shared/config.ts';
import { algorithmOf } from '../signing/asymmetric-tokens.ts';
import { newName } from '../signing/jwks.ts';
import { type PublicKeys, publicKeys } from '../signing/public-keys.ts';
import { privateKeyFrom } from './private-key.ts';
import type { ServedDistribution } from './served-distribution.ts';

/** What of a distribution asks for a credential, and the public keys that it trusts. */
export interface Guarded extends Pick<EdgeConfig, 'protected' | 'sectionKeys'> {
  readonly distribution: Pick<Distribution, 'behaviors' | 'publicKeys'>;
}

/** With what it takes to sign. */
export type SigningMethod = TokenMethod | SignatureMethod;

export interface TokenMethod extends SigningWay {
  readonly way: 'token';
  readonly section: ProtectedSection;
  /** Null: a secret that the key value store knows, too. */
  readonly privateKey: KeyObject | null;
}

export interface SignatureMethod extends SigningWay {
  readonly way: 'signed-url' | 'signed-cookies';
  readonly key: string;
  readonly privateKey: KeyObject;
}

/** A private key, and its public half by which it is found among those that are trusted. */
export interface KeyPair {
  readonly file: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: JsonWebKey;
}

/** @throws {EdgeError} ERR_TEMPLATE_INVALID */
export function guardedBy({ source, config }: ServedDistribution): Guarded {
  const { distribution } = readDistribution(source);
  return { protected: config?.protected ?? [], sectionKeys: config?.sectionKeys ?? {}, distribution };
}

/** The files of `--signing-key`. @throws {EdgeError} ERR_FILE_MISSING, or ERR_KEY_INVALID for what is no private key */
export function keyPairs(files: readonly string[]): KeyPair[] {
  return files.map((file) => {
    const expected = 'a private key of RSA, ECDSA P-256 or Ed25519 as PEM or JWK';
    const privateKey = privateKeyFrom('--signing-key', file, expected, (key) => algorithmOf(key) !== undefined);
    return { file, privateKey, publicJwk: jwkOf(createPublicKey(privateKey)) };
  });
}

/** @throws {EdgeError} ERR_KEY_INVALID for a key that opens nothing of it */
export function requireUse(pairs: readonly KeyPair[], guarded: Guarded): void {
  for (const pair of pairs) {
    if (signingMethods(guarded, [pair]).some(({ privateKey }) => privateKey !== null)) continue;
    const expected = 'the private half of a key in a section of Lambda@Edge or in a trusted key group here';
    throw unexpected('ERR_KEY_INVALID', '--signing-key', expected, pair.file);
  }
}

/** For any path. */
export function signingMethods(guarded: Guarded, pairs: readonly KeyPair[]): SigningMethod[] {
  return [
    ...guarded.protected.flatMap((section) => ofSection(section, guarded, pairs)),
    ...guarded.distribution.behaviors.flatMap((behavior) => ofBehavior(behavior, guarded, pairs)),
  ];
}

/** For a path: of its cache behavior, and of the section that the behavior's function checks. */
export function signingMethodsFor(path: string, guarded: Guarded, pairs: readonly KeyPair[]): SigningMethod[] {
  const behavior = behaviorFor(guarded.distribution, path);
  const sections = guarded.protected.filter(({ runtime }) => runtime === behavior.viewerRequest?.runtime);
  const section = sectionOf(sections, path);
  return [
    ...(section === undefined ? [] : ofSection(section, guarded, pairs)),
    ...ofBehavior(behavior, guarded, pairs),
  ];
}

function ofSection(section: ProtectedSection, { sectionKeys }: Guarded, pairs: readonly KeyPair[]): SigningMethod[] {
  const { path, runtime } = section;
  if (runtime === 'cloudfront-function') {
    return [{ path, way: 'token', algorithm: 'HS256', key: null, section, privateKey: null }];
  }
  const keys = sectionKeys[path];
  if (keys === undefined) return [];
  return [...tokenMethods(section, keys, pairs), ...signatureMethods(path, publicKeys(keys.publicKeys), pairs)];
}

function ofBehavior(behavior: CacheBehavior, { distribution }: Guarded, pairs: readonly KeyPair[]): SigningMethod[] {
  const trusted = Object.entries(distribution.publicKeys).filter(([id]) => behavior.trustedKeys?.includes(id));
  return signatureMethods(behavior.pathPattern, publicKeys(Object.fromEntries(trusted)), pairs);
}

/** A key without an id opens where it is the only one. */
function tokenMethods(section: ProtectedSection, keys: SectionKeys, pairs: readonly KeyPair[]): TokenMethod[] {
  const { path } = section;
  const jwks = (keys.jwks as JWK[]).filter(({ use = 'sig' }) => use === 'sig');
  return jwks.flatMap((jwk): TokenMethod[] => {
    const { kid = null } = jwk;
    const pair = pairOf(createPublicKey({ key: { ...jwk }, format: 'jwk' }), pairs);
    const algorithm = pair === undefined ? undefined : tokenAlgorithm(jwk, pair, section);
    if (pair === undefined || algorithm === undefined || (kid === null && jwks.length > 1)) return [];
    return [{ path, way: 'token', algorithm, key: kid, section, privateKey: pair.privateKey }];
  });
}

/** The first of the section's that the key is for. */
function tokenAlgorithm({ alg }: JWK, { privateKey }: KeyPair, { algorithms }: ProtectedSection): string | undefined {
  const own = algorithmOf(privateKey);
  const possible = own === 'RS256' ? ['RS256', 'PS256'] : [own];
  return algorithms.find((name) => possible.includes(name) && (alg === undefined || newName(alg) === newName(name)));
}

function signatureMethods(path: string, keys: PublicKeys, pairs: readonly KeyPair[]): SignatureMethod[] {
  return [...keys].flatMap(([key, publicKey]) => {
    const pair = pairOf(publicKey, pairs);
    if (pair === undefined) return [];
    const algorithm = publicKey.asymmetricKeyType === 'rsa' ? 'RSA' : 'ECDSA';
    const { privateKey } = pair;
    return (['signed-url', 'signed-cookies'] as const).map((way) => ({ path, way, algorithm, key, privateKey }));
  });
}

/** `KeyObject.equals` of keys that differ in type leaves an error behind in Node.js 20, at which the next call fails. */
function pairOf(publicKey: KeyObject, pairs: readonly KeyPair[]): KeyPair | undefined {
  const jwk = jwkOf(publicKey);
  return pairs.find(({ publicJwk }) => isDeepStrictEqual(publicJwk, jwk));
}

function jwkOf(publicKey: KeyObject): JsonWebKey {
  return publicKey.export({ format: 'jwk' });
}
