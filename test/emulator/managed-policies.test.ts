/** AWS's managed policies, by the ids that every template and distribution names them with (reference, 10). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CacheBehavior } from '../../emulator/distribution.ts';
import { readTemplate } from '../../emulator/template.ts';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

const behaviorWith = (behavior: Readonly<Record<string, unknown>>) => {
  const { distribution, notices } = readTemplate(template({ behavior }));
  return { behavior: distribution.behaviors[0] as CacheBehavior, notices };
};

const none = { behavior: 'none', names: [] };
const all = { behavior: 'all', names: [] };
const list = (...names: string[]) => ({ behavior: 'whitelist', names });

const BY_ORIGIN = list('host', 'origin', 'x-http-method-override', 'x-http-method', 'x-method-override');

describe('cache policies', () => {
  test.each<{ name: string; id: string; ttls: number[]; encodings: string; key: unknown[] }>([
    {
      name: 'Amplify',
      id: '2e54312d-136d-493c-8eb9-b001f22f67d2',
      ttls: [2, 2, 600],
      encodings: 'gzip br',
      key: [list('authorization', 'cloudfront-viewer-country', 'host'), all, all],
    },
    {
      name: 'CachingDisabled',
      id: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      ttls: [0, 0, 0],
      encodings: '',
      key: [none, none, none],
    },
    {
      name: 'CachingOptimized',
      id: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      ttls: [1, 86_400, 31_536_000],
      encodings: 'gzip br',
      key: [none, none, none],
    },
    {
      name: 'CachingOptimizedForUncompressedObjects',
      id: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
      ttls: [1, 86_400, 31_536_000],
      encodings: '',
      key: [none, none, none],
    },
    {
      name: 'Elemental-MediaPackage',
      id: '08627262-05a9-4f76-9ded-b50ca2e3a84f',
      ttls: [0, 86_400, 31_536_000],
      encodings: 'gzip',
      key: [list('origin'), none, list('aws.manifestfilter', 'start', 'end', 'm')],
    },
    {
      name: 'UseOriginCacheControlHeaders',
      id: '83da9c7e-98b4-4e11-a168-04f0df8e2c65',
      ttls: [0, 0, 31_536_000],
      encodings: 'gzip br',
      key: [BY_ORIGIN, all, none],
    },
    {
      name: 'UseOriginCacheControlHeaders-QueryStrings',
      id: '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
      ttls: [0, 0, 31_536_000],
      encodings: 'gzip br',
      key: [BY_ORIGIN, all, all],
    },
  ])('$name', ({ id, ttls, encodings, key }) => {
    const { behavior, notices } = behaviorWith({ CachePolicyId: id });
    const { minTtl, defaultTtl, maxTtl, gzip, brotli, headers, cookies, queryStrings } = behavior.cachePolicy;
    expect([minTtl, defaultTtl, maxTtl]).toEqual(ttls);
    expect([gzip && 'gzip', brotli && 'br'].filter(Boolean).join(' ')).toBe(encodings);
    expect([headers, cookies, queryStrings]).toEqual(key);
    expect(notices).toEqual([]);
  });
});

describe('origin request policies', () => {
  const preflight = ['origin', 'access-control-request-headers', 'access-control-request-method'];

  test.each<{ name: string; id: string; sent: unknown[] }>([
    { name: 'AllViewer', id: '216adef6-5c7f-47e4-b989-5492eafa07d3', sent: [all, all, all] },
    {
      name: 'AllViewerExceptHostHeader',
      id: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      sent: [{ behavior: 'allExcept', names: ['host'] }, all, all],
    },
    { name: 'CORS-CustomOrigin', id: '59781a5b-3903-41f3-afcb-af62929ccde1', sent: [list('origin'), none, none] },
    { name: 'CORS-S3Origin', id: '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf', sent: [list(...preflight), none, none] },
    {
      name: 'Elemental-MediaTailor-PersonalizedManifests',
      id: '775133bc-15f2-49f9-abea-afb2e0bf67d2',
      sent: [list(...preflight, 'user-agent', 'x-forwarded-for'), none, all],
    },
    { name: 'HostHeaderOnly', id: 'bf0718e1-ba1e-49d1-88b1-f726733018ae', sent: [list('host'), none, none] },
    {
      name: 'UserAgentRefererHeaders',
      id: 'acba4595-bd28-49b8-b9fe-13317c0390fa',
      sent: [list('user-agent', 'referer'), none, none],
    },
  ])('$name', ({ id, sent }) => {
    const { behavior, notices } = behaviorWith({ OriginRequestPolicyId: id });
    const { headers, cookies, queryStrings } = behavior.originRequestPolicy ?? {};
    expect([headers, cookies, queryStrings]).toEqual(sent);
    expect(notices).toEqual([]);
  });

  test('AllViewerAndCloudFrontHeaders-2022-06 asks for headers of which some are not set', () => {
    const { behavior, notices } = behaviorWith({ OriginRequestPolicyId: '33f36d7e-f396-46d9-90e0-52428a34d9dc' });
    expect(behavior.originRequestPolicy).toMatchObject({ headers: { behavior: 'all' }, cookies: all });
    expect(behavior.originRequestPolicy?.cloudFrontHeaders).toHaveLength(21);
    expect(notices).toEqual([
      'Managed-AllViewerAndCloudFrontHeaders-2022-06.OriginRequestPolicyConfig.HeadersConfig.Headers: nothing sets cloudfront-is-android-viewer, cloudfront-is-desktop-viewer, cloudfront-is-ios-viewer, cloudfront-is-mobile-viewer, cloudfront-is-smarttv-viewer, cloudfront-is-tablet-viewer, cloudfront-viewer-tls',
    ]);
  });
});

describe('response headers policies', () => {
  let bench: TestBench;
  beforeAll(async () => {
    bench = await plainBench(template());
  });
  afterAll(() => bench.close());

  const security = {
    'referrer-policy': 'strict-origin-when-cross-origin',
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'x-xss-protection': '1; mode=block',
  };
  const simple = { 'access-control-allow-origin': '*' };
  const preflight = {
    'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
    'access-control-expose-headers': '*',
  };

  test.each<{ name: string; id: string; get: object; options: object }>([
    { name: 'SimpleCORS', id: '60669652-455b-4ae9-85a4-c4c02393f86c', get: simple, options: simple },
    {
      name: 'CORS-With-Preflight',
      id: '5cc3b908-e619-4b99-88e5-2cf7f45965bd',
      get: simple,
      options: { ...simple, ...preflight },
    },
    { name: 'SecurityHeadersPolicy', id: '67f7725c-6f97-4210-82d7-5512b31e9d03', get: security, options: security },
    {
      name: 'CORS-and-SecurityHeadersPolicy',
      id: 'e61eb60c-9c35-4d20-a928-2b84e02af89c',
      get: { ...simple, ...security },
      options: { ...simple, ...security },
    },
    {
      name: 'CORS-with-preflight-and-SecurityHeadersPolicy',
      id: 'eaab4381-ed33-4a86-88ca-d9558dc6cd63',
      get: { ...simple, ...security },
      options: { ...simple, ...preflight, ...security },
    },
  ])('$name', async ({ id, get, options }) => {
    const input = template({ behavior: { ResponseHeadersPolicyId: id, AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] } });
    const edge = await bench.start({ template: input });
    expect(edge.notices).toEqual([]);
    const asked = { headers: { origin: 'https://a.example.com' } };
    expect((await ask(edge.url, '/x', asked)).headers).toMatchObject(get);
    expect((await ask(edge.url, '/x', { ...asked, method: 'OPTIONS' })).headers).toMatchObject(options);
  });
});

test('an id of a policy of another kind is not taken for one', () => {
  expect(() => behaviorWith({ CachePolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3' })).toThrow(
    'get-cache-policy --id 216adef6-5c7f-47e4-b989-5492eafa07d3',
  );
});
