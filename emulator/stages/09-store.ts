import { type Cache, MAX_OBJECT_BYTES } from '../cache.ts';
import { cacheSeconds } from '../cache-time.ts';
import type { CacheBehavior } from '../distribution.ts';
import type { EdgeRequest, EdgeResponse } from '../exchange.ts';
import { type HeaderLines, headerOf } from '../headers.ts';

/**
 * Keeps a response under its key as the body passes by, when CloudFront would cache it. Only a whole
 * body is stored: one that breaks off, or is shorter than it said, is passed on and forgotten.
 */
export function store(
  cache: Cache,
  key: string,
  behavior: CacheBehavior,
  request: EdgeRequest,
  response: EdgeResponse,
  now: number,
  errorTtlSeconds: number,
): void {
  const { status, headers, body } = response;
  const isWhole = request.method === 'GET' && status !== 206 && status !== 304;
  const seconds = isWhole ? cacheSeconds(status, headers, behavior.cachePolicy, now, errorTtlSeconds) : 0;
  if (seconds <= 0) return;

  const keep = (whole: Buffer): void => {
    cache.set(key, { status, headers, body: whole, storedAt: now, expiresAt: now + seconds * 1000 });
  };
  if (body === null || Buffer.isBuffer(body)) {
    keep(body ?? Buffer.alloc(0));
    return;
  }
  const length = expectedLength(headers);
  if (length !== null && length > MAX_OBJECT_BYTES) return;

  const chunks: Buffer[] = [];
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MAX_OBJECT_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  });
  body.on('end', () => {
    if (bytes <= MAX_OBJECT_BYTES && (length === null || length === bytes)) keep(Buffer.concat(chunks));
  });
  body.pause();
}

function expectedLength(headers: HeaderLines): number | null {
  const length = headerOf(headers, 'content-length');
  return length === undefined ? null : Number(length);
}
