/** Distributions of a test's own: what the template says is what viewers get. */
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

/** With a film of more bytes than fit between a viewer and an origin that wait for each other. */
const sample = fileURLToPath(new URL('../../emulator/sample', import.meta.url));

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
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

  // "a" is the first behavior, whose origin is eu-west-1.
  test.each<{ patterns: string[]; target: string; region: string; see: string }>([
    { patterns: ['/private/*'], target: '/private/film.mp4', region: 'eu-west-1', see: '7.4' },
    { patterns: ['private/*'], target: '/private/film.mp4', region: 'eu-west-1', see: '7.4 optional slash' },
    { patterns: ['/Private/*'], target: '/private/film.mp4', region: 'us-east-1', see: '7.4 case-sensitive' },
    { patterns: ['/pri?ate/film.*'], target: '/private/film.mp4', region: 'eu-west-1', see: '7.4' },
    { patterns: ['*.mp4'], target: '/private/film.mp4?x=1', region: 'eu-west-1', see: '7.4 crosses slashes' },
    { patterns: ['/x'], target: '/film.mp4', region: 'us-east-1', see: '7.4' },
    { patterns: ['/film*', '/*'], target: '/film.mp4', region: 'eu-west-1', see: '7.4 first match' },
  ])('$patterns: $target is asked of $region ($see)', async ({ patterns, target, region }) => {
    const edge = await bench.start({ template: withBehaviors(...patterns) });
    expect((await ask(edge.url, target)).body).toContain(`from ${region}`);
  });

  test.each<{ pattern?: string; target: string; first: boolean }>([
    { pattern: '/a/', target: '/a/', first: true },
    { pattern: '/a/', target: '/a/b/..', first: true },
    { pattern: '/a/', target: '/a/.', first: true },
    { pattern: '*/film.mp4', target: '/film.mp4', first: true },
    { target: '/a/b?c=1', first: true },
    { target: '/a/b/..?c=1', first: false },
    { target: '/x/../a/b', first: true },
    { target: '/a//b', first: true },
    { target: '/a/./b', first: true },
    { target: '/a%2Fb', first: false },
  ])('$target selects $pattern: $first, and the origin gets it as it was sent', async (row) => {
    const { pattern = '/a/b*', target, first } = row;
    const edge = await bench.start({ template: withBehaviors(pattern) });
    await ask(edge.url, target);
    const asked = edge.buckets.get(first ? 'eu-west-1' : 'us-east-1')?.received[0]?.target;
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

  test.each<{ name: string; asked: Asked; headers?: string[]; sent: object }>([
    { name: "CloudFront's own", asked: { headers: { 'user-agent': 'curl', 'x-other': '1' } }, sent: {} },
    {
      name: 'conditions and ranges',
      asked: { headers: { 'if-match': '"1"', 'if-range': '"1"', 'if-modified-since': '0', range: 'bytes=0-1' } },
      sent: { 'if-match': '"1"', 'if-range': '"1"', 'if-modified-since': '0', range: 'bytes=0-1' },
    },
    {
      name: 'the proxies before',
      asked: { headers: { 'x-forwarded-for': '192.0.2.7' } },
      sent: { 'x-forwarded-for': '192.0.2.7, 127.0.0.1' },
    },
    {
      name: 'what the policy names, in place of its own',
      asked: { headers: { 'user-agent': 'curl', host: 'www.example.com' } },
      headers: ['User-Agent', 'Host'],
      sent: { 'user-agent': 'curl', host: 'www.example.com' },
    },
    {
      name: 'a body, as what it is',
      asked: { method: 'POST', body: 'x', headers: { 'content-type': 'a/b', 'content-encoding': 'br' } },
      sent: { 'content-length': '1', 'content-type': 'a/b', 'content-encoding': 'br' },
    },
  ])('is $name', async ({ asked, headers, sent }) => {
    const HeadersConfig = { HeaderBehavior: headers === undefined ? 'none' : 'whitelist', Headers: headers ?? [] };
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
    await ask(edge.url, '/film.mp4', asked);
    const { connection: _, ...received } = edge.buckets.get('us-east-1')?.received[0]?.headers ?? {};
    expect(received).toEqual({ ...OWN, ...sent });
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
  test.each<{ name: string; policy: Record<string, number>; seconds: number }>([
    { name: 'the default TTL', policy: { DefaultTTL: 10 }, seconds: 10 },
    { name: 'the minimum over the default', policy: { DefaultTTL: 0, MinTTL: 7 }, seconds: 7 },
  ])('keeps an object for $name', async ({ policy, seconds }) => {
    const edge = await bench.start({ template: template({ cachePolicy: policy }) });
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

  test.each<{ name: string; asked: Asked }>([
    { name: 'a part', asked: { headers: { range: 'bytes=0-3' } } },
    { name: 'HEAD', asked: { method: 'HEAD' } },
    { name: 'POST', asked: { method: 'POST', body: 'x' } },
  ])('keeps nothing of the answer to $name', async ({ asked }) => {
    const edge = await bench.start({ template: template({ behavior: { AllowedMethods: ALL_METHODS } }) });
    await ask(edge.url, '/film.mp4', asked);
    const { headers, body } = await ask(edge.url, '/film.mp4');
    expect({ xCache: headers['x-cache'], body }).toEqual({
      xCache: 'Miss from cloudfront',
      body: 'film.mp4 from us-east-1',
    });
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
      'Distribution.DistributionConfig.Logging: no access log is written; GET /requests of the control API has the latest requests',
      'Distribution.DistributionConfig.DefaultCacheBehavior.SmoothStreaming: media are not served in the format of Smooth Streaming',
    ]);
  });
});
