/** The headers that say where a viewer is: CloudFront's where a policy asks for them, anybody's where none does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { type TemplateInit, template } from '../support/template.ts';

const COUNTRY = 'CloudFront-Viewer-Country';
const REGION = 'CloudFront-Viewer-Country-Region';
const CLAIMED = { 'cloudfront-viewer-country': 'XX', 'cloudfront-viewer-country-region': 'YY' };
const SEEN = "JSON.stringify([seen['cloudfront-viewer-country'], seen['cloudfront-viewer-country-region']])";

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template(), {
    'viewer.js': `exports.handler = async ({ Records: [{ cf: { request } }] }) => {
      const seen = Object.fromEntries(Object.entries(request.headers).map(([name, items]) => [name, items[0].value]));
      console.log(${SEEN});
      return request;
    };`,
  });
});
afterAll(() => bench.close());

const RUNTIMES: Readonly<Record<string, TemplateInit>> = {
  'CloudFront Function': {
    code: `function handler(e) {
      var seen = {}; Object.keys(e.request.headers).forEach(function (n) { seen[n] = e.request.headers[n].value; });
      console.log(${SEEN}); return e.request; }`,
  },
  'Lambda@Edge': { viewerHandler: 'functions/lambda-edge/viewer.handler' },
};

const keyed = (...Headers: string[]): TemplateInit => ({
  cachePolicy: {
    ParametersInCacheKeyAndForwardedToOrigin: {
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    },
  },
});
const forwarded = (HeaderBehavior: string, ...Headers: string[]): TemplateInit => ({
  originRequestPolicy: { HeadersConfig: { HeaderBehavior, Headers } },
});

/** Policies and what comes of the headers of a viewer in California who claims to be elsewhere. */
interface Policy {
  readonly name: string;
  readonly init: TemplateInit;
}
/** What a CloudFront Function sees, and what the origin gets. */
interface Seen {
  readonly asked: readonly (string | null)[];
  readonly toOrigin: readonly (string | undefined)[];
}
const KNOWN: Seen = { asked: ['US', 'CA'], toOrigin: ['US', 'CA'] };
const FOR_ONE = forwarded('allViewerAndWhitelistCloudFront', COUNTRY);
const POLICIES = documented<Row<Policy, Seen>>([
  {
    request: { name: 'none', init: {} },
    expected: { asked: ['XX', 'YY'], toOrigin: [undefined, undefined] },
    see: '6.1',
  },
  { request: { name: 'a cache policy', init: keyed(COUNTRY, REGION) }, expected: KNOWN, see: '6.1' },
  {
    request: { name: 'a cache policy for one', init: keyed(COUNTRY) },
    expected: { asked: ['US', 'YY'], toOrigin: ['US', undefined] },
    see: '6.1',
  },
  {
    request: { name: 'an origin request policy', init: forwarded('whitelist', COUNTRY, REGION) },
    expected: KNOWN,
    see: '6.1',
  },
  {
    request: { name: "one for all the viewer's", init: forwarded('allViewer') },
    expected: { asked: ['XX', 'YY'], toOrigin: ['XX', 'YY'] },
    see: '6.1',
  },
  {
    request: { name: "one for all the viewer's and one of CloudFront's", init: FOR_ONE },
    expected: { asked: ['US', 'YY'], toOrigin: ['US', 'YY'] },
    see: '6.1',
  },
  {
    request: { name: "one for all but some of the viewer's", init: forwarded('allExcept', COUNTRY, 'Host') },
    expected: { asked: ['XX', 'YY'], toOrigin: [undefined, 'YY'] },
    see: '6.1',
  },
]);

describe.each(POLICIES)('$kind: with $request.name ($see)', ({ request: { init }, expected: { asked, toOrigin } }) => {
  test.each(Object.keys(RUNTIMES))(
    'a %s sees what it may, and the origin gets what the policy says',
    async (runtime) => {
      const edge = await bench.start({ template: template({ ...init, ...RUNTIMES[runtime] }), viewerCountry: 'US-CA' });
      await ask(edge.url, '/film.mp4', { headers: CLAIMED });
      const { headers } = edge.buckets.get('us-east-1')?.received[0] ?? {};
      // Lambda@Edge runs before CloudFront adds its headers: it sees the viewer's own.
      const seen = runtime === 'Lambda@Edge' ? ['XX', 'YY'] : asked;
      expect(edge.lines.map((line) => JSON.parse(line))).toEqual([seen]);
      expect([headers?.[COUNTRY.toLowerCase()], headers?.[REGION.toLowerCase()]]).toEqual(toOrigin);
    },
  );
});

test('what no policy asks for is not added', async () => {
  const init = { ...keyed(REGION), ...RUNTIMES['CloudFront Function'] };
  const edge = await bench.start({ template: template(init), viewerCountry: 'US-CA' });
  await ask(edge.url, '/film.mp4');
  expect(edge.lines.map((line) => JSON.parse(line))).toEqual([[null, 'CA']]);
});

describe('where a policy asks for both', () => {
  const both = { ...keyed(COUNTRY, REGION), ...RUNTIMES['CloudFront Function'] };

  interface Viewer {
    readonly viewerCountry?: string;
    readonly headers: Record<string, string>;
  }
  type Place = readonly (string | null)[];

  test.each([
    ...documented<Row<Viewer, Place>>([
      { request: { viewerCountry: 'GB-ENG', headers: {} }, expected: ['GB', 'ENG'], see: '6.1' },
      { request: { headers: {} }, expected: [null, null], see: '6.1' },
    ]),
    ...decided<Row<Viewer, Place>>([
      { request: { viewerCountry: 'DE', headers: CLAIMED }, expected: ['DE', null], see: 'fidelity; 6.1' },
      { request: { headers: CLAIMED }, expected: [null, null], see: 'fidelity; 6.1' },
    ]),
  ])(
    '$kind: a viewer in $request.viewerCountry who sends $request.headers is taken to be in $expected ($see)',
    async ({ request: { viewerCountry, headers }, expected }) => {
      const edge = await bench.start({
        template: template(both),
        ...(viewerCountry !== undefined && { viewerCountry }),
      });
      await ask(edge.url, '/film.mp4', { headers });
      expect(edge.lines.map((line) => JSON.parse(line))).toEqual([expected]);
    },
  );

  test('the cache key does not take the word of a viewer', async () => {
    const edge = await bench.start({ template: template(both), viewerCountry: 'US' });
    await ask(edge.url, '/film.mp4', { headers: CLAIMED });
    expect((await ask(edge.url, '/film.mp4')).headers['x-cache']).toBe('Hit from cloudfront');
  });

  test('nothing is left for the notices', () => {
    expect(readTemplate(template(both)).notices).toEqual([]);
  });
});

test("another of CloudFront's headers has a notice, and what the viewer sent under its name is gone", async () => {
  const edge = await bench.start({ template: template(keyed('CloudFront-Is-Mobile-Viewer')) });
  await ask(edge.url, '/film.mp4', { headers: { 'cloudfront-is-mobile-viewer': 'true' } });
  expect(edge.buckets.get('us-east-1')?.received[0]?.headers).not.toHaveProperty('cloudfront-is-mobile-viewer');
  expect(edge.notices).toEqual([
    'CachePolicy.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.Headers: nothing sets cloudfront-is-mobile-viewer',
  ]);
});

test('all headers of the viewer are those of the request, not of its connection', async () => {
  const edge = await bench.start({ template: template(forwarded('allViewer')) });
  const sent = { te: 'trailers', 'x-real-ip': '192.0.2.1', 'x-mine': '1', 'user-agent': 'me', via: '1.0 me' };
  await ask(edge.url, '/film.mp4', { headers: { ...sent, host: 'www.example.com' } });
  const { headers } = edge.buckets.get('us-east-1')?.received[0] ?? {};
  expect(headers).toMatchObject({ host: 'www.example.com', 'x-mine': '1', 'user-agent': 'me' });
  expect(headers?.via).toMatch(/^2\.0 \S+\.cloudfront\.net \(CloudFront\)$/);
  expect([headers?.te, headers?.['x-real-ip']]).toEqual([undefined, undefined]);
});

test.each(['', 'de', 'D', 'DEU', 'US-', 'US-CALI', 'US-ca', 'US CA', 'US-CA\n'])(
  '%j is no place',
  async (viewerCountry) => {
    await expect(bench.start({ viewerCountry })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
      message: `viewer country: expected a country such as DE or a region such as US-CA, got ${JSON.stringify(viewerCountry)}`,
    });
  },
);
