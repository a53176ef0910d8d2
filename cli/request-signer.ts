/** Signs requests that are tried in the inspector, with the keys of this machine. */
import { EdgeError, unexpected } from '../config/errors.ts';
import type { KeyValueStore } from '../emulator/key-value-store.ts';
import type { RequestSigner, SignedRequest } from '../emulator/request-signer.ts';
import { sectionOf } from '../shared/access/section.ts';
import type { ProtectedSection } from '../shared/config.ts';
import { signHs256, type TokenClaims } from '../signing/hs256.ts';
import { localKeys } from './local-keys.ts';
import { storeState } from './store/store-state.ts';

/** @param sections of the settings as they are then */
export function requestSigner(
  root: string,
  store: KeyValueStore,
  sections: () => readonly ProtectedSection[],
): RequestSigner {
  const opened = (): readonly ProtectedSection[] =>
    sections().filter(({ runtime, algorithms }) => runtime === 'cloudfront-function' && algorithms.includes('HS256'));
  return {
    paths: () => opened().map(({ path }) => path),
    async sign(path, claims, now) {
      const section = sectionOf(opened(), path.split('?', 1)[0] ?? '');
      if (section === undefined) {
        const known = opened().map((other) => other.path);
        throw unexpected('ERR_OPTION_INVALID', 'path', `one of ${known.join(', ')} to sign for`, 'another');
      }
      const { issuer, audience } = section;
      const own = { ...(issuer !== null && { iss: issuer }), ...(audience !== null && { aud: audience }) };
      return carried(await signHs256({ ...own, ...claims } as TokenClaims, knownKey(root, store), now), path, section);
    },
  };
}

/** In the first place of those that the section looks at, the path last: it is another behavior. */
function carried(token: string, path: string, { carriers, name }: ProtectedSection): SignedRequest {
  if (carriers.includes('header')) return { path, headers: { authorization: `Bearer ${token}` } };
  if (carriers.includes('cookie')) return { path, headers: { cookie: `${name}=${token}` } };
  if (carriers.includes('query'))
    return { path: `${path}${path.includes('?') ? '&' : '?'}${name}=${token}`, headers: {} };
  return { path: `/~${token}${path}`, headers: {} };
}

/** One on disk that the store knows, too. */
function knownKey(root: string, store: KeyValueStore) {
  const { keys } = storeState(store.get('state'), 'state');
  const key = localKeys(root).find(({ kid, secret }) => keys[kid] === secret);
  if (key !== undefined) return key;
  throw new EdgeError('ERR_KEY_INVALID', '.edgekeeper/local/keys: expected a key that the store knows, got none');
}
