import { LRUCache } from 'lru-cache';
import type { HeaderLines } from './headers.ts';

/** A response as it was stored. Times are epoch milliseconds. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Buffer;
  readonly storedAt: number;
  /** The first moment at which it is no longer served. */
  readonly expiresAt: number;
}

export interface Cache {
  get(key: string, now: number): StoredResponse | null;
  set(key: string, response: StoredResponse): void;
  clear(): void;
}

/** Bytes of all bodies together; the least recently used go first. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Bytes that an object may have to be stored; a larger one is passed through each time. */
export const MAX_OBJECT_BYTES = 32 * 1024 * 1024;

export function memoryCache(): Cache {
  const stored = new LRUCache<string, StoredResponse>({
    maxSize: MAX_BYTES,
    sizeCalculation: (response) => response.body.length + 1024,
  });
  return {
    get(key, now) {
      const response = stored.get(key);
      return response !== undefined && now < response.expiresAt ? response : null;
    },
    set: (key, response) => stored.set(key, response),
    clear: () => stored.clear(),
  };
}
