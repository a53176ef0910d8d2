/** How the page is served: guarded, self-contained, and only where it is wanted. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../../build/functions.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { ROOT } from '../../support/service-copy.ts';
import { config as settings } from '../../support/settings.ts';
import { template } from '../../support/template.ts';

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
});
afterAll(() => bench.close());

describe('the page', () => {
  test.each([
    { path: '/inspector', type: 'text/html; charset=utf-8' },
    { path: '/inspector/', type: 'text/html; charset=utf-8' },
    { path: '/inspector/app.js', type: 'text/javascript; charset=utf-8' },
    { path: '/inspector/app.css?1', type: 'text/css; charset=utf-8' },
  ])('$path is there, with a policy that lets nothing else in', async ({ path, type }) => {
    const { status, headers } = await ask(edge.control, path);
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  test.each([
    { name: 'another file', path: '/inspector/app.map', status: 404 },
    { name: 'a folder above', path: '/inspector/../package.json', status: 404 },
    { name: 'another method', path: '/inspector', method: 'POST', status: 405 },
    { name: 'a foreign name for this host', path: '/inspector', headers: { host: 'evil.test' }, status: 403 },
    { name: 'another site', path: '/inspector/app.js', headers: { origin: 'https://evil.test' }, status: 403 },
    { name: 'another port', path: '/inspector', headers: { origin: 'http://localhost:1' }, status: 403 },
    { name: 'what only begins alike', path: '/inspectors', status: 404 },
  ])('$name is refused', async ({ path, status, ...asked }) => {
    expect((await ask(edge.control, path, asked)).status).toBe(status);
  });

  test('names nothing that is elsewhere', async () => {
    const files = ['', '/app.js', '/app.css'].map((path) => ask(edge.control, `/inspector${path}`));
    for (const { body } of await Promise.all(files)) {
      const addresses = body.match(/(?:https?:)?\/\/[\w.-]+\.\w+/g) ?? [];
      expect(addresses.filter((address) => !/\/\/(?:www\.w3\.org|localhost)/.test(address))).toEqual([]);
    }
  });

  test('is not there when nobody wants it', async () => {
    const without = await bench.start({ inspector: false });
    expect(without.inspector).toBe(null);
    expect((await ask(without.control, '/inspector')).status).toBe(404);
    expect((await ask(without.control, '/')).status).toBe(200);
  });
});

test('nothing of it is in what is deployed', async () => {
  const outFolder = await mkdtemp(join(tmpdir(), 'edgekeeper-built-'));
  await buildFunctions({ root: ROOT, config: settings(), outFolder });
  const names = await readdir(outFolder, { recursive: true });
  const bundles = names.filter((name) => name.endsWith('.js'));
  expect(bundles.length).toBeGreaterThan(2);
  for (const name of bundles) expect(await readFile(join(outFolder, name), 'utf8')).not.toMatch(/inspector|preact/i);
  await rm(outFolder, { recursive: true });
});
