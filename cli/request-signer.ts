/** Signs requests that are tried in the inspector, with the keys of this machine. */
import { EdgeError, unexpected } from '../config/errors.ts';
import type { KeyValueStore } from '../emulator/key-value-store.ts';
import type { RequestSigner, RequestToSign, SignedRequest, SigningWay } from '../emulator/request-signer.ts';
import type { ProtectedSection } from '../shared/config.ts';
import { signAsymmetric } from '../signing/asymmetric-tokens.ts';
import { signHs256, type TokenClaims } from '../signing/hs256.ts';
import { signCanned, signCustom, signedUrl } from '../signing/signed-requests.ts';
import { claimedGrant } from './claimed-grant.ts';
import { localKeys } from './local-keys.ts';
import { signingParameterIn } from './policy-limits.ts';
import {
  type Guarded,
  type KeyPair,
  type SignatureMethod,
  type SigningMethod,
  signingMethods,
  signingMethodsFor,
  type TokenMethod,
} from './signing-ways.ts';
import { storeState } from './store/store-state.ts';

type Claims = Readonly<Record<string, unknown>>;

/** @param guarded what is served then */
export function requestSigner(
  root: string,
  store: KeyValueStore,
  pairs: readonly KeyPair[],
  guarded: () => Guarded,
): RequestSigner {
  const methodsFor = (path: string): SigningMethod[] =>
    signingMethodsFor(path.split('?', 1)[0] ?? '', guarded(), pairs);
  return {
    ways: (path) => (path === null ? signingMethods(guarded(), pairs) : methodsFor(path)).map(shown),
    async sign(request, claims, now) {
      const methods = methodsFor(request.path);
      const method = methods.find(({ way, key }) => way === (request.way ?? way) && key === (request.key ?? key));
      if (method === undefined) throw unsignable(methods, signingMethods(guarded(), pairs));
      if (method.way !== 'token') return withSignature(request, claims, method);
      return carried(await signedToken(root, store, claims, method, now), request.path, method.section);
    },
  };
}

function shown({ path, way, algorithm, key }: SigningMethod): SigningWay {
  return { path, way, algorithm, key };
}

function unsignable(ofPath: readonly SigningWay[], all: readonly SigningWay[]): EdgeError {
  if (ofPath.length === 0) {
    const known = [...new Set(all.map(({ path }) => path))].join(', ');
    return unexpected('ERR_OPTION_INVALID', 'path', `one of ${known} to sign for`, 'another');
  }
  const ways = ofPath.map(({ way, key }) => (key === null ? way : `${way} with ${key}`)).join(', ');
  return unexpected('ERR_OPTION_INVALID', 'way', `one of ${ways} for this path`, 'another');
}

function signedToken(root: string, store: KeyValueStore, claims: Claims, method: TokenMethod, now: number) {
  const { section, privateKey, algorithm, key } = method;
  const { issuer, audience } = section;
  const own = { ...(issuer !== null && { iss: issuer }), ...(audience !== null && { aud: audience }) };
  const all = { ...own, ...claims } as TokenClaims;
  if (privateKey === null) return signHs256(all, knownKey(root, store), now);
  return signAsymmetric(all, { key: privateKey, kid: key ?? undefined }, algorithm, now);
}

/** In the first place of those that the section looks at, the path last: it is another behavior. */
function carried(token: string, path: string, { carriers, name }: ProtectedSection): SignedRequest {
  if (carriers.includes('header')) return { path, headers: { authorization: `Bearer ${token}` } };
  if (carriers.includes('cookie')) return { path, headers: { cookie: `${name}=${token}` } };
  if (carriers.includes('query'))
    return { path: `${path}${path.includes('?') ? '&' : '?'}${name}=${token}`, headers: {} };
  return { path: `/~${token}${path}`, headers: {} };
}

function withSignature(request: RequestToSign, claims: Claims, method: SignatureMethod): SignedRequest {
  const { path } = request;
  if (signingParameterIn(path) !== undefined) {
    throw unexpected('ERR_OPTION_INVALID', 'path', 'no signing parameter in it', 'one');
  }
  const { grant, isCustom } = claimedGrant(claims, request);
  const signer = { keyPairId: method.key, privateKey: method.privateKey, hashAlgorithm: 'SHA1' } as const;
  const parameters = isCustom ? signCustom(grant, signer) : signCanned(grant, signer);
  if (method.way === 'signed-url') return { path: signedUrl(path, parameters), headers: {} };
  return { path, headers: { cookie: parameters.map(([name, value]) => `CloudFront-${name}=${value}`).join('; ') } };
}

/** One on disk that the store knows, too. */
function knownKey(root: string, store: KeyValueStore) {
  const { keys } = storeState(store.get('state'), 'state');
  const key = localKeys(root).find(({ kid, secret }) => keys[kid] === secret);
  if (key !== undefined) return key;
  throw new EdgeError('ERR_KEY_INVALID', '.edgekeeper/local/keys: expected a key that the store knows, got none');
}
