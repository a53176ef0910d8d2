import { EdgeError } from '../config/errors.ts';
import { type Changes, MAX_UPDATED_KEYS } from '../shared/store-changes.ts';

/** A store whose version changes with each write: AWS's ETag. */
export interface VersionedStore {
  version(): Promise<string>;
  /** The version after writing; undefined, and nothing written, when `version` is not the store's any more. */
  write(changes: Changes, version: string): Promise<string | undefined>;
}

/** Of writers at once one always succeeds: this many others would have to come first. */
const MAX_ATTEMPTS = 100;

/**
 * Writes what `plan` returns after reading the store; plans again when somebody else has written in between, so
 * `plan` may run several times. Up to 50 keys are written together, all or none. Returns how many were written.
 *
 * @throws {EdgeError} ERR_STORE_UNREACHABLE when others keep writing.
 */
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
