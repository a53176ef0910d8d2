import type { Clock } from './clock.ts';
import type { KeyValueStore, VisibleEntries } from './key-value-store.ts';

/**
 * What functions see of the store: each change, `delayMs` after it was made; with 0 at once. On AWS
 * a change takes seconds to reach the edges, while the API tells the new value at once. Here a change
 * comes whole and in order, which AWS does not promise.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html
 */
export function delayedStore(
  store: KeyValueStore,
  delayMs: number,
  clock: Clock,
): VisibleEntries & { close(): Promise<void> } {
  if (delayMs === 0) return { entries: store.entries, onChange: store.onChange, close: async () => {} };
  let visible = store.entries();
  const callbacks = new Set<() => void>();
  const cancels = new Set<() => void>();
  const unsubscribe = store.onChange(() => {
    const entries = store.entries();
    const cancel = clock.after(delayMs, () => {
      cancels.delete(cancel);
      visible = entries;
      for (const callback of callbacks) callback();
    });
    cancels.add(cancel);
  });
  return {
    entries: () => visible,
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    async close() {
      unsubscribe();
      for (const cancel of cancels) cancel();
    },
  };
}
