/** Legacy cache settings: what is part of the cache key, and what the origin is sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

const legacy = (ForwardedValues: object, behavior = {}) =>
  template({ behavior: { CachePolicyId: undefined, ForwardedValues, ...behavior } });

const cookies = (...WhitelistedNames: string[]) => ({
  QueryString: false,
  Cookies: { Forward: 'whitelist', WhitelistedNames },
});

interface Row {
  readonly values: Record<string, unknown>;
  readonly first: Asked & { target?: string };
  readonly second: Asked & { target?: string };
  /** Whether the second finds the first in the cache. */
  readonly isHit: boolean;
  /** What of the first the origin has seen. */
  readonly sent: object;
  readonly see: string;
}

describe('ForwardedValues', () => {
  const language = (value: string) => ({ headers: { 'x-language': value } });

  test.each<Row>([
    {
      values: { QueryString: false },
      first: { target: '/x?a=1', cookie: 'a=1' },
      second: { target: '/x?a=2', cookie: 'a=2' },
      isHit: true,
      sent: { target: '/x' },
      see: 'nothing',
    },
    {
      values: { QueryString: true },
      first: { target: '/x?a=1' },
      second: { target: '/x?a=2' },
      isHit: false,
      sent: { target: '/x?a=1' },
      see: 'all of the query string',
    },
    {
      values: { QueryString: true, QueryStringCacheKeys: ['page'] },
      first: { target: '/x?page=1&a=1' },
      second: { target: '/x?page=1&a=2' },
      isHit: true,
      sent: { target: '/x?page=1&a=1' },
      see: 'cache keys: all of it is forwarded',
    },
    {
      values: { QueryString: true, QueryStringCacheKeys: ['page'] },
      first: { target: '/x?page=1' },
      second: { target: '/x?page=2' },
      isHit: false,
      sent: { target: '/x?page=1' },
      see: 'cache keys',
    },
    {
      values: { QueryString: false, QueryStringCacheKeys: ['page'] },
      first: { target: '/x?page=1' },
      second: { target: '/x?page=2' },
      isHit: true,
      sent: { target: '/x' },
      see: 'cache keys without QueryString',
    },
    {
      values: cookies('theme*', 'v?'),
      first: { cookie: 'theme-a=1; v1=1; v12=1; x=1' },
      second: { cookie: 'theme-a=1; v1=1; v12=2; x=2' },
      isHit: true,
      sent: { headers: expect.objectContaining({ cookie: 'theme-a=1; v1=1' }) },
      see: 'cookies by pattern',
    },
    {
      values: cookies('theme*'),
      first: { cookie: 'themes=1' },
      second: { cookie: 'themes=2' },
      isHit: false,
      sent: { headers: expect.objectContaining({ cookie: 'themes=1' }) },
      see: 'cookies by pattern',
    },
    {
      values: { QueryString: false, Cookies: { Forward: 'all' } },
      first: { cookie: 'a=1' },
      second: { cookie: 'a=2' },
      isHit: false,
      sent: { headers: expect.objectContaining({ cookie: 'a=1' }) },
      see: 'all cookies',
    },
    {
      values: { QueryString: false, Headers: ['X-Language'] },
      first: language('de'),
      second: language('fr'),
      isHit: false,
      sent: { headers: expect.objectContaining({ 'x-language': 'de' }) },
      see: 'a header',
    },
    {
      values: { QueryString: false, Headers: ['X-Language'] },
      first: { headers: { 'x-language': 'de', 'x-other': '1' } },
      second: { headers: { 'x-language': 'de', 'x-other': '2' } },
      isHit: true,
      sent: { headers: expect.not.objectContaining({ 'x-other': '1' }) },
      see: 'a header, and no other',
    },
    {
      values: { QueryString: false, Headers: ['*'] },
      first: { headers: { 'x-other': '1', host: 'www.example.com' } },
      second: { headers: { 'x-other': '1', host: 'www.example.com' } },
      isHit: false,
      sent: { headers: expect.objectContaining({ 'x-other': '1', host: 'www.example.com' }) },
      see: 'all headers, and nothing is cached',
    },
    {
      values: { QueryString: false },
      first: { headers: { 'accept-encoding': 'gzip, br' } },
      second: { headers: { 'accept-encoding': 'br' } },
      isHit: false,
      sent: { headers: expect.objectContaining({ 'accept-encoding': 'gzip' }) },
      see: 'gzip is told apart, Brotli is not',
    },
    {
      values: { QueryString: false, Headers: ['Accept-Encoding'] },
      first: { headers: { 'accept-encoding': 'gzip;q=0.5, br' } },
      second: { headers: { 'accept-encoding': 'gzip;q=0.5, br' } },
      isHit: true,
      sent: { headers: expect.objectContaining({ 'accept-encoding': 'gzip;q=0.5, br' }) },
      see: 'Accept-Encoding as it was sent',
    },
  ])('$values ($see): $first, then $second', async ({ values, first, second, isHit, sent }) => {
    const edge = await bench.start({ template: legacy(values) });
    await ask(edge.url, first.target ?? '/x', first);
    expect(edge.buckets.get('us-east-1')?.received[0]).toMatchObject(sent);
    const { headers } = await ask(edge.url, second.target ?? '/x', second);
    expect(headers['x-cache']).toBe(isHit ? 'Hit from cloudfront' : 'Miss from cloudfront');
  });

  test.each<{ behavior: object; seconds: number }>([
    { behavior: {}, seconds: 86_400 },
    { behavior: { DefaultTTL: 10 }, seconds: 10 },
    { behavior: { DefaultTTL: 0, MinTTL: 7 }, seconds: 7 },
  ])("lifetimes are the behavior's own: $behavior, $seconds s", async ({ behavior, seconds }) => {
    const edge = await bench.start({ template: legacy({ QueryString: false }, behavior) });
    await ask(edge.url, '/x');
    edge.clock.advance(seconds * 1000 - 1);
    expect((await ask(edge.url, '/x')).headers['x-cache']).toBe('Hit from cloudfront');
    edge.clock.advance(1);
    expect((await ask(edge.url, '/x')).headers['x-cache']).toBe('RefreshHit from cloudfront');
  });

  const at = 'Distribution.DistributionConfig.DefaultCacheBehavior';

  test.each<{ values: object; behavior: object; message: string }>([
    {
      values: {},
      behavior: { CachePolicyId: { Ref: 'CachePolicy' } },
      message: `${at}.CachePolicyId: expected no policy beside ForwardedValues, got "CachePolicy"`,
    },
    {
      values: {},
      behavior: { OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3' },
      message: `${at}.OriginRequestPolicyId: expected no policy beside ForwardedValues, got "216adef6-5c7f-47e4-b989-5492eafa07d3"`,
    },
    {
      values: { Headers: ['*'] },
      behavior: { MinTTL: 1 },
      message: `${at}.MinTTL: expected 0 where all headers are forwarded, got 1`,
    },
    {
      values: { Cookies: { Forward: 'some' } },
      behavior: {},
      message: `${at}.ForwardedValues.Cookies.Forward: expected one of none, whitelist, all, got "some"`,
    },
  ])('$values with $behavior is refused', ({ values, behavior, message }) => {
    expect(() => readTemplate(legacy(values, behavior))).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATE_INVALID', message }),
    );
  });

  test('with all headers, no lifetime is left, whatever the behavior says', () => {
    const { distribution } = readTemplate(legacy({ Headers: ['*'] }, { DefaultTTL: 60, MaxTTL: 600 }));
    expect(distribution.behaviors[0]?.cachePolicy).toMatchObject({ minTtl: 0, defaultTtl: 0, maxTtl: 0 });
  });

  test('or a cache policy has to be there', () => {
    expect(() => readTemplate(template({ behavior: { CachePolicyId: undefined } }))).toThrow(
      `${at}.CachePolicyId: expected the id of a cache policy, or ForwardedValues beside it, got nothing`,
    );
  });

  test('is read whole: nothing of it is left for the notices', () => {
    const values = {
      QueryString: true,
      QueryStringCacheKeys: ['a'],
      Cookies: { Forward: 'none' },
      Headers: ['Origin'],
    };
    expect(readTemplate(legacy(values, { MinTTL: 1, DefaultTTL: 2, MaxTTL: 3 })).notices).toEqual([]);
  });
});
