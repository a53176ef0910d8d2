/** What a change on the origin makes invalid. */
import { describe, expect, test } from 'vitest';
import { FRESH, type Lines, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { newPath } = cache;

describe('invalidation (4.4)', () => {
  test.each<{ method: string; status?: number; headers?: Lines; isReused: boolean }>([
    ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, isReused: false })),
    { method: 'POST', status: 303, isReused: false },
    { method: 'POST', status: 404, isReused: true },
    { method: 'POST', status: 500, isReused: true },
    { method: 'OPTIONS', isReused: true },
  ])('$method answered $status: reused $isReused', async ({ method, status = 200, isReused }) => {
    const path = newPath();
    cache.edge.script({ headers: FRESH, body: 'old' });
    await cache.edge.ask(path);
    cache.edge.script({ status });
    await cache.edge.ask(path, { method });
    cache.edge.script({ body: 'new' });
    expect((await cache.edge.ask(path)).body).toBe(isReused ? 'old' : 'new');
  });

  test.each([
    { name: 'location', of: (path: string) => path, isReused: false },
    { name: 'content-location', of: (path: string) => `.${path}`, isReused: false },
    { name: 'location', of: (path: string) => `http://other.example${path}`, isReused: true },
    { name: 'location', of: () => 'http://[', isReused: true },
  ])('$name of an answer to POST: reused $isReused', async ({ name, of, isReused }) => {
    const path = newPath();
    cache.edge.script({ headers: FRESH, body: 'old' });
    await cache.edge.ask(path);
    cache.edge.script({ status: 201, headers: { [name]: of(path) } });
    await cache.edge.ask('/elsewhere', { method: 'POST' });
    cache.edge.script({ body: 'new' });
    expect((await cache.edge.ask(path)).body).toBe(isReused ? 'old' : 'new');
  });
});
