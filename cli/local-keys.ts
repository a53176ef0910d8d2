/** The keys and the key value store of the edge on this machine, under `.edgekeeper/local`. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError, unexpected } from '../config/errors.ts';
import { fileStore, type KeyValueStore } from '../emulator/key-value-store.ts';
import { MIN_KEY_BYTES } from '../shared/access/hs256.ts';
import type { SigningKey } from '../signing/hs256.ts';
import { storeState } from './store/store-state.ts';

export function localFolder(root: string): string {
  return join(root, '.edgekeeper', 'local');
}

export function localStoreFile(root: string): string {
  return join(localFolder(root), 'kvs.json');
}

/**
 * The store of the local edge, and the keys on disk that its `state` knows. A store without `state`
 * gets the keys on disk, and a new one where there is none. From then on `state` alone decides, so
 * that a key which was retired stays so.
 */
export function openLocalStore(root: string): { store: KeyValueStore; keys: SigningKey[] } {
  const file = localStoreFile(root);
  const store = fileStore(file);
  if (store.get('state') === undefined) {
    const secrets = Object.fromEntries(ensureLocalKeys(root).map(({ kid, secret }) => [kid, secret]));
    store.set('state', JSON.stringify({ drained: {}, keys: secrets }));
  }
  const { keys } = storeState(store.get('state'), file);
  return { store, keys: localKeys(root).filter(({ kid, secret }) => keys[kid] === secret) };
}

function ensureLocalKeys(root: string): SigningKey[] {
  const keys = localKeys(root);
  if (keys.length > 0) return keys;
  const key = { kid: 'local', secret: newSecret() };
  addLocalKey(root, key);
  return [key];
}

export function newSecret(): string {
  return randomBytes(MIN_KEY_BYTES).toString('base64url');
}

export function isSecret(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, 'base64url').length >= MIN_KEY_BYTES;
}

/**
 * The key to sign with: the only one, or the one named.
 *
 * @throws {EdgeError} ERR_KEY_INVALID when there is none, or several and none is named.
 */
export function signingKey(root: string, kid: string | undefined): SigningKey {
  const keys = localKeys(root);
  if (keys.length === 0) {
    throw new EdgeError(
      'ERR_KEY_INVALID',
      '.edgekeeper/local/keys: expected a key; "npm start" or "edgekeeper keys add" makes one',
    );
  }
  const found = kid === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key.kid === kid);
  if (found !== undefined) return found;
  throw unexpected('ERR_KEY_INVALID', '--kid', `one of ${keys.map((key) => key.kid).join(', ')}`, kid);
}

/**
 * The keys of `.edgekeeper/local/keys`, each a file named by its id.
 *
 * @throws {EdgeError} ERR_KEY_INVALID for a file that is no key.
 */
export function localKeys(root: string): SigningKey[] {
  const folder = keysFolder(root);
  return filesIn(folder).map((kid) => {
    const secret = readFileSync(join(folder, kid), 'utf8').trim();
    if (!isSecret(secret)) {
      throw new EdgeError('ERR_KEY_INVALID', `key ${kid}: expected base64url of at least ${MIN_KEY_BYTES} bytes`);
    }
    return { kid, secret };
  });
}

/** Writes the key's file, which its owner alone may read. One that is there already is not replaced: it throws. */
export function addLocalKey(root: string, { kid, secret }: SigningKey): void {
  mkdirSync(keysFolder(root), { recursive: true, mode: 0o700 });
  writeFileSync(join(keysFolder(root), kid), `${secret}\n`, { mode: 0o600, flag: 'wx' });
}

export function removeLocalKey(root: string, kid: string): void {
  rmSync(join(keysFolder(root), kid), { force: true });
}

function keysFolder(root: string): string {
  return join(localFolder(root), 'keys');
}

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
