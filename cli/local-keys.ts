/** The keys and the key value store of the edge on this machine, under `.edgekeeper/local`. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError, unexpected } from '../config/errors.ts';
import { fileStore, type KeyValueStore } from '../emulator/key-value-store.ts';
import { MIN_KEY_BYTES } from '../shared/access/hs256.ts';
import type { SigningKey } from '../signing/hs256.ts';

export function localFolder(root: string): string {
  return join(root, '.edgekeeper', 'local');
}

/** The keys of `.edgekeeper/local/keys`, each a file named by its id; one is made where there is none. */
export function ensureLocalKeys(root: string): SigningKey[] {
  const keys = localKeys(root);
  if (keys.length > 0) return keys;
  const folder = join(localFolder(root), 'keys');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = { kid: 'local', secret: randomBytes(MIN_KEY_BYTES).toString('base64url') };
  writeFileSync(join(folder, key.kid), `${key.secret}\n`, { mode: 0o600 });
  return [key];
}

/** The store of the local edge. Its `state` knows every local key. */
export function openLocalStore(root: string, keys: readonly SigningKey[]): KeyValueStore {
  const file = join(localFolder(root), 'kvs.json');
  const store = fileStore(file);
  const state = stateOf(store.get('state') ?? '{}', file);
  const secrets = { ...state.keys, ...Object.fromEntries(keys.map(({ kid, secret }) => [kid, secret])) };
  const next = JSON.stringify({ drained: {}, ...state, keys: secrets });
  if (next !== store.get('state')) store.set('state', next);
  return store;
}

function stateOf(text: string, file: string): { keys?: Record<string, unknown> } {
  const state = parseJson(text);
  if (typeof state === 'object' && state !== null && !Array.isArray(state)) return state;
  const message = `${file}: expected a JSON object under "state" (delete the file to begin anew)`;
  throw new EdgeError('ERR_OPTION_INVALID', message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The key to sign with: the only one, or the one named.
 *
 * @throws {EdgeError} ERR_KEY_INVALID when there is none, or several and none is named.
 */
export function signingKey(root: string, kid: string | undefined): SigningKey {
  const keys = localKeys(root);
  if (keys.length === 0) {
    throw new EdgeError('ERR_KEY_INVALID', '.edgekeeper/local/keys: expected a key; "npm start" makes one');
  }
  const found = kid === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key.kid === kid);
  if (found !== undefined) return found;
  throw unexpected('ERR_KEY_INVALID', '--kid', `one of ${keys.map((key) => key.kid).join(', ')}`, kid);
}

function localKeys(root: string): SigningKey[] {
  const folder = join(localFolder(root), 'keys');
  return filesIn(folder).map((kid) => {
    const secret = readFileSync(join(folder, kid), 'utf8').trim();
    const isSecret = /^[A-Za-z0-9_-]+$/.test(secret) && Buffer.from(secret, 'base64url').length >= MIN_KEY_BYTES;
    if (!isSecret) {
      throw new EdgeError('ERR_KEY_INVALID', `key ${kid}: expected base64url of at least ${MIN_KEY_BYTES} bytes`);
    }
    return { kid, secret };
  });
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
