/** Where responses are kept, and how they are taken out again. */
import { LRUCache } from 'lru-cache';
import type { CacheTime } from './cache-time.ts';
import type { CacheBehavior } from './distribution.ts';
import type { EdgeAnswer, EdgeRequest } from './exchange.ts';
import type { HeaderLines } from './headers.ts';

/** A response as it was stored. Times are epoch milliseconds. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Buffer;
  /** When it was stored, or last confirmed by the origin. */
  readonly storedAt: number;
}

/** A request that looks for a stored response. */
export interface Lookup {
  readonly request: EdgeRequest;
  readonly behavior: CacheBehavior;
  /** The answer of the distribution's origins. `isBackground`: no viewer waits for it. */
  fetch(request: EdgeRequest, isBackground: boolean): Promise<EdgeAnswer>;
  /** The error caching minimum TTL of a status. */
  errorTtlSeconds(status: number): number;
}

/** Answers what it can without the origins. */
export interface EdgeCache {
  answer(lookup: Lookup): Promise<EdgeAnswer>;
  /** Removes what the path patterns cover; the number of paths removed. */
  invalidate(patterns: readonly string[]): number;
  clear(): void;
  /** What is stored, the latest used first. */
  list(): readonly CachedObject[];
  /** Removes what is stored under a key; whether there was anything. */
  delete(key: string): boolean;
}

/** What is stored under a key, without its body's bytes being looked at. */
export interface CachedObject extends StoredResponse {
  readonly key: string;
  /** The first moment at which it is no longer served unasked, in epoch milliseconds. */
  readonly expiresAt: number;
  readonly ttl: CacheTime;
  /** Which bytes of the object it holds; null: all of them. */
  readonly part: { readonly start: number; readonly size: number } | null;
}

/** Responses by key. Which of those under one key fits a request is the cache's affair. */
export interface ResponseStore<T extends StoredResponse> {
  get(key: string): readonly T[];
  set(key: string, responses: readonly T[]): void;
  /** Whether there was one. */
  delete(key: string): boolean;
  entries(): [key: string, responses: readonly T[]][];
  /** The number of keys removed. */
  deleteWhere(isMeant: (key: string) => boolean): number;
  clear(): void;
}

/** Bytes of all bodies and headers together; the least recently used go first. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Bytes that an object may have to be stored; a larger one is passed through each time. */
export const MAX_OBJECT_BYTES = 32 * 1024 * 1024;

export function responseStore<T extends StoredResponse>(maxBytes: number = MAX_BYTES): ResponseStore<T> {
  const stored = new LRUCache<string, readonly T[]>({ maxSize: maxBytes, sizeCalculation: bytesOf });
  return {
    get: (key) => stored.get(key) ?? [],
    set: (key, responses) => stored.set(key, responses),
    delete: (key) => stored.delete(key),
    entries: () => [...stored.entries()],
    deleteWhere: (isMeant) => [...stored.keys()].filter(isMeant).filter((key) => stored.delete(key)).length,
    clear: () => stored.clear(),
  };
}

function bytesOf(responses: readonly StoredResponse[], key: string): number {
  const bytes = responses.map(
    ({ body, headers }) => body.length + headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0),
  );
  return bytes.reduce((sum, some) => sum + some, key.length + 1024);
}
