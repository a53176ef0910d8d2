/** Where a viewer is: by its address, or by the header of those who develop. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CITIES } from '../../emulator/cities.ts';
import type { EdgeOptions } from '../../emulator/edge.ts';
import { viewerMapOf } from '../../emulator/viewer-map.ts';
import { collectedLog } from '../support/access-log.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { type TemplateInit, template } from '../support/template.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

const LOCATION = [
  'Country',
  'Country-Region',
  'Country-Name',
  'Country-Region-Name',
  'City',
  'Latitude',
  'Longitude',
  'Metro-Code',
  'Postal-Code',
  'Time-Zone',
].map((name) => `CloudFront-Viewer-${name}`);
const TOWARD_ORIGIN = ['CloudFront-Viewer-Address', 'CloudFront-Viewer-ASN'];
const ALL = [...LOCATION, ...TOWARD_ORIGIN];
const FORGED = Object.fromEntries(ALL.map((name) => [name.toLowerCase(), 'forged']));

const toOrigin = (...Headers: string[]): TemplateInit => ({
  originRequestPolicy: { HeadersConfig: { HeaderBehavior: 'allViewerAndWhitelistCloudFront', Headers } },
});
const inKey = (...Headers: string[]): TemplateInit => ({
  cachePolicy: {
    ParametersInCacheKeyAndForwardedToOrigin: {
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    },
  },
});

/** Of the latest request that the origin got, CloudFront's own headers without their prefix. */
function received(edge: TestEdge): Record<string, unknown> {
  const headers = edge.buckets.get('us-east-1')?.received.at(-1)?.headers ?? {};
  const own = Object.entries(headers).filter(([name]) => name.startsWith('cloudfront-viewer-'));
  return Object.fromEntries(own.map(([name, value]) => [name.replace('cloudfront-viewer-', ''), value]));
}

const by = (viewer: string, headers: Record<string, string> = {}): Asked => ({
  headers: { ...headers, 'x-edgekeeper-viewer': viewer },
});

const FULL = {
  country: 'US',
  region: 'WA',
  regionName: 'Washington',
  city: 'Zürich \u{1F40C}',
  latitude: 47.6,
  longitude: -122.333_333,
  timeZone: 'America/Los_Angeles',
  metroCode: '819',
  postalCode: '98101',
  asn: 64_500,
};
const MAP = {
  '203.0.113.0/24': 'Tokyo',
  '203.0.113.7': FULL,
  '198.51.100.0/24': { country: 'CH', metroCode: '1' },
  '2001:db8::/32': 'sydney',
};

describe('the location headers', () => {
  const LONDON = {
    country: 'GB',
    'country-region': 'ENG',
    'country-name': 'United Kingdom',
    'country-region-name': 'England',
    city: 'London',
    latitude: '51.51000',
    longitude: '-0.13000',
    'time-zone': 'Europe/London',
  };
  const EVERYTHING = {
    country: 'US',
    'country-region': 'WA',
    'country-name': 'United States',
    'country-region-name': 'Washington',
    city: 'Z%C3%BCrich %F0%9F%90%8C',
    latitude: '47.60000',
    longitude: '-122.33333',
    'time-zone': 'America/Los_Angeles',
    'metro-code': '819',
    'postal-code': '98101',
  };

  test.each(
    documented<Row<{ viewer: string; init: TemplateInit }, object>>([
      {
        request: { viewer: 'London', init: toOrigin(...ALL) },
        expected: { ...LONDON, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
        see: '6.1',
      },
      {
        request: { viewer: '203.0.113.7', init: toOrigin(...ALL) },
        expected: { ...EVERYTHING, asn: '64500', address: expect.stringMatching(/^203\.0\.113\.7:\d+$/) },
        see: '6.1',
      },
      {
        request: { viewer: '198.51.100.9', init: toOrigin(...LOCATION) },
        expected: { country: 'CH', 'country-name': 'Switzerland', address: 'forged', asn: 'forged' },
        see: '6.1',
      },
      { request: { viewer: '203.0.113.7', init: inKey(...ALL) }, expected: EVERYTHING, see: '6.1' },
      { request: { viewer: '192.0.2.1', init: inKey(...LOCATION) }, expected: {}, see: '6.1' },
      { request: { viewer: 'London', init: {} }, expected: {}, see: '6.1' },
      {
        request: { viewer: 'London', init: inKey('CloudFront-Viewer-City') },
        expected: { city: 'London' },
        see: '6.1',
      },
    ]),
  )('$kind: a viewer in $request.viewer who forges them all ($see)', async ({ request, expected }) => {
    const edge = await bench.start({ template: template(request.init), viewerMap: MAP });
    await ask(edge.url, '/film.mp4', by(request.viewer, FORGED));
    expect(received(edge)).toEqual(expected);
  });

  test('address and network in a cache policy are named as not set', async () => {
    const { notices } = await bench.start({ template: template(inKey(...ALL)) });
    expect(notices.join()).toMatch(/Headers: nothing sets cloudfront-viewer-address, cloudfront-viewer-asn$/);
  });

  test('a cache key with the city tells cities apart, not who claims to be there', async () => {
    const edge = await bench.start({ template: template(inKey('CloudFront-Viewer-City')) });
    const results: unknown[] = [];
    for (const [city, claimed] of [
      ['Paris', 'x'],
      ['London', 'x'],
      ['Paris', 'London'],
    ] as const) {
      const { headers } = await ask(edge.url, '/film.mp4', by(city, { 'cloudfront-viewer-city': claimed }));
      results.push(headers['x-cache']);
    }
    expect(results).toEqual(['Miss from cloudfront', 'Miss from cloudfront', 'Hit from cloudfront']);
  });
});

describe('the place', () => {
  interface Placed {
    readonly name: string;
    readonly options?: Partial<EdgeOptions>;
    readonly viewer?: string;
  }
  const OWN = { '127.0.0.0/8': 'Tokyo' };

  test.each(
    decided<Row<Placed, [pop: string, country: string | undefined]>>([
      { request: { name: 'nothing' }, expected: ['IAD', undefined], see: 'fidelity' },
      { request: { name: 'the country', options: { viewerCountry: 'DE' } }, expected: ['IAD', 'DE'], see: 'fidelity' },
      { request: { name: 'the map', options: { viewerMap: OWN } }, expected: ['NRT', 'JP'], see: 'fidelity' },
      {
        request: { name: 'the map before the country', options: { viewerMap: OWN, viewerCountry: 'DE' } },
        expected: ['NRT', 'JP'],
        see: 'fidelity',
      },
      {
        request: { name: 'the country, where the map has nothing', options: { viewerMap: MAP, viewerCountry: 'DE' } },
        expected: ['IAD', 'DE'],
        see: 'fidelity',
      },
      {
        request: { name: 'the header before the map', options: { viewerMap: OWN }, viewer: 'paris' },
        expected: ['CDG', 'FR'],
        see: 'fidelity',
      },
      {
        request: { name: 'an address in the header', options: { viewerMap: MAP }, viewer: '2001:db8::1' },
        expected: ['SYD', 'AU'],
        see: 'fidelity',
      },
      {
        request: { name: 'a place without position', options: { viewerMap: MAP }, viewer: '198.51.100.1' },
        expected: ['IAD', 'CH'],
        see: 'fidelity',
      },
      {
        request: { name: 'an address that nobody knows', options: { viewerCountry: 'DE' }, viewer: '192.0.2.1' },
        expected: ['IAD', 'DE'],
        see: 'fidelity',
      },
    ]),
  )('$kind: is from $request.name ($see)', async ({ request: { options, viewer }, expected }) => {
    const edge = await bench.start({ template: template(inKey('CloudFront-Viewer-Country')), ...options });
    const { headers } = await ask(edge.url, '/film.mp4', viewer === undefined ? {} : by(viewer));
    expect([headers['x-amz-cf-pop'], received(edge).country]).toEqual([`${expected[0]}50-C1`, expected[1]]);
  });

  test('the country is the same where the edge location is down', async () => {
    const keyed = template(inKey('CloudFront-Viewer-Country'));
    const edge = await bench.start({ template: keyed, viewerCountry: 'DE' });
    edge.edgeLocations.setUp('IAD', false);
    const { headers } = await ask(edge.url, '/film.mp4');
    expect([headers['x-amz-cf-pop'], received(edge).country]).toEqual(['JFK50-C1', 'DE']);
  });

  test('geo restriction goes by it', async () => {
    const GeoRestriction = { RestrictionType: 'blacklist', Locations: ['FR'] };
    const restricted = template({ distribution: { Restrictions: { GeoRestriction } } });
    const edge = await bench.start({ template: restricted, viewerMap: { '192.0.2.0/24': 'Paris' } });
    const statuses: number[] = [];
    for (const viewer of ['Paris', '192.0.2.1', 'London', '198.51.100.1']) {
      statuses.push((await ask(edge.url, '/film.mp4', by(viewer))).status);
    }
    expect(statuses).toEqual([403, 403, 200, 200]);
    expect(edge.notices).toEqual([]);
  });
});

describe('the header', () => {
  const ECHO = `function handler(e) {
    return { statusCode: 200, body: JSON.stringify([e.viewer.ip, Object.keys(e.request.headers).sort()]) }; }`;

  test("an address in it is the viewer's, and nobody sees the header", async () => {
    const log = collectedLog();
    const edge = await bench.start({ template: template({ code: ECHO }), accessLog: log });
    const { body } = await ask(edge.url, '/film.mp4', by('203.0.113.7'));
    expect(JSON.parse(body)).toEqual(['203.0.113.7', ['host']]);
    expect((await log.whenLines(1))[0]?.split('\t')[4]).toBe('203.0.113.7');
  });

  test('the origin does not get it, and gets the address', async () => {
    const edge = await bench.start({ template: template(toOrigin('CloudFront-Viewer-City')) });
    await ask(edge.url, '/film.mp4', by('203.0.113.7'));
    const { headers } = edge.buckets.get('us-east-1')?.received[0] ?? {};
    expect(headers).toMatchObject({ 'x-forwarded-for': '203.0.113.7' });
    expect(headers).not.toHaveProperty('x-edgekeeper-viewer');
  });

  test.each(['Atlantis', '', '203.0.113', '203.0.113.7, 203.0.113.8', 'Paris, London'])(
    '%j is refused by the emulator, with the cities, and nobody else sees the request',
    async (viewer) => {
      const edge = await bench.start({ template: template({ code: ECHO }) });
      const { status, body } = await ask(edge.url, '/film.mp4', by(viewer));
      expect(status).toBe(400);
      for (const { city } of CITIES) expect(body).toContain(city);
      expect(edge.buckets.get('us-east-1')?.received).toEqual([]);
    },
  );
});

describe('the map', () => {
  const placeOf = viewerMapOf({
    '0.0.0.0/0': 'Lagos',
    '10.0.0.0/8': 'Paris',
    '10.1.0.0/16': 'London',
    '10.1.2.3': 'Tokyo',
    '::/0': 'Cairo',
    '2001:db8::/32': 'Delhi',
  });

  test.each([
    ['9.255.255.255', 'Lagos'],
    ['10.0.0.0', 'Paris'],
    ['10.0.255.255', 'Paris'],
    ['10.1.0.0', 'London'],
    ['10.1.2.2', 'London'],
    ['10.1.2.3', 'Tokyo'],
    ['2001:db7:ffff::', 'Cairo'],
    ['2001:db8::', 'Delhi'],
    ['fe80::1%lo', 'Cairo'],
    ['', undefined],
  ])('%j is in %s: the smallest network counts', (address, city) => {
    expect(placeOf(address)?.city).toBe(city);
  });

  const CIDR = 'viewer map: expected addresses and CIDR such as 203.0.113.0/24, got ';
  test.each<{ map: unknown; says: string }>([
    { map: [], says: 'viewer map: expected an object of addresses, got []' },
    { map: null, says: 'viewer map: expected an object of addresses, got null' },
    { map: { localhost: 'Paris' }, says: `${CIDR}"localhost"` },
    { map: { '10.0.0.0/33': 'Paris' }, says: `${CIDR}"10.0.0.0/33"` },
    { map: { '10.0.0.0/': 'Paris' }, says: `${CIDR}"10.0.0.0/"` },
    { map: { '10.0.0.0/8/8': 'Paris' }, says: `${CIDR}"10.0.0.0/8/8"` },
    { map: { '::/129': 'Paris' }, says: `${CIDR}"::/129"` },
    { map: { 'fe80::1%lo': 'Paris' }, says: `${CIDR}"fe80::1%lo"` },
    {
      map: { '10.0.0.1': 'Atlantis' },
      says: 'viewer map: 10.0.0.1: expected an object with a country, or one of Auckland, ',
    },
    { map: { '10.0.0.1': 7 }, says: 'viewer map: 10.0.0.1: expected an object with a country, or one of Auckland, ' },
    { map: { '10.0.0.1': {} }, says: 'viewer map: 10.0.0.1.country: expected a country such as DE, got nothing' },
    { map: { '10.0.0.1': { country: 'de' } }, says: 'viewer map: 10.0.0.1.country: expected a country' },
    { map: { '10.0.0.1': { country: 'DE', planet: 'x' } }, says: 'viewer map: 10.0.0.1: expected fields of country, ' },
    { map: { '10.0.0.1': { country: 'DE', toString: 'x' } }, says: 'viewer map: 10.0.0.1: expected fields of' },
    { map: { '10.0.0.1': { country: 'DE', city: 'a\nb' } }, says: 'viewer map: 10.0.0.1.city: expected a text' },
    { map: { '10.0.0.1': { country: 'DE', city: '\ud800' } }, says: 'viewer map: 10.0.0.1.city: expected a text' },
    { map: { '10.0.0.1': { country: 'DE', region: 'BEBE' } }, says: 'viewer map: 10.0.0.1.region: expected a region' },
    { map: { '10.0.0.1': { country: 'DE', asn: 0 } }, says: 'viewer map: 10.0.0.1.asn: expected a whole number' },
    { map: { '10.0.0.1': { country: 'DE', asn: 4_294_967_296 } }, says: 'viewer map: 10.0.0.1.asn: expected' },
    {
      map: { '10.0.0.1': { country: 'DE', latitude: 90.1, longitude: 0 } },
      says: 'viewer map: 10.0.0.1.latitude: expected a number from -90 to 90, got 90.1',
    },
    {
      map: { '10.0.0.1': { country: 'DE', latitude: 90 } },
      says: 'viewer map: 10.0.0.1: expected latitude and longitude, or neither, got "one of them"',
    },
  ])('$map is refused: $says', ({ map, says }) => {
    let thrown: unknown;
    try {
      viewerMapOf(map);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'ERR_OPTION_INVALID' });
    expect((thrown as Error).message.slice(0, says.length)).toBe(says);
  });
});
