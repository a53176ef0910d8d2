/** The key value store as the edge reads it: secrets and revocations. */
import { keyPrint } from '../../emulator/key-prints.ts';
import type { KeyValueStore } from '../../emulator/key-value-store.ts';
import { parseJson } from '../../emulator/parse-json.ts';
import { MASK } from '../../emulator/secrets.ts';
import type { SecretKeys } from '../../shared/access/hs256.ts';
import { readState } from '../../shared/state.ts';
import { localKeys } from '../local-keys.ts';
import type { OperatedStore } from '../store/operated-store.ts';

export interface ReadableStore {
  /** As messages call it. */
  readonly name: string;
  /** The keys in `state`; undefined when the edge could not read it. A secret that only the store knows is empty. */
  readonly keys: SecretKeys | undefined;
  /** Ids of the keys whose secrets only the store knows. */
  readonly unreadable: readonly string[];
  entry(key: string): Promise<string | undefined>;
}

/** A running edge does not tell its secrets: those that are on this machine too are read here, if they are the same. */
export async function readableStore(root: string, store: OperatedStore): Promise<ReadableStore> {
  const keys = readState(parseJson((await store.get('state')) ?? ''))?.keys;
  const masked = Object.entries(keys ?? {}).flatMap(([kid, secret]) => (secret === MASK ? [kid] : []));
  const prints = masked.length === 0 ? [] : await store.keys();
  const known = masked.length === 0 ? [] : localKeys(root);
  const found = masked.map((kid) => {
    const print = prints.find((key) => key.kid === kid)?.print;
    const secret = known.find((key) => key.kid === kid && keyPrint(kid, key.secret).print === print)?.secret;
    return [kid, secret ?? ''] as const;
  });
  return {
    name: store.name,
    keys: keys && { ...keys, ...Object.fromEntries(found) },
    unreadable: found.flatMap(([kid, secret]) => (secret === '' ? [kid] : [])),
    entry: (key) => store.get(key),
  };
}

/** A store that tells its secrets. */
export function openStore(name: string, store: KeyValueStore): ReadableStore {
  return {
    name,
    keys: readState(parseJson(store.get('state') ?? ''))?.keys,
    unreadable: [],
    entry: async (key) => store.get(key),
  };
}
