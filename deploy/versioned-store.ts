import { EdgeError } from '../config/errors.ts';
import { type Changes, MAX_UPDATED_KEYS } from '../shared/store-changes.ts';

/** A store whose version changes with each write: AWS's ETag. */
export interface VersionedStore {
  version(): Promise<string>;
  /**
   * The version after writing; undefined, and nothing written, when `version` is not the store's any more. `SETTLED`:
   * written, but its answer was lost, so that others may have written since.
   */
  write(changes: Changes, version: string): Promise<string | undefined>;
}

export const SETTLED = '';

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
    let done = 0;
    while (done < changes.length && version !== undefined && version !== SETTLED) {
      const together = changes.slice(done, done + MAX_UPDATED_KEYS);
      version = await store.write(Object.fromEntries(together), version);
      if (version !== undefined) done += together.length;
    }
    written += done;
    if (done === changes.length) return written;
  }
  throw new EdgeError('ERR_STORE_UNREACHABLE', 'store: expected a moment without other writers, got none (try again)');
}
