import { relative } from 'node:path';
import { changeVersioned } from '../../deploy/versioned-store.ts';
import { keyPrints } from '../../emulator/key-prints.ts';
import { fileStore } from '../../emulator/key-value-store.ts';
import { checkState } from '../../emulator/usable-state.ts';
import type { OperatedStore } from './operated-store.ts';

/**
 * The store file of the local edge, for when no edge runs: one that does has the entries in memory,
 * hears of no change here and writes over it. Readers find the file as it was or as it is, never a
 * part of it. Of two commands at once the later plans again after what the earlier wrote, but for
 * the instant between its last look and its write, in which the earlier change is lost.
 */
export function storeInFile(file: string): OperatedStore {
  const open = () => fileStore(file);
  const versionOf = (store: ReturnType<typeof open>) => JSON.stringify(store.entries());
  return {
    name: relative(process.cwd(), file),
    get: async (key) => open().get(key),
    entries: async (prefix) =>
      open()
        .entries()
        .filter(([key]) => key.startsWith(prefix)),
    keys: async () => keyPrints(open().get('state') ?? ''),
    change: (plan) =>
      changeVersioned(
        {
          version: async () => versionOf(open()),
          async write(changes, version) {
            const store = open();
            if (versionOf(store) !== version) return undefined;
            if (typeof changes.state === 'string') checkState(changes.state);
            store.write(changes);
            return versionOf(store);
          },
        },
        plan,
      ),
  };
}
