/** The key value store of the functions: in memory, and in a file when it has one. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unexpected } from '../config/errors.ts';

export interface KeyValueStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** Whether the key was there. */
  delete(key: string): boolean;
  entries(): [key: string, value: string][];
  /** Calls back after each change. Returns the way to stop that. */
  onChange(callback: () => void): () => void;
}

/**
 * Quotas of a store, in bytes of UTF-8.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 1024;

/**
 * @param save is handed all entries after each change
 * @throws {EdgeError} ERR_OPTION_INVALID, from `set`, for a key or value over its quota.
 */
export function memoryStore(
  initial: Readonly<Record<string, string>> = {},
  save: (entries: Record<string, string>) => void = () => {},
): KeyValueStore {
  const values = new Map(Object.entries(initial));
  const callbacks = new Set<() => void>();
  const changed = (): void => {
    save(Object.fromEntries(values));
    for (const callback of callbacks) callback();
  };
  return {
    get: (key) => values.get(key),
    set(key, value) {
      checkQuota('key', key, MAX_KEY_BYTES);
      checkQuota(`value of ${key}`, value, MAX_VALUE_BYTES);
      values.set(key, value);
      changed();
    },
    delete(key) {
      const existed = values.delete(key);
      if (existed) changed();
      return existed;
    },
    entries: () => [...values],
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

function checkQuota(what: string, text: string, quota: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > quota) throw unexpected('ERR_OPTION_INVALID', what, `at most ${quota} bytes`, bytes);
}

/**
 * A store kept in a JSON file, one property a key. The file is readable by its owner alone, since it
 * holds secrets, and is replaced as a whole.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a file that is not an object of strings.
 */
export function fileStore(file: string, initial: () => Readonly<Record<string, string>>): KeyValueStore {
  const save = (entries: Record<string, string>): void => {
    mkdirSync(dirname(file), { recursive: true });
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, `${JSON.stringify(entries, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(`${file}.new`, file);
  };
  let entries = readEntries(file);
  if (entries === null) {
    entries = { ...initial() };
    save(entries);
  }
  return memoryStore(entries, save);
}

function readEntries(file: string): Record<string, string> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
