/** What a change on the origin makes invalid. */
import { describe, expect, test } from 'vitest';
import { FRESH, type Lines, strictCache } from '../../support/strict-cache.ts';

const cache = strictCache();
const { newPath } = cache;

describe('invalidation (4.4)', () => {
  test.each<{ method: string; status?: number; headers?: Lines; isReused: boolean }>([
    ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, isReused: false })),
    { method: 'POST', status: 204, isReused: false },
    { method: 'POST', status: 303, isReused: false },
    { method: 'PUT', status: 304, isReused: false },
    { method: 'DELETE', status: 400, isReused: true },
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
    { name: 'location', of: (path: string) => `http://a.example${path}`, isReused: false },
    { name: 'location', of: (path: string) => `http://a.example:80${path}#x`, isReused: false },
    { name: 'location', of: (path: string) => `http://A.example:81${path}`, isReused: true },
    { name: 'link', of: (path: string) => path, isReused: true },
  ])('$name of an answer to POST: reused $isReused', async ({ name, of, isReused }) => {
    const path = newPath();
    const headers = { host: 'a.example' };
    cache.edge.script({ headers: FRESH, body: 'old' });
    await cache.edge.ask(path, { headers });
    cache.edge.script({ status: 201, headers: { [name]: of(path) } });
    await cache.edge.ask('/elsewhere', { method: 'POST', headers });
    cache.edge.script({ body: 'new' });
    expect((await cache.edge.ask(path, { headers })).body).toBe(isReused ? 'old' : 'new');
  });
});
