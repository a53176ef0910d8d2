/** Files that are watched for changes, by the folders that they are in: an editor may put another file in the place of one. */
import { type BigIntStats, type Dirent, type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';

export interface WatchedPaths {
  readonly files: readonly string[];
  /** With all sources and JSON that are in them, but for what is hidden, and `node_modules`. */
  readonly folders: readonly string[];
}

export interface WatchedFiles {
  /** Watches these in the place of those before. What changed in between counts as changed. */
  watch(paths: WatchedPaths): void;
  /** The files that are not as they were when this was asked the last time, or when they were first watched. */
  changed(): string[];
  close(): void;
}

const SOURCE = /\.(?:[cm]?[jt]s|json)$/;

/** Calls back at once when a file may have changed, was added or is gone; often several times for one change. */
export function watchedFiles(onChange: () => void): WatchedFiles {
  const watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string | null }>();
  let paths: WatchedPaths = { files: [], folders: [] };
  let known = new Map<string, string>();

  /** Folders come and go while they are watched: where one is not there, the one that it would be in is watched. */
  function watchFolders(): void {
    const wanted = [...paths.files.map((file) => dirname(file)), ...paths.folders.flatMap(foldersIn)];
    const folders = new Set(wanted.map(nearestFolder));
    for (const [folder, { identity }] of watchers) {
      if (!folders.has(folder) || identityOf(folder) !== identity) forget(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, notice).on('error', () => forget(folder));
        watchers.set(folder, { watcher, identity: identityOf(folder) });
      } catch {
        // It went just now, or may not be read: it is watched once it can be, when something else changes.
      }
    }
  }

  function notice(): void {
    watchFolders();
    if (differences(known, statesOf(paths)).length > 0) onChange();
  }

  function forget(folder: string): void {
    watchers.get(folder)?.watcher.close();
    watchers.delete(folder);
  }

  return {
    watch(next) {
      known = new Map([...known].filter(([file]) => isAmong(file, next)));
      for (const [file, state] of statesOf(next)) {
        // What is watched for the first time is as it is now.
        if (!isAmong(file, paths)) known.set(file, state);
      }
      paths = next;
      notice();
    },
    changed() {
      const now = statesOf(paths);
      const changed = differences(known, now);
      known = now;
      return changed;
    },
    close() {
      for (const folder of [...watchers.keys()]) forget(folder);
    },
  };
}

function isAmong(file: string, { files, folders }: WatchedPaths): boolean {
  return files.includes(file) || folders.some((folder) => file.startsWith(`${folder}${sep}`));
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].filter((file) => before.get(file) !== after.get(file)).sort();
}

/** When each was written, how long it is, and whether it is still the same one. */
function statesOf({ files, folders }: WatchedPaths): Map<string, string> {
  const all = [...files, ...folders.flatMap(foldersIn).flatMap(filesIn)];
  return new Map(
    all.flatMap((file): [string, string][] => {
      const state = stateOf(file);
      return state === null ? [] : [[file, state]];
    }),
  );
}

function stateOf(file: string): string | null {
  const found = statsOf(file);
  return found === null ? null : `${found.mtimeNs} ${found.size} ${found.ino}`;
}

/** Tells a folder from another that has taken its place. */
function identityOf(folder: string): string | null {
  const found = statsOf(folder);
  return found === null ? null : `${found.ino} ${found.birthtimeNs}`;
}

function nearestFolder(folder: string): string {
  const above = dirname(folder);
  return above === folder || statsOf(folder)?.isDirectory() ? folder : nearestFolder(above);
}

/** Null for what is not there, or cannot be reached: behind a file, in a ring of links. */
function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}

function foldersIn(folder: string): string[] {
  const inside = entriesIn(folder).filter((entry) => entry.isDirectory() && !isIgnored(entry));
  return [folder, ...inside.flatMap(({ name }) => foldersIn(join(folder, name)))];
}

function filesIn(folder: string): string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isFile() && !isIgnored(entry) && SOURCE.test(entry.name))
    .map(({ name }) => join(folder, name));
}

function isIgnored({ name }: Dirent): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
