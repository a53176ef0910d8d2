import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

const CODE = 'function handler(event) { return event.request; } // not shown';

let bench: TestBench;
let edge: TestEdge;
let control: ControlApi;
beforeAll(async () => {
  const byQuery = {
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: false,
      EnableAcceptEncodingBrotli: false,
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept-Language'] },
      CookiesConfig: { CookieBehavior: 'all' },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
    },
  };
  bench = await plainBench(
    template({ code: CODE, handler: 'functions/lambda-edge/note.handler', cachePolicy: byQuery }),
    { 'note.js': 'exports.handler = async ({ Records: [{ cf }] }) => cf.response; // not shown' },
  );
  edge = await bench.start();
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

const shown = async (target: string) => JSON.parse((await control(target)).body);

describe('the cache', () => {
  test('is listed with what made each key, and how long it is good', async () => {
    await ask(edge.url, '/film.mp4?a=1&token=secret', { headers: { 'accept-language': 'de' }, cookie: 'theme=dark' });
    edge.clock.advance(60_000);
    expect(await shown('/cache')).toEqual([
      {
        cache: 'edge location IAD',
        id: expect.stringMatching(/^[\w-]{16}$/),
        key: {
          method: 'GET',
          host: null,
          path: '/film.mp4',
          query: 'a=1&token=(secret)',
          headers: [{ name: 'accept-language', value: 'de' }],
          cookies: [{ name: 'theme', value: '(secret)' }],
          encodings: null,
        },
        status: 200,
        bytes: 23,
        part: null,
        ageSeconds: 60,
        leftSeconds: 86_340,
        isFresh: true,
        ttl: { seconds: 86_400, rule: 'default-ttl' },
      },
    ]);
    edge.clock.advance(86_340_000);
    expect(await shown('/cache')).toMatchObject([{ leftSeconds: 0, isFresh: false }]);
  });

  test('gives up one object', async () => {
    await ask(edge.url, '/x');
    const [latest, other] = await shown('/cache');
    expect(latest.key.path).toBe('/x');
    expect((await control(`/cache/${latest.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await shown('/cache')).map(({ id }: { id: string }) => id)).toEqual([other.id]);
    expect((await control(`/cache/${latest.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await ask(edge.url, '/x')).headers['x-cache']).toBe('Miss from cloudfront');
  });

  test('of a strict HTTP cache is by address', async () => {
    const strict = await bench.start({ cache: 'rfc9111' });
    await ask(strict.url, '/film.mp4?a=1', { headers: { host: 'www.example.com' } });
    const api = await controlApi(strict.control);
    expect(JSON.parse((await api('/cache')).body)).toMatchObject([
      {
        key: { method: null, host: 'www.example.com', path: '/film.mp4', query: 'a=1' },
        ttl: { rule: 'rfc9111' },
      },
    ]);
    await strict.close();
  });
});

test('functions are told with where they are associated, and without their code', async () => {
  const functions = await shown('/functions');
  expect(functions).toMatchObject([
    {
      kind: 'cloudfront-function',
      runtime: 'cloudfront-js-2.0',
      engine: 'realm',
      file: null,
      bytes: CODE.length,
      quotaBytes: 10_240,
      loadedAt: '2026-01-01T12:00:00.000Z',
      associations: [{ pathPattern: '*', event: 'viewer-request' }],
    },
    {
      kind: 'lambda-edge',
      engine: `Node.js ${process.version}`,
      file: expect.stringMatching(/note\.js$/),
      quotaBytes: 52_428_800,
      associations: [{ pathPattern: '*', event: 'origin-response' }],
    },
  ]);
  expect(JSON.stringify(functions)).not.toContain('not shown');
});

describe('edge locations', () => {
  const put = (name: string, body: string) => control(`/edge-locations/${name}`, { method: 'PUT', body });

  test('are listed, with what each has stored', async () => {
    const all = await shown('/edge-locations');
    expect(all).toHaveLength(25);
    expect(all).toContainEqual(
      expect.objectContaining({ name: 'FRA', region: 'eu-central-1', isUp: true, objects: 0 }),
    );
    const here = all.find(({ name }: { name: string }) => name === 'IAD');
    expect(here.objects).toBeGreaterThan(0);
  });

  test('serve nobody while they are down', async () => {
    const pop = async () =>
      (await ask(edge.url, '/x', { headers: { 'x-edgekeeper-viewer': 'Frankfurt' } })).headers['x-amz-cf-pop'];
    expect(await pop()).toBe('FRA50-C1');
    await put('FRA', '{"isUp":false}');
    expect(await pop()).not.toBe('FRA50-C1');
    await put('FRA', '{"isUp":true}');
    expect(await pop()).toBe('FRA50-C1');
  });

  test.each([
    { name: 'IAD', body: '{"isUp":true}', status: 200 },
    { name: 'IAD', body: '{"isUp":false}', status: 200 },
    { name: 'IAD', body: '{}', status: 400 },
    { name: 'XXX', body: '{"isUp":true}', status: 404 },
    { name: 'iad', body: '{"isUp":true}', status: 404 },
  ])('$name $body: $status', async ({ name, body, status }) => {
    expect((await put(name, body)).status).toBe(status);
  });
});
