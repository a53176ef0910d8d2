/** Distributions of a test's own: what the template says is what viewers get. */
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { ALL_METHODS, template } from '../support/template.ts';

/** With a film of more bytes than fit between a viewer and an origin that wait for each other. */
const sample = fileURLToPath(new URL('../../emulator/sample', import.meta.url));

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

const POLICY = { Ref: 'CachePolicy' };

describe('a behavior', () => {
  const withBehaviors = (...patterns: string[]) =>
    template({
      distribution: {
        CacheBehaviors: patterns.map((PathPattern, index) => ({
          PathPattern,
          TargetOriginId: index === 0 ? 'eu-west-1' : 'us-east-1',
          ViewerProtocolPolicy: 'https-only',
          CachePolicyId: POLICY,
        })),
      },
    });

  /** The patterns, and the target asked for; expected: the region, of which eu-west-1 is the first behavior's. */
  type Selecting = readonly [patterns: readonly string[], target: string];

  test.each(
    documented<Row<Selecting, string>>([
      { request: [['/private/*'], '/private/film.mp4'], expected: 'eu-west-1', see: '7.4' },
      { request: [['private/*'], '/private/film.mp4'], expected: 'eu-west-1', see: '7.4 optional slash' },
      { request: [['/Private/*'], '/private/film.mp4'], expected: 'us-east-1', see: '7.4 case-sensitive' },
      { request: [['/pri?ate/film.*'], '/private/film.mp4'], expected: 'eu-west-1', see: '7.4' },
      { request: [['*.mp4'], '/private/film.mp4?x=1'], expected: 'eu-west-1', see: '7.4 crosses slashes' },
      { request: [['/x'], '/film.mp4'], expected: 'us-east-1', see: '7.4' },
      { request: [['/film*', '/*'], '/film.mp4'], expected: 'eu-west-1', see: '7.4 first match' },
    ]),
  )('$kind: $request.0: $request.1 is asked of $expected ($see)', async ({ request, expected }) => {
    const [patterns, target] = request;
    const edge = await bench.start({ template: withBehaviors(...patterns) });
    expect((await ask(edge.url, target)).body).toContain(`from ${expected}`);
  });

  /** Expected: whether the pattern is the one. */
  test.each(
    documented<Row<readonly [pattern: string, target: string], boolean>>([
      { request: ['/a/', '/a/'], expected: true, see: '7.4' },
      { request: ['/a/', '/a/b/..'], expected: true, see: '7.4' },
      { request: ['/a/', '/a/.'], expected: true, see: '7.4' },
      { request: ['*/film.mp4', '/film.mp4'], expected: true, see: '7.4' },
      { request: ['/a/b*', '/a/b?c=1'], expected: true, see: '7.4' },
      { request: ['/a/b*', '/a/b/..?c=1'], expected: false, see: '7.4' },
      { request: ['/a/b*', '/x/../a/b'], expected: true, see: '7.4' },
      { request: ['/a/b*', '/a//b'], expected: true, see: '7.4' },
      { request: ['/a/b*', '/a/./b'], expected: true, see: '7.4' },
      { request: ['/a/b*', '/a%2Fb'], expected: false, see: '7.4' },
    ]),
  )('$kind: $request.1 selects $request.0: $expected, and the origin gets it as sent ($see)', async (row) => {
    const [pattern, target] = row.request;
    const edge = await bench.start({ template: withBehaviors(pattern) });
    await ask(edge.url, target);
    const asked = edge.buckets.get(row.expected ? 'eu-west-1' : 'us-east-1')?.received[0]?.target;
    expect(asked).toBe(target.split('?')[0]);
  });
});

test('a body that stops on the way breaks off at the read timeout, and is not stored', async () => {
  const edge = await bench.start();
  await edge.buckets.get('us-east-1')?.setFault({ kind: 'truncate' });
  await expect(ask(edge.url, '/film.mp4')).rejects.toThrow();
  await edge.buckets.get('us-east-1')?.setFault(null);
  expect((await ask(edge.url, '/film.mp4')).headers['x-cache']).toBe('Miss from cloudfront');
});

test('a viewer that takes its time is no silence of the origin', async () => {
  const edge = await bench.start({ origins: { 'us-east-1': sample, 'eu-west-1': sample } });
  const answering = await new Promise<IncomingMessage>((resolve) => {
    get(`${edge.url}/film.mp4`, (response) => resolve(response.pause()));
  });
  // What fits between the two is on its way; then nothing moves, and no timer runs.
  for (let quiet = 0; quiet < 20; ) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = edge.clock.pending() === 0 ? quiet + 1 : 0;
  }
  edge.clock.advance(60_000);
  const chunks: Buffer[] = await answering.toArray();
  expect(Buffer.concat(chunks).length).toBe(Number(answering.headers['content-length']));
});

describe('what the origin is sent', () => {
  const OWN = {
    host: 'films-111122223333.s3.us-east-1.amazonaws.com',
    'user-agent': 'Amazon CloudFront',
    via: expect.stringMatching(/^2\.0 \S+\.cloudfront\.net \(CloudFront\)$/),
    'x-amz-cf-id': expect.stringMatching(/==$/),
    'x-forwarded-for': '127.0.0.1',
  };

  interface Sending {
    readonly name: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    /** The headers that the policy names. */
    readonly policy?: string[];
  }
  const CONDITIONS = { 'if-match': '"1"', 'if-range': '"1"', 'if-modified-since': '0', range: 'bytes=0-1' };
  const NAMED = { 'user-agent': 'curl', host: 'www.example.com' };
  const CONTENT = { 'content-type': 'a/b', 'content-encoding': 'br' };

  /** Expected: what is sent beside CloudFront's own, or in its place. */
  test.each(
    documented<Row<Sending, object>>([
      {
        request: { name: "CloudFront's own", headers: { 'user-agent': 'curl', 'x-other': '1' } },
        expected: {},
        see: '6.2',
      },
      { request: { name: 'conditions and ranges', headers: CONDITIONS }, expected: CONDITIONS, see: '7.4' },
      {
        request: { name: 'the proxies before', headers: { 'x-forwarded-for': '192.0.2.7' } },
        expected: { 'x-forwarded-for': '192.0.2.7, 127.0.0.1' },
        see: '6.2',
      },
      {
        request: { name: 'what the policy names, in place of its own', headers: NAMED, policy: ['User-Agent', 'Host'] },
        expected: NAMED,
        see: '6.2',
      },
      {
        request: { name: 'a body, as what it is', headers: CONTENT, body: 'x' },
        expected: { 'content-length': '1', ...CONTENT },
        see: '6.2',
      },
    ]),
  )('$kind: is $request.name ($see)', async ({ request: { headers: sent, body, policy }, expected }) => {
    const HeadersConfig = { HeaderBehavior: policy === undefined ? 'none' : 'whitelist', Headers: policy ?? [] };
    const edge = await bench.start({
      template: template({
        behavior: { AllowedMethods: ALL_METHODS },
        cachePolicy: {
          ParametersInCacheKeyAndForwardedToOrigin: {
            HeadersConfig,
            CookiesConfig: { CookieBehavior: 'none' },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        },
      }),
    });
    await ask(edge.url, '/film.mp4', { headers: sent, ...(body !== undefined && { method: 'POST', body }) });
    const { connection: _, ...received } = edge.buckets.get('us-east-1')?.received[0]?.headers ?? {};
    expect(received).toEqual({ ...OWN, ...expected });
  });
});

test('a header that the viewer sent twice is forwarded twice', async () => {
  const ParametersInCacheKeyAndForwardedToOrigin = {
    EnableAcceptEncodingGzip: false,
    HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Language', 'Host'] },
    CookiesConfig: { CookieBehavior: 'none' },
    QueryStringsConfig: { QueryStringBehavior: 'none' },
  };
  const edge = await bench.start({ template: template({ cachePolicy: { ParametersInCacheKeyAndForwardedToOrigin } }) });
  const { port } = new URL(edge.url);
  await new Promise((resolve) => {
    connect(Number(port), '127.0.0.1')
      .on('close', resolve)
      .resume()
      .end('GET /x HTTP/1.1\r\nHost: a.example.com\r\nX-Language: de\r\nX-Language: fr\r\nConnection: close\r\n\r\n');
  });
  expect(edge.buckets.get('us-east-1')?.received[0]?.headers).toMatchObject({
    'x-language': 'de, fr',
    host: 'a.example.com',
    'user-agent': 'Amazon CloudFront',
  });
});

describe('the cache', () => {
  /** Expected: seconds. */
  test.each(
    documented<Row<Record<string, number>, number>>([
      { request: { DefaultTTL: 10 }, expected: 10, see: '7.2' },
      { request: { DefaultTTL: 0, MinTTL: 7 }, expected: 7, see: '7.2' },
    ]),
  )('$kind: keeps an object with $request for $expected s ($see)', async ({ request, expected: seconds }) => {
    const edge = await bench.start({ template: template({ cachePolicy: request }) });
    await ask(edge.url, '/film.mp4');
    edge.clock.advance(seconds * 1000 - 1);
    expect((await ask(edge.url, '/film.mp4')).headers['x-cache']).toBe('Hit from cloudfront');
    edge.clock.advance(1);
    expect((await ask(edge.url, '/film.mp4')).headers['x-cache']).toBe('RefreshHit from cloudfront');
  });

  test('keeps nothing with all TTLs at 0', async () => {
    const edge = await bench.start({ template: template({ cachePolicy: { DefaultTTL: 0, MaxTTL: 0 } }) });
    await ask(edge.url, '/film.mp4');
    expect((await ask(edge.url, '/film.mp4')).headers['x-cache']).toBe('Miss from cloudfront');
  });

  const fetched = { xCache: 'Miss from cloudfront', body: 'film.mp4 from us-east-1' };
  test.each([
    ...documented<Row<Asked, object>>([
      { request: { headers: { range: 'bytes=0-3' } }, expected: fetched, see: 'RangeGETs' },
      { request: { method: 'POST', body: 'x' }, expected: fetched, see: '7.1' },
    ]),
    ...decided<Row<Asked, object>>([{ request: { method: 'HEAD' }, expected: fetched, see: 'ours' }]),
  ])('$kind: keeps nothing of the answer to $request for one to GET ($see)', async ({ request, expected }) => {
    const edge = await bench.start({ template: template({ behavior: { AllowedMethods: ALL_METHODS } }) });
    await ask(edge.url, '/film.mp4', request);
    const { headers, body } = await ask(edge.url, '/film.mp4');
    expect({ xCache: headers['x-cache'], body }).toEqual(expected);
  });

  test('keeps an error for ten seconds', async () => {
    const edge = await bench.start({ template: template({ behavior: { TargetOriginId: 'us-east-1' } }) });
    const bucket = edge.buckets.get('us-east-1');
    await bucket?.setFault({ kind: 'status', status: 503 });
    await ask(edge.url, '/film.mp4');
    await bucket?.setFault(null);
    edge.clock.advance(9_999);
    expect((await ask(edge.url, '/film.mp4')).status).toBe(503);
    edge.clock.advance(1);
    expect((await ask(edge.url, '/film.mp4')).status).toBe(200);
  });

  test('tells apart what the cache policy names', async () => {
    const ParametersInCacheKeyAndForwardedToOrigin = {
      EnableAcceptEncodingGzip: false,
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Language'] },
      CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['theme'] },
      QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['utm'] },
    };
    const edge = await bench.start({
      template: template({ cachePolicy: { ParametersInCacheKeyAndForwardedToOrigin } }),
    });
    const xCache = async (target: string, asked = {}) => (await ask(edge.url, target, asked)).headers['x-cache'];
    await ask(edge.url, '/film.mp4?a=1', { headers: { 'x-language': 'de' }, cookie: 'theme=dark; x=1' });
    const same = { headers: { 'x-language': 'de' }, cookie: 'x=2; theme=dark' };
    expect(await xCache('/film.mp4?a=1&utm=mail', same)).toBe('Hit from cloudfront');
    expect(await xCache('/film.mp4?a=2', same)).toBe('Miss from cloudfront');
    expect(await xCache('/film.mp4?a=1', { ...same, cookie: 'theme=light' })).toBe('Miss from cloudfront');
    expect(await xCache('/film.mp4?a=1', { ...same, headers: { 'x-language': 'fr' } })).toBe('Miss from cloudfront');
    expect(edge.buckets.get('us-east-1')?.received[0]).toMatchObject({
      target: '/film.mp4?a=1',
      headers: { 'x-language': 'de', cookie: 'theme=dark', host: 'films-111122223333.s3.us-east-1.amazonaws.com' },
    });
  });
});

describe('a template', () => {
  const change = (text: string, other: string) => JSON.parse(JSON.stringify(template()).replaceAll(text, other));

  test.each<{ name: string; input: unknown; message: string }>([
    {
      name: 'nothing',
      input: undefined,
      message: 'template: expected a CloudFormation template with Resources, got nothing',
    },
    {
      name: 'no distribution',
      input: { Resources: {} },
      message: 'Resources: expected an AWS::CloudFront::Distribution, got "none"',
    },
    {
      name: 'an unknown target',
      input: template({ behavior: { TargetOriginId: 'x' } }),
      message:
        'Distribution.DistributionConfig.*.TargetOriginId: expected the id of an origin or origin group, got "x"',
    },
    {
      name: 'an unknown member',
      input: change('"OriginId":"eu-west-1"', '"OriginId":"x"'),
      message: 'Distribution.DistributionConfig.OriginGroups.regional.Members: expected the id of an origin, got "x"',
    },
    {
      name: 'an unknown cache policy',
      input: template({ behavior: { CachePolicyId: 'x' } }),
      message:
        'Distribution.DistributionConfig.DefaultCacheBehavior.CachePolicyId: expected an AWS::CloudFront::CachePolicy that is described: put what "aws cloudfront get-cache-policy --id x" prints into a file, and give it with --resource <file>, got "x"',
    },
    {
      name: 'an unknown protocol policy',
      input: template({ behavior: { ViewerProtocolPolicy: 'http' } }),
      message:
        'Distribution.DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy: expected one of allow-all, redirect-to-https, https-only, got "http"',
    },
    {
      name: 'a reference to nothing',
      input: template({ behavior: { TargetOriginId: { Ref: 'Nothing' } } }),
      message:
        'Distribution.DistributionConfig.DefaultCacheBehavior.TargetOriginId: expected the name of a parameter or resource, got "Nothing"',
    },
  ])('with $name is refused', ({ input, message }) => {
    expect(() => readTemplate(input)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATE_INVALID', message }));
  });

  test('has its intrinsic functions resolved', () => {
    const input = {
      ...template({
        behavior: {
          TargetOriginId: { 'Fn::If': ['IsEurope', 'eu-west-1', { Ref: 'AWS::NoValue' }] },
          ViewerProtocolPolicy: { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,https-only'] }] },
          AllowedMethods: { 'Fn::If': ['IsNot', ['GET'], { Ref: 'AWS::NoValue' }] },
        },
      }),
      Parameters: { Continent: { Type: 'String', Default: 'Europe' } },
      Conditions: {
        IsEurope: { 'Fn::Equals': [{ Ref: 'Continent' }, 'Europe'] },
        IsNot: { 'Fn::Not': [{ Condition: 'IsEurope' }] },
      },
    };
    const { distribution } = readTemplate(input);
    expect(distribution.behaviors).toMatchObject([
      { targetOriginId: 'eu-west-1', viewerProtocolPolicy: 'https-only', allowedMethods: ['GET', 'HEAD'] },
    ]);
    expect(distribution.origins.get('us-east-1')?.domainName).toBe('films-111122223333.s3.us-east-1.amazonaws.com');
  });

  test('names what the emulator does not do', () => {
    const { notices } = readTemplate(
      template({ behavior: { SmoothStreaming: true }, distribution: { Logging: { Bucket: 'x' } } }),
    );
    expect(notices).toEqual([
      'Distribution.DistributionConfig.Logging: an access log is written where --access-log says',
      'Distribution.DistributionConfig.DefaultCacheBehavior.SmoothStreaming: media are not served in the format of Smooth Streaming',
    ]);
  });
});
