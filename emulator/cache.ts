/** Where responses are kept, and how they are taken out again. */
import { LRUCache } from 'lru-cache';
import type { CacheTime } from './cache-time.ts';
import type { CacheBehavior, Origin } from './distribution.ts';
import type { EdgeLocation } from './edge-location.ts';
import type { EdgeAnswer, EdgeRequest } from './exchange.ts';
import type { HeaderLines } from './headers.ts';
import { type Removals, removals } from './removals.ts';

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
  /** Where the request arrived. */
  readonly location: EdgeLocation;
  /** The origin that is asked first. */
  origin(): Origin;
  /** The answer of the distribution's origins. `isBackground`: no viewer waits for it. */
  fetch(request: EdgeRequest, isBackground: boolean): Promise<EdgeAnswer>;
  /** The error caching minimum TTL of a status. */
  errorTtlSeconds(status: number): number;
}

/** A request that looks in one of several caches on the way to the origins. */
export interface LayerLookup extends Pick<Lookup, 'request' | 'behavior' | 'fetch' | 'errorTtlSeconds'> {
  /** No viewer waits for the answer, so that none that is out of date is given. */
  readonly isBackground?: boolean;
}

/** Answers what it can without those behind it. */
export interface CacheLayer {
  answer(lookup: LayerLookup): Promise<EdgeAnswer>;
}

/** Answers what it can without the origins. */
export interface EdgeCache {
  answer(lookup: Lookup): Promise<EdgeAnswer>;
  /** The cache in front of an origin that has Origin Shield; null: there is none. */
  originShield(origin: Origin): CacheLayer | null;
  /** How many objects the edge location with this name has of its own. */
  objectsAt(name: string): number;
  /** Removes what the path patterns cover; the number of paths removed. */
  invalidate(patterns: readonly string[]): number;
  /** Removes what is meant, by its path without the query string. */
  removeWhere(isMeant: (uri: string) => boolean): void;
  clear(): void;
  /** What is stored, the latest used first. */
  list(): readonly CachedObject[];
  /** Removes what is stored under a key, in all caches; whether there was anything. */
  delete(key: string): boolean;
}

/** What is stored under a key, without its body's bytes being looked at. */
export interface CachedObject extends StoredResponse {
  /** Where: `edge location FRA`. */
  readonly cache: string;
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
  /** The number of keys. */
  count(): number;
  entries(): [key: string, responses: readonly T[]][];
  /** The number of keys removed. */
  deleteWhere(isMeant: (key: string) => boolean): number;
  clear(): void;
}

/** One of several stores. */
export interface NamedStore<T extends StoredResponse> extends Pick<ResponseStore<T>, 'get' | 'set'> {
  /** What was removed from all of them. */
  readonly removals: Pick<Removals, 'count' | 'hasSince'>;
}

/** Several stores that share one bound. */
export interface ResponseStores<T extends StoredResponse> {
  /** The store with this name, which has no line break. */
  named(name: string): NamedStore<T>;
  /** How many keys it has. */
  count(name: string): number;
  /** Of all of them, the latest used first. */
  entries(): { readonly name: string; readonly key: string; readonly responses: readonly T[] }[];
  /** Removes keys from all of them; the number of different ones. */
  deleteWhere(isMeant: (key: string) => boolean): number;
  clear(): void;
}

/** Bytes of all bodies and headers together; the least recently used go first. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Bytes that an object may have to be stored; a larger one is passed through each time. */
export const MAX_OBJECT_BYTES = 32 * 1024 * 1024;

export function responseStores<T extends StoredResponse>(): ResponseStores<T> {
  const stored = boundedStore<T>();
  const removed = removals();
  const nameIn = (inStore: string): string => inStore.slice(0, inStore.indexOf('\n'));
  const keyIn = (inStore: string): string => inStore.slice(inStore.indexOf('\n') + 1);
  return {
    named: (name) => ({
      get: (key) => stored.get(`${name}\n${key}`) ?? [],
      set: (key, responses) => stored.set(`${name}\n${key}`, responses),
      removals: removed,
    }),
    count: (name) => [...stored.keys()].filter((key) => key.startsWith(`${name}\n`)).length,
    entries: () => [...stored.entries()].map(([key, responses]) => ({ name: nameIn(key), key: keyIn(key), responses })),
    deleteWhere(isMeant) {
      removed.add(isMeant);
      const meant = [...stored.keys()].filter((key) => isMeant(keyIn(key)));
      for (const key of meant) stored.delete(key);
      return new Set(meant.map(keyIn)).size;
    },
    clear() {
      removed.add(() => true);
      stored.clear();
    },
  };
}

export function responseStore<T extends StoredResponse>(): ResponseStore<T> {
  const stored = boundedStore<T>();
  return {
    get: (key) => stored.get(key) ?? [],
    set: (key, responses) => stored.set(key, responses),
    delete: (key) => stored.delete(key),
    count: () => stored.size,
    entries: () => [...stored.entries()],
    deleteWhere: (isMeant) => [...stored.keys()].filter(isMeant).filter((key) => stored.delete(key)).length,
    clear: () => stored.clear(),
  };
}

function boundedStore<T extends StoredResponse>(): LRUCache<string, readonly T[]> {
  return new LRUCache<string, readonly T[]>({ maxSize: MAX_BYTES, sizeCalculation: bytesOf });
}

function bytesOf(responses: readonly StoredResponse[], key: string): number {
  const bytes = responses.map(
    ({ body, headers }) => body.length + headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0),
  );
  return bytes.reduce((sum, some) => sum + some, key.length + 1024);
}
