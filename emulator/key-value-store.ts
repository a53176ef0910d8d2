/** The key value store of the functions: in memory, and in a file when it has one. */
import { readFileSync } from 'node:fs';
import { unexpected } from '../config/errors.ts';
import { checkQuotas } from '../config/store-quotas.ts';
import type { Changes } from '../shared/store-changes.ts';
import { parseJson } from './parse-json.ts';
import { writePrivateFile } from './private-file.ts';

export interface KeyValueStore extends VisibleEntries {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** Whether the key was there. */
  delete(key: string): boolean;
  /** All of the changes or, when it throws, none. */
  write(changes: Changes): void;
  /** How often the store has changed since it was opened. */
  version(): number;
}

/** What functions see of a store. */
export interface VisibleEntries {
  entries(): [key: string, value: string][];
  /** Calls back after each change. Returns the way to stop that. */
  onChange(callback: () => void): () => void;
}

/**
 * @param save is handed all entries before each change takes effect; when it throws, none does
 * @throws {EdgeError} ERR_OPTION_INVALID, from `set` and `write`, for a key or value over its quota.
 */
export function memoryStore(
  initial: Readonly<Record<string, string>> = {},
  save: (entries: Record<string, string>) => void = () => {},
): KeyValueStore {
  let values = new Map(Object.entries(initial));
  let version = 0;
  const callbacks = new Set<() => void>();
  const write = (changes: Changes): void => {
    const next = changed(values, changes);
    save(Object.fromEntries(next));
    values = next;
    version++;
    for (const callback of callbacks) callback();
  };
  return {
    get: (key) => values.get(key),
    set: (key, value) => write({ [key]: value }),
    delete(key) {
      const existed = values.has(key);
      if (existed) write({ [key]: null });
      return existed;
    },
    write,
    version: () => version,
    entries: () => [...values],
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

function changed(values: ReadonlyMap<string, string>, changes: Changes): Map<string, string> {
  checkQuotas(changes);
  const next = new Map(values);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/**
 * A store kept in a JSON file, one property a key; empty while there is no file. The file is read
 * here, and replaced as a whole at each change.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a file that is not an object of strings.
 */
export function fileStore(file: string): KeyValueStore {
  return memoryStore(readEntries(file), (entries) => writePrivateFile(file, `${JSON.stringify(entries, null, 2)}\n`));
}

function readEntries(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const entries = parseJson(text);
  const isObject = typeof entries === 'object' && entries !== null && !Array.isArray(entries);
  if (isObject && Object.values(entries).every((value) => typeof value === 'string')) {
    return entries as Record<string, string>;
  }
  throw unexpected(
    'ERR_OPTION_INVALID',
    file,
    'a JSON object of strings (delete the file to begin anew)',
    typeof entries,
  );
}
