/** The distribution of serverless.yml, as it is packaged. */
import { beforeAll, describe, expect, test } from 'vitest';
import { UNAVAILABLE_PATH } from '../../shared/failover/answers.ts';
import {
  type Behavior,
  find,
  idsOf,
  type Packaged,
  packaged,
  resolved,
  resource,
  type Template,
  versionId,
} from './packaged.ts';

let dev: Packaged;
let template: Template;

beforeAll(async () => {
  dev = await packaged();
  template = dev.template;
}, 60_000);

describe('the distribution', () => {
  test('serves index.html at its root, over HTTP/2 and IPv6', () => {
    expect(distributionConfig()).toMatchObject({
      Enabled: true,
      DefaultRootObject: 'index.html',
      HttpVersion: 'http2',
      IPV6Enabled: true,
      PriceClass: 'PriceClass_100',
    });
  });

  test('has one origin for each region of the settings, under its id, by a computed domain', () => {
    const origins = dev.config.regions.map(({ region, originId }) => ({
      Id: originId,
      DomainName: `edgekeeper-dev-${region}-111122223333.s3.${region}.amazonaws.com`,
      OriginAccessControlId: '<OriginAccessControl.Id>',
      OriginCustomHeaders: [{ HeaderName: 'x-edgekeeper-origin', HeaderValue: region }],
    }));
    expect(resolved(regionalOrigins())).toMatchObject(origins);
    expect(regionalOrigins()).toHaveLength(origins.length);
  });

  test('has one origin more, for what a function answers', () => {
    expect(distributionConfig().Origins.filter((origin) => !regionalOrigins().includes(origin))).toEqual([
      {
        Id: 'error-page',
        DomainName: 'example.com',
        CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
      },
    ]);
  });

  test('gives up an origin after one attempt of 2 seconds, or 5 seconds of silence', () => {
    for (const origin of regionalOrigins()) {
      expect(origin).toMatchObject({
        ConnectionAttempts: 1,
        ConnectionTimeout: 2,
        S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 5 },
      });
    }
  });

  test('signs every request to its origins', () => {
    expect(resource(template, 'OriginAccessControl').Properties.OriginAccessControlConfig).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
  });

  test('fails over by the criteria of the settings, from the first region to the second', () => {
    const { statusCodes } = dev.settings.failover;
    expect(statusCodes).toEqual(expect.arrayContaining([503, 504]));
    expect(distributionConfig().OriginGroups).toEqual({
      Quantity: 1,
      Items: [
        {
          Id: 'regional',
          FailoverCriteria: { StatusCodes: { Quantity: statusCodes.length, Items: statusCodes } },
          Members: { Quantity: 2, Items: dev.config.regions.map(({ originId }) => ({ OriginId: originId })) },
        },
      ],
    });
  });
});

describe('the error page', () => {
  test('is shown with 503 for what CloudFront answers itself, and for nothing else', () => {
    const shown = { ResponsePagePath: UNAVAILABLE_PATH, ResponseCode: 503, ErrorCachingMinTTL: 10 };
    expect(distributionConfig().CustomErrorResponses).toEqual([
      { ErrorCode: 502, ...shown },
      { ErrorCode: 504, ...shown },
    ]);
  });

  test('comes before all other behaviors, and asks viewers for nothing', () => {
    expect(resolved(distributionConfig().CacheBehaviors[0])).toEqual({
      PathPattern: '/_edgekeeper/*',
      TargetOriginId: 'error-page',
      ViewerProtocolPolicy: 'redirect-to-https',
      AllowedMethods: ['GET', 'HEAD'],
      CachedMethods: ['GET', 'HEAD'],
      CachePolicyId: '<ErrorPageCachePolicy>',
      ResponseHeadersPolicyId: '<PublicResponseHeadersPolicy>',
      LambdaFunctionAssociations: [
        { EventType: 'origin-request', LambdaFunctionARN: `<${versionId(template, 'OriginRequest')}>` },
      ],
    });
    expect(UNAVAILABLE_PATH.startsWith('/_edgekeeper/')).toBe(true);
  });

  test('is made once a minute, one for all', () => {
    expect(resource(template, 'ErrorPageCachePolicy').Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 60,
      DefaultTTL: 60,
      MaxTTL: 60,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingGzip: false,
        EnableAcceptEncodingBrotli: false,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
      },
    });
  });
});

describe('cache behaviors of the regions', () => {
  test('are the default one, one for each protected section, in the order of the settings, and one for path tokens', () => {
    const protectedPaths = dev.config.protected.map(({ path }) => path);
    expect(behaviors().map(({ PathPattern }) => PathPattern)).toEqual(['/~*', ...protectedPaths, undefined]);
  });

  test('all of them read from the origin group, by safe methods, compressed', () => {
    for (const behavior of behaviors()) {
      expect(behavior).toMatchObject({
        TargetOriginId: 'regional',
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
        CachedMethods: ['GET', 'HEAD'],
        Compress: true,
      });
    }
  });

  test('all of them run a function at both events, the Lambda functions by a numbered version', () => {
    const version = (name: string) => ({ LambdaFunctionARN: `<${versionId(template, name)}>` });
    const origin = { EventType: 'origin-response', ...version('OriginResponse') };
    for (const behavior of behaviors()) {
      const isLambda = behavior.PathPattern === '/members/*';
      expect(resolved(behavior)).toMatchObject({
        FunctionAssociations: isLambda
          ? []
          : [{ EventType: 'viewer-request', FunctionARN: '<ViewerRequestFunction.FunctionMetadata.FunctionARN>' }],
        LambdaFunctionAssociations: isLambda
          ? [{ EventType: 'viewer-request', ...version('ViewerRequest') }, origin]
          : [origin],
      });
    }
  });

  test('public ones redirect to https; protected ones are https alone, and private toward browsers', () => {
    for (const behavior of behaviors()) {
      const isProtected = behavior.PathPattern !== undefined;
      expect(behavior.ViewerProtocolPolicy).toBe(isProtected ? 'https-only' : 'redirect-to-https');

      const headers = find(responseHeaders(behavior), 'CustomHeadersConfig');
      const item = { Header: 'Cache-Control', Value: 'private, max-age=0, must-revalidate', Override: true };
      expect(headers).toEqual(isProtected ? [{ Items: [item] }] : []);
    }
  });

  test('all of them add the security headers and remove the headers of S3', () => {
    for (const behavior of behaviors()) {
      const config = responseHeaders(behavior);
      expect(config.SecurityHeadersConfig).toEqual({
        StrictTransportSecurity: { AccessControlMaxAgeSec: 2 * 365 * 86_400, Override: true },
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
        FrameOptions: { FrameOption: 'SAMEORIGIN', Override: true },
      });
      expect(find(config.RemoveHeadersConfig, 'Header')).toEqual([
        'x-amz-version-id',
        'x-amz-replication-status',
        'x-amz-server-side-encryption',
      ]);
    }
  });

  test('the cache key is the path alone', () => {
    for (const behavior of behaviors()) {
      expect(cachePolicy(behavior).ParametersInCacheKeyAndForwardedToOrigin).toEqual({
        EnableAcceptEncodingGzip: true,
        EnableAcceptEncodingBrotli: true,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
      });
    }
  });

  test('the cache takes the shorter time that an answer after a failover has', () => {
    const { maxAgeSeconds } = dev.config.failover;
    for (const behavior of behaviors()) {
      const { MinTTL, DefaultTTL, MaxTTL } = cachePolicy(behavior);
      expect([MinTTL, DefaultTTL, MaxTTL]).toEqual([0, 86_400, 31_536_000]);
      expect(maxAgeSeconds).toBeGreaterThan(Number(MinTTL));
      expect(maxAgeSeconds).toBeLessThan(Number(DefaultTTL));
    }
  });

  test('the origin gets the order of the regions and nothing else of the viewer', () => {
    const policies = idsOf(template, 'AWS::CloudFront::OriginRequestPolicy');
    expect(policies).toEqual(['OriginRequestPolicy']);
    expect(resource(template, 'OriginRequestPolicy').Properties.OriginRequestPolicyConfig).toMatchObject({
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['x-edgekeeper-order'] },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    });
    for (const behavior of behaviors()) expect(resolved(behavior.OriginRequestPolicyId)).toBe('<OriginRequestPolicy>');
  });
});
interface DistributionConfig {
  readonly Origins: readonly { readonly S3OriginConfig?: object }[];
  readonly CustomErrorResponses: unknown;
  readonly OriginGroups: unknown;
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors: readonly Behavior[];
}

function distributionConfig(): DistributionConfig {
  return resource(template, 'Distribution').Properties.DistributionConfig as DistributionConfig;
}

function regionalOrigins() {
  return distributionConfig().Origins.filter(({ S3OriginConfig }) => S3OriginConfig !== undefined);
}

/** The cache behaviors in the order of precedence, but for that of the error page; the default one is the last. */
function behaviors(): Behavior[] {
  const { CacheBehaviors, DefaultCacheBehavior } = distributionConfig();
  return [...CacheBehaviors.filter(({ TargetOriginId }) => TargetOriginId !== 'error-page'), DefaultCacheBehavior];
}

function responseHeaders(behavior: Behavior): Record<string, unknown> {
  return policyConfig(behavior.ResponseHeadersPolicyId, 'ResponseHeadersPolicyConfig');
}

function cachePolicy(behavior: Behavior): Record<string, unknown> {
  return policyConfig(behavior.CachePolicyId, 'CachePolicyConfig');
}

function policyConfig(reference: unknown, key: string): Record<string, unknown> {
  const { Ref } = reference as { Ref: string };
  return resource(template, Ref).Properties[key] as Record<string, unknown>;
}
