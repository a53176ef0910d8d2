import type { Readable } from 'node:stream';
import { MAX_OBJECT_BYTES } from './cache.ts';
import type { Body, EdgeResponse } from './exchange.ts';
import { type HeaderLines, headerOf } from './headers.ts';

const passing = new WeakMap<Readable, Promise<Buffer | null>>();

/**
 * The whole body, once it has passed by on its way to the viewer: with a `content-length`, before the last of it
 * has gone on, so that whoever has it all finds it stored. Null when it breaks off, is shorter than its
 * length, or larger than what is stored: the last is known at once where a length is given. One body that passes
 * several caches is read once for all of them.
 */
export function passingBody({ headers, body }: EdgeResponse): Promise<Buffer | null> {
  if (body === null || Buffer.isBuffer(body)) return Promise.resolve(body ?? Buffer.alloc(0));
  const whole = passing.get(body) ?? collected(body, headers);
  passing.set(body, whole);
  return whole;
}

function collected(body: Readable, headers: HeaderLines): Promise<Buffer | null> {
  const given = headerOf(headers, 'content-length');
  const length = given === undefined ? null : Number(given);
  if (length !== null && length > MAX_OBJECT_BYTES) return Promise.resolve(null);
  // One without content may have ended before anybody reads it.
  if (length === 0 || body.readableEnded) return Promise.resolve(length ? null : Buffer.alloc(0));
  if (body.destroyed) return Promise.resolve(null);

  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OBJECT_BYTES) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve(null);
      }
      if (bytes === length) resolve(Buffer.concat(chunks));
    });
    body.once('end', () => resolve(length === null || length === bytes ? Buffer.concat(chunks) : null));
    body.once('error', () => resolve(null));
    body.once('close', () => resolve(null));
    body.pause();
  });
}

/** Reads a body to its end, or to where it breaks off, for those who keep it as it passes by. */
export function drain(body: Body): void {
  if (body === null || Buffer.isBuffer(body)) return;
  body.once('error', () => {});
  body.resume();
}

/** Lets go of a body that nobody will read. */
export function discard(body: Body): void {
  if (body === null || Buffer.isBuffer(body)) return;
  body.once('error', () => {});
  body.destroy();
}
