/** What is stored of objects, and ways to be rid of it. */
import { createHmac, randomBytes } from 'node:crypto';
import type { CachedObject } from '../cache.ts';
import { parseInvalidation } from '../invalidation.ts';
import type { ExchangeMask } from '../masked-exchange.ts';
import { cacheKey, shownKey } from './cache-key.ts';
import { cacheTime } from './cache-time.ts';
import { failure, jsonOf, NO_CONTENT, ok, type Route } from './route.ts';
import { flag, integer, list, named, nullable, number, object, text } from './schema.ts';
import { maskOf } from './secrecy.ts';

const stored = named(
  'CachedObject',
  object({
    cache: text('Where: `edge location FRA`, `regional edge cache eu-central-1`, `origin shield ...`'),
    id: text('Of the key; objects that share it go together, in all caches'),
    key: cacheKey,
    status: integer('Of the answer'),
    bytes: integer('Of the body'),
    part: nullable(object({ start: integer('Its first byte'), size: integer('Bytes of the whole object') })),
    ageSeconds: number('Since it was stored, or last confirmed by its origin'),
    leftSeconds: number('Until it expires; negative: since it has'),
    isFresh: flag('Whether it is served unasked'),
    ttl: cacheTime,
  }),
);

export const CACHES: readonly Route[] = [
  {
    method: 'GET',
    path: '/cache',
    summary: 'What is stored, and under which keys',
    answers: { 200: { description: 'The latest used first', schema: list(stored) } },
    run({ cache, clock, ...controlled }) {
      const mask = maskOf(controlled);
      return ok(cache.list().map((object) => shownObject(object, clock.now(), mask)));
    },
  },
  {
    method: 'DELETE',
    path: '/cache',
    summary: 'Empties all caches',
    answers: { 204: { description: 'Nothing is stored any more' } },
    run({ cache, events }) {
      cache.clear();
      events.publish('cache', () => ({ action: 'emptied', removed: null }));
      return NO_CONTENT;
    },
  },
  {
    method: 'DELETE',
    path: '/cache/{id}',
    summary: 'Removes what is stored under one key',
    answers: { 204: { description: 'It is gone' }, 404: { description: 'Nothing is stored under it' } },
    run({ cache, events }, { part }) {
      const id = part('id');
      const found = cache.list().find(({ key }) => idOf(key) === id);
      if (found === undefined) return failure(404, `id: expected one that GET /cache tells, got ${JSON.stringify(id)}`);
      cache.delete(found.key);
      events.publish('cache', () => ({ action: 'deleted', removed: 1 }));
      return NO_CONTENT;
    },
  },
  {
    method: 'POST',
    path: '/invalidations',
    summary: "Removes objects by their paths, as CloudFront's invalidation, but done when it answers",
    body: { schema: object({ paths: list(text('A path; * at its end stands for any others')) }) },
    answers: { 200: { description: 'Done', schema: object({ removed: integer('How many objects are gone') }) } },
    run({ cache, events }, { body }) {
      const removed = cache.invalidate(parseInvalidation(jsonOf(body)));
      events.publish('cache', () => ({ action: 'invalidated', removed }));
      return ok({ removed });
    },
  },
];

/** A key may hold secrets: its id tells nothing of them, also not by trying. */
const SALT = randomBytes(32);

function idOf(key: string): string {
  return createHmac('sha256', SALT).update(key).digest('base64url').slice(0, 16);
}

export function shownObject(
  { cache, key, status, body, part, storedAt, expiresAt, ttl }: CachedObject,
  now: number,
  mask: ExchangeMask,
) {
  const shown = shownKey(key, mask);
  return {
    cache,
    id: idOf(key),
    key: { ...mask.scrubbed(shown), path: shown.path },
    status,
    bytes: body.length,
    part: part === null ? null : { start: part.start, size: part.size },
    ageSeconds: (now - storedAt) / 1000,
    leftSeconds: (expiresAt - now) / 1000,
    isFresh: now < expiresAt,
    ttl,
  };
}
