/** The key value store as an operator's command sees it, wherever it is. */
import { EdgeError } from '../../config/errors.ts';
import type { KeyPrint } from '../../emulator/key-prints.ts';
import type { Changes } from '../../emulator/key-value-store.ts';
import { MAX_UPDATED_KEYS } from '../../emulator/store-update.ts';

export interface OperatedStore {
  /** As messages call it. */
  readonly name: string;
  /** Undefined for a key that is not there. Secrets in `state` may be masked: see `change`. */
  get(key: string): Promise<string | undefined>;
  entries(prefix: string): Promise<[key: string, value: string][]>;
  /** The signing keys in `state`, without their secrets. */
  keys(): Promise<KeyPrint[]>;
  /**
   * Writes what `plan` returns after reading the store; plans again when somebody else has written
   * in between, so `plan` may run several times. Up to 50 keys are written together, all or none.
   * A masked secret stands for the one that is there. Returns how many keys were written.
   *
   * @throws {EdgeError} ERR_OPTION_INVALID for a value over its quota, or a `state` that the edge could not use.
   */
  change(plan: () => Promise<Changes>): Promise<number>;
}

/** A store whose version changes with each write: AWS's ETag. */
export interface VersionedStore {
  version(): Promise<string>;
  /** The version after writing; undefined, and nothing written, when `version` is not the store's any more. */
  write(changes: Changes, version: string): Promise<string | undefined>;
}

/** Of writers at once one always succeeds: this many others would have to come first. */
const MAX_ATTEMPTS = 100;

/** `OperatedStore.change` over a versioned store. */
export async function changeVersioned(store: VersionedStore, plan: () => Promise<Changes>): Promise<number> {
  let written = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    let version: string | undefined = await store.version();
    const changes = Object.entries(await plan());
    for (let i = 0; i < changes.length && version !== undefined; i += MAX_UPDATED_KEYS) {
      const together = changes.slice(i, i + MAX_UPDATED_KEYS);
      version = await store.write(Object.fromEntries(together), version);
      if (version !== undefined) written += together.length;
    }
    if (version !== undefined) return written;
  }
  throw new EdgeError('ERR_STORE_UNREACHABLE', 'store: expected a moment without other writers, got none (try again)');
}
