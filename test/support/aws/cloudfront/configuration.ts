/** Configurations of distributions: valid by default, so that a test states only what it is about. */
import { documentOf } from './document.ts';
import { SHAPES } from './schema.ts';

export const ACCOUNT = '111122223333';

export const functionArn = (name: string) => `arn:aws:cloudfront::${ACCOUNT}:function/${name}`;

export const lambdaArn = (name: string, version = '3') =>
  `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}${version === '' ? '' : `:${version}`}`;

export interface BehaviorInit {
  readonly [member: string]: unknown;
  readonly functions?: Readonly<Record<string, string>>;
  readonly lambdas?: Readonly<Record<string, string>>;
}

/** A cache behavior as CloudFront prints it; `functions` and `lambdas` are by event. */
export function behavior(pattern: string, init: BehaviorInit = {}): object {
  const { functions = {}, lambdas = {}, ...members } = init;
  return {
    ...(pattern !== 'default' && { PathPattern: pattern }),
    TargetOriginId: 'us-east-1',
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: 'redirect-to-https',
    AllowedMethods: { Quantity: 2, Items: ['HEAD', 'GET'], CachedMethods: ['HEAD', 'GET'] },
    SmoothStreaming: false,
    Compress: true,
    LambdaFunctionAssociations: Object.entries(lambdas).map(([EventType, LambdaFunctionARN]) => ({
      LambdaFunctionARN,
      EventType,
      IncludeBody: false,
    })),
    FunctionAssociations: Object.entries(functions).map(([EventType, FunctionARN]) => ({ FunctionARN, EventType })),
    FieldLevelEncryptionId: '',
    CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    ...members,
  };
}

/** An origin as CloudFront prints it: the bucket of a region. */
export function bucketOrigin(id: string, init: object = {}): object {
  return {
    Id: id,
    DomainName: `films-${id}.s3.${id}.amazonaws.com`,
    OriginPath: '',
    CustomHeaders: [],
    S3OriginConfig: { OriginAccessIdentity: '' },
    ConnectionAttempts: 3,
    ConnectionTimeout: 10,
    OriginShield: { Enabled: false },
    OriginAccessControlId: 'E4EXAMPLE',
    ...init,
  };
}

export function serverOrigin(id: string, init: object = {}): object {
  const { S3OriginConfig: _, ...origin } = bucketOrigin(id) as Record<string, unknown>;
  return {
    ...origin,
    DomainName: `${id}.example.com`,
    CustomOriginConfig: {
      HTTPPort: 80,
      HTTPSPort: 443,
      OriginProtocolPolicy: 'https-only',
      OriginSslProtocols: ['TLSv1.2'],
      OriginReadTimeout: 30,
      OriginKeepaliveTimeout: 5,
    },
    OriginAccessControlId: '',
    ...init,
  };
}

export function originGroup(id: string, members: readonly string[], init: object = {}): object {
  return {
    Id: id,
    FailoverCriteria: { StatusCodes: [500, 503, 504] },
    Members: members.map((OriginId) => ({ OriginId })),
    ...init,
  };
}

/** A distribution over the buckets of two regions, in the order of CloudFront's answers. */
export function configurationXml(init: Readonly<Record<string, unknown>> = {}): string {
  const config = {
    CallerReference: 'films',
    Aliases: [],
    DefaultRootObject: 'index.html',
    Origins: [bucketOrigin('us-east-1'), bucketOrigin('eu-west-1')],
    OriginGroups: [],
    DefaultCacheBehavior: behavior('default'),
    CacheBehaviors: [behavior('/media/*')],
    CustomErrorResponses: [],
    Comment: 'films & more',
    Logging: { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' },
    PriceClass: 'PriceClass_All',
    Enabled: true,
    ViewerCertificate: { CloudFrontDefaultCertificate: true, MinimumProtocolVersion: 'TLSv1' },
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: '',
    HttpVersion: 'http2',
    IsIPV6Enabled: true,
    ContinuousDeploymentPolicyId: '',
    Staging: false,
    ...init,
  };
  return documentOf('DistributionConfig', config, SHAPES.DistributionConfig);
}
