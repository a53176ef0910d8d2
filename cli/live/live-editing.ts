/** Lets a running edge serve what is saved, from the next request on. */
import type { Edge, EdgeChanges } from '../../emulator/edge.ts';
import { type WatchedPaths, watchedFiles } from './watched-files.ts';

/** What is served while it is edited. */
export interface EditedSource {
  /** What it is made of now. */
  sources(): WatchedPaths;
  /**
   * What the edge is to serve.
   *
   * @param changed files that are not as they were in what is served
   */
  changes(changed: readonly string[]): Promise<EdgeChanges>;
}

export interface Update {
  readonly changed: readonly string[];
  /** Null: the edge serves the change. */
  readonly error: unknown;
  /** From when the first change was noticed. */
  readonly milliseconds: number;
}

export interface LiveEditing {
  close(): void;
}

/** How long no file changes before they are read: an editor writes one in several steps. */
const QUIET_MS = 15;

/** How long to wait for that at most. */
const MAX_UNQUIET_MS = 500;

/**
 * From the moment at which a change is noticed, requests wait for the update. What an update could not do the next
 * one does again.
 *
 * @param onUpdate told of each update when it is over
 */
export function liveEditing(
  edge: Pick<Edge, 'update'>,
  source: EditedSource,
  onUpdate: (update: Update) => void,
): LiveEditing {
  const unserved = new Set<string>();
  let lastChange = 0;
  let isAnnounced = false;
  let isClosed = false;
  const files = watchedFiles(() => {
    lastChange = performance.now();
    if (!isAnnounced) void update();
  });

  async function update(): Promise<void> {
    isAnnounced = true;
    const noticed = lastChange;
    let changed: string[] = [];
    let error: unknown = null;
    try {
      await edge.update(async () => {
        await quiet(() => lastChange);
        isAnnounced = false;
        for (const file of files.changed()) unserved.add(file);
        changed = [...unserved].sort();
        return source.changes(changed);
      });
      for (const file of changed) unserved.delete(file);
    } catch (thrown) {
      error = thrown;
    }
    if (isClosed) return;
    files.watch(source.sources());
    onUpdate({ changed, error, milliseconds: performance.now() - noticed });
  }

  files.watch(source.sources());
  return {
    close() {
      isClosed = true;
      files.close();
    },
  };
}

async function quiet(lastChange: () => number): Promise<void> {
  const began = performance.now();
  for (;;) {
    const now = performance.now();
    const left = Math.min(lastChange() + QUIET_MS, began + MAX_UNQUIET_MS) - now;
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}
