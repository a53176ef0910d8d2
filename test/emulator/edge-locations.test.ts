/** Who is served by which edge location, and what their caches share. */
import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AWS_REGIONS, REGIONAL_EDGE_CACHES } from '../../config/aws-regions.ts';
import { distance } from '../../config/great-circle.ts';
import { CITIES, cityNamed } from '../../emulator/cities.ts';
import type { EdgeOptions } from '../../emulator/edge.ts';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import { EDGE_LOCATIONS } from '../../emulator/edge-locations.ts';
import { collectedLog } from '../support/access-log.ts';
import { type Answer, type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { documented, type Row } from '../support/rows.ts';
import { customOrigin, type TemplateInit, template } from '../support/template.ts';

const overOrigin = (init: TemplateInit = {}): unknown =>
  template({
    ...init,
    behavior: { TargetOriginId: 'api', ...init.behavior },
    distribution: { Origins: [customOrigin('api')], OriginGroups: undefined, ...init.distribution },
  });

const HOUR = 'max-age=3600';
const answering =
  (status: number, headers: Record<string, string> = { 'cache-control': HOUR }): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end('0123456789');

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(overOrigin());
});
afterAll(() => bench.close());

const start = (options: Partial<EdgeOptions> = {}): Promise<TestEdge> =>
  bench.start({ origins: { api: answering(200) }, ...options });

const from = ({ url }: TestEdge, city: string, asked: Asked = {}, target = '/x'): Promise<Answer> =>
  ask(url, target, { ...asked, headers: { ...asked.headers, 'x-edgekeeper-viewer': city } });

/** `CDG Miss`, `LHR Hit 6`. */
function seen({ headers }: Answer): string {
  const pop = String(headers['x-amz-cf-pop']).slice(0, 3);
  const result = String(headers['x-cache']).replace(' from cloudfront', '');
  return [pop, result, headers.age].filter((part) => part !== undefined).join(' ');
}

const attempts = (edge: TestEdge): number => edge.requests.flatMap((entry) => entry.attempts).length;

describe('the data', () => {
  test.each(REGIONAL_EDGE_CACHES)('%s has an edge location in its city', (region) => {
    const { name } = edgeLocationAt(region);
    const found = EDGE_LOCATIONS.find(({ location }) => location.name === name);
    const kilometers = 6371 * distance(AWS_REGIONS[region] as never, found as never);
    expect(kilometers).toBeLessThan(70);
  });

  test('names are different ones, and every region has a regional edge cache', () => {
    const locations = EDGE_LOCATIONS.map(({ location }) => location);
    expect(new Set(locations.map(({ name }) => name)).size).toBe(locations.length);
    expect(new Set(locations.map(({ region }) => region))).toEqual(new Set(REGIONAL_EDGE_CACHES));
  });

  test.each(CITIES)('$city, $country-$region', ({ city, timeZone }) => {
    expect(cityNamed(` ${city.toUpperCase()}`)?.city).toBe(city);
    expect(new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone).toBeTruthy();
  });

  test.each(['', 'Atlantis', 'Paris, France'])('%j is none of the cities', (name) => {
    expect(cityNamed(name)).toBeNull();
  });
});

describe('the nearest edge location', () => {
  test.each([
    { city: 'Frankfurt', pop: 'FRA', region: 'eu-central-1' },
    { city: 'London', pop: 'LHR', region: 'eu-west-2' },
    { city: 'Tokyo', pop: 'NRT', region: 'ap-northeast-1' },
    { city: 'Sao Paulo', pop: 'GRU', region: 'sa-east-1' },
    { city: 'Seattle', pop: 'HIO', region: 'us-west-2' },
    { city: 'Auckland', pop: 'SYD', region: 'ap-southeast-2' },
    { city: 'Lagos', pop: 'MXP', region: 'eu-central-1' },
    { city: 'Nairobi', pop: 'JNB', region: 'eu-west-1' },
  ])('of $city is $pop', async ({ city, pop, region }) => {
    const code = `import cf from 'cloudfront';
      function handler() { return { statusCode: 200, body: JSON.stringify(cf.edgeLocation) }; }`;
    const log = collectedLog();
    const edge = await start({ template: overOrigin({ code }), accessLog: log });
    const { headers, body } = await from(edge, city);
    expect(JSON.parse(body)).toEqual({ name: pop, serverIp: '192.0.2.1', region });
    expect(headers['x-amz-cf-pop']).toBe(`${pop}50-C1`);
    expect((await log.whenLines(1))[0]?.split('\t')[2]).toBe(`${pop}50-C1`);
  });

  test.each([
    { 'x-amz-cf-pop': 'NRT50-C1' },
    { 'x-edge-location': 'NRT50-C1' },
    { 'x-forwarded-for': '203.0.113.7' },
    { 'cloudfront-viewer-country': 'JP', 'cloudfront-viewer-latitude': '35.6', 'cloudfront-viewer-longitude': '139.7' },
    { host: 'nrt50.cloudfront.net' },
  ])('no viewer chooses another by %j', async (headers) => {
    const edge = await start({ location: edgeLocationAt('eu-west-1') });
    expect(seen(await ask(edge.url, '/x', { headers }))).toBe('DUB Miss');
    expect(seen(await from(edge, 'Paris', { headers }))).toBe('CDG Miss');
  });
});

describe('an edge location that is down', () => {
  const upAt = (edge: TestEdge, name: string) => edge.edgeLocations.list().find((location) => location.name === name);

  test('leaves its viewers to the next nearest, and has its cache when it is back', async () => {
    const edge = await start();
    expect(seen(await from(edge, 'New York'))).toBe('JFK Miss');
    edge.edgeLocations.setUp('JFK', false);
    expect(upAt(edge, 'JFK')).toMatchObject({ isUp: false, objects: 1 });
    expect(seen(await from(edge, 'New York', {}, '/y'))).toBe('IAD Miss');
    edge.edgeLocations.setUp('IAD', false);
    expect(seen(await from(edge, 'New York'))).toBe('YUL Hit 0');
    edge.edgeLocations.setUp('JFK', true);
    edge.clock.advance(5_000);
    expect(seen(await from(edge, 'New York'))).toBe('JFK Hit 5');
    expect(upAt(edge, 'JFK')).toEqual({
      name: 'JFK',
      city: 'New York',
      country: 'US',
      latitude: 40.6398,
      longitude: -73.7789,
      region: 'us-east-1',
      isUp: true,
      objects: 1,
    });
    expect(attempts(edge)).toBe(2);
  });

  test('the one of viewers whose place is not known, too', async () => {
    const edge = await start({ location: edgeLocationAt('eu-central-1') });
    edge.edgeLocations.setUp('FRA', false);
    expect(seen(await ask(edge.url, '/x'))).toBe('CDG Miss');
    edge.edgeLocations.setUp('FRA', true);
    expect(seen(await ask(edge.url, '/x'))).toBe('FRA Miss');
  });

  test('the last one stays', async () => {
    const { edgeLocations, url } = await start();
    const names = edgeLocations.list().map(({ name }) => name);
    for (const name of names.slice(1)) edgeLocations.setUp(name, false);
    expect(() => edgeLocations.setUp(names[0] as string, false)).toThrow(
      `edge location: expected another one that is up, got "${names[0]}"`,
    );
    expect(seen(await ask(url, '/x'))).toBe(`${names[0]} Miss`);
    edgeLocations.setUp(names[1] as string, false);
    expect(edgeLocations.list().filter(({ isUp }) => isUp)).toHaveLength(1);
  });

  test('one that is none', async () => {
    const { edgeLocations } = await start();
    expect(() => edgeLocations.setUp('XXX', false)).toThrow('edge location: expected one of NRT, ICN');
  });
});

describe('the caches', () => {
  test.each([
    ...documented<Row<string[], { seen: string[]; attempts: number }>>([
      {
        request: ['Paris', 'London', 'London'],
        expected: { seen: ['CDG Miss', 'LHR Hit 0', 'LHR Hit 0'], attempts: 1 },
        see: 'HowCloudFrontWorks',
      },
      {
        request: ['Paris', 'Frankfurt', 'Paris'],
        expected: { seen: ['CDG Miss', 'FRA Miss', 'CDG Hit 0'], attempts: 2 },
        see: 'HowCloudFrontWorks',
      },
    ]),
  ])('$kind: viewers in $request cost $expected.attempts ($see)', async ({ request, expected }) => {
    const edge = await start();
    const answers: string[] = [];
    for (const city of request) answers.push(seen(await from(edge, city)));
    expect({ seen: answers, attempts: attempts(edge) }).toEqual(expected);
    expect(edge.origin('api').received).toHaveLength(expected.attempts);
  });

  const bucketIn = (region: string): TemplateInit => ({
    distribution: { Origins: [{ Id: 'api', DomainName: `b.s3.${region}.amazonaws.com`, S3OriginConfig: {} }] },
  });

  test.each([
    { name: 'a bucket in the region of their regional edge cache', init: bucketIn('eu-west-2'), expected: 2 },
    { name: 'a bucket elsewhere', init: bucketIn('eu-west-1'), expected: 1 },
    { name: 'an error', status: 404, expected: 1 },
  ])('viewers in Paris and London cost $expected with $name', async ({ init, status = 200, expected }) => {
    const edge = await start({ template: overOrigin(init), origins: { api: answering(status) } });
    for (const city of ['Paris', 'London']) await from(edge, city);
    expect(attempts(edge)).toBe(expected);
  });

  test('an object has one age and one end in all of them', async () => {
    const api = answering(200, { 'cache-control': 'max-age=10', etag: '"1"' });
    const edge = await start({ origins: { api } });
    expect(seen(await from(edge, 'Paris'))).toBe('CDG Miss');
    edge.clock.advance(6_000);
    expect(seen(await from(edge, 'London'))).toBe('LHR Hit 6');
    edge.clock.advance(3_999);
    expect(seen(await from(edge, 'London'))).toBe('LHR Hit 9');
    edge.clock.advance(1);
    expect([seen(await from(edge, 'London')), attempts(edge)]).toEqual(['LHR Miss', 2]);
  });

  test('a confirmed object is confirmed for all who share the regional edge cache', async () => {
    const api: RequestListener = (request, response) => {
      const headers = { 'cache-control': 'max-age=10', etag: '"1"' };
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304, headers).end();
      else response.writeHead(200, headers).end('0123456789');
    };
    const edge = await start({ origins: { api } });
    await from(edge, 'Paris');
    await from(edge, 'London');
    edge.clock.advance(11_000);
    expect(seen(await from(edge, 'London'))).toBe('LHR RefreshHit 0');
    edge.clock.advance(4_000);
    const answer = await from(edge, 'Paris');
    expect([seen(answer), answer.body]).toEqual(['CDG Hit 4', '0123456789']);
    edge.clock.advance(5_999);
    expect(seen(await from(edge, 'Paris'))).toBe('CDG Hit 9');
    expect(attempts(edge)).toBe(2);
  });

  test('a stale object goes on while it is asked for anew once, whoever asks', async () => {
    const api = answering(200, { 'cache-control': 'max-age=10, stale-while-revalidate=60' });
    const edge = await start({ origins: { api } });
    await from(edge, 'Paris');
    edge.clock.advance(11_000);
    expect(seen(await from(edge, 'London'))).toBe('LHR Hit 11');
    expect(seen(await from(edge, 'Paris'))).toBe('CDG Hit 11');
    await expect.poll(() => edge.origin('api').received.length).toBe(2);
    await expect.poll(async () => seen(await from(edge, 'Paris'))).toBe('CDG Hit 0');
    expect(edge.origin('api').received).toHaveLength(2);
  });

  test('an object that stands in for an error does so for all of them, and keeps its age', async () => {
    let status = 200;
    const api: RequestListener = (request, response) =>
      answering(status, { 'cache-control': 'max-age=10', etag: '"1"' })(request, response);
    const edge = await start({ origins: { api } });
    await from(edge, 'Paris');
    await from(edge, 'London');
    edge.clock.advance(11_000);
    status = 503;
    expect(seen(await from(edge, 'Paris'))).toBe('CDG Hit 11');
    edge.clock.advance(9_000);
    expect(seen(await from(edge, 'London'))).toBe('LHR Hit 20');
    expect(attempts(edge)).toBe(2);
  });

  test('an invalidation reaches all of them, and counts a path once', async () => {
    const edge = await start();
    for (const city of ['Paris', 'London', 'Tokyo']) await from(edge, city);
    const body = JSON.stringify({ paths: ['/x'] });
    const { body: reply } = await ask(edge.control, '/invalidations', { method: 'POST', body });
    expect(JSON.parse(reply)).toEqual({ removed: 1 });
    for (const city of ['Paris', 'Tokyo']) expect(seen(await from(edge, city))).toMatch(/ Miss$/);
  });

  test('emptied, none of them has anything', async () => {
    const edge = await start();
    await from(edge, 'Paris');
    edge.clearCache();
    expect(edge.edgeLocations.list().filter(({ objects }) => objects > 0)).toEqual([]);
    expect(seen(await from(edge, 'London'))).toBe('LHR Miss');
  });

  test('the strict HTTP cache is one for all', async () => {
    const edge = await start({ cache: 'rfc9111' });
    await from(edge, 'Paris');
    expect([seen(await from(edge, 'Tokyo')), attempts(edge)]).toEqual(['NRT Hit 0', 1]);
  });
});
