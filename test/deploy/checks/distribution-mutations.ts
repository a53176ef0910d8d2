/** Distributions, their policies and their buckets. */
import { type Changed, DISTRIBUTION, type Mutation } from './mutation.ts';

export const DISTRIBUTION_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'target-origin',
    what: 'an origin that is not there',
    change: (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.TargetOriginId = 'elsewhere'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.TargetOriginId`,
  },
  {
    rule: 'origin-group-members',
    what: 'a member that is not there',
    change: (_, { OriginGroups }) => (OriginGroups.Items[0].Members.Items[1].OriginId = 'elsewhere'),
    at: `${DISTRIBUTION}.OriginGroups.Items.0.Members`,
  },
  {
    rule: 'origin-group-members',
    what: 'one member twice',
    change: (_, { OriginGroups }) => (OriginGroups.Items[0].Members.Items[1].OriginId = 'us-east-1'),
    at: `${DISTRIBUTION}.OriginGroups.Items.0.Members`,
  },
  {
    rule: 'failover-code',
    what: 'a status that is none of them',
    change: (_, { OriginGroups }) => OriginGroups.Items[0].FailoverCriteria.StatusCodes.Items.push(418),
    at: `${DISTRIBUTION}.OriginGroups.Items.0.FailoverCriteria.StatusCodes.Items`,
  },
  {
    rule: 'failover-codes',
    what: 'no timeout',
    change: (_, { OriginGroups }) => (OriginGroups.Items[0].FailoverCriteria.StatusCodes.Items = [500, 503]),
    at: `${DISTRIBUTION}.OriginGroups.Items.0.FailoverCriteria.StatusCodes.Items`,
  },
  {
    rule: 'origin-group-methods',
    what: 'writes to an origin group',
    change: (_, { DefaultCacheBehavior }) => DefaultCacheBehavior.AllowedMethods.push('POST'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.AllowedMethods`,
  },
  {
    rule: 'origin-access',
    what: 'a bucket for everybody',
    change: (_, { Origins }) => delete Origins[0].OriginAccessControlId,
    at: `${DISTRIBUTION}.Origins.0.OriginAccessControlId`,
  },
  {
    rule: 'distribution-quotas',
    what: 'eleven origin groups',
    change: (_, { OriginGroups }) => (OriginGroups.Items = Array(11).fill(OriginGroups.Items[0])),
    at: `${DISTRIBUTION}.OriginGroups`,
  },
  {
    rule: 'unguarded-behavior',
    what: 'a behavior without a function beside others that have one',
    change: (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.FunctionAssociations = []),
    at: `${DISTRIBUTION}.DefaultCacheBehavior`,
  },
  {
    rule: 'guarded-over-http',
    what: 'signatures without TLS',
    change: (_, { CacheBehaviors: [, , behavior] }) =>
      Object.assign(behavior, { TrustedKeyGroups: ['a'], ViewerProtocolPolicy: 'allow-all' }),
    at: `${DISTRIBUTION}.CacheBehaviors.2.ViewerProtocolPolicy`,
  },
  {
    rule: 'signed-ipv6',
    what: 'signatures and IPv6',
    change: (_, { CacheBehaviors: [, , behavior] }) => (behavior.TrustedKeyGroups = ['a']),
    at: `${DISTRIBUTION}.IPV6Enabled`,
  },
  {
    rule: 'list-bucket',
    what: 'a list of the bucket',
    change: ({ PrimaryBucketPolicy }) =>
      (PrimaryBucketPolicy.Properties.PolicyDocument.Statement[0].Action = ['s3:GetObject', 's3:ListBucket']),
    at: 'PrimaryBucketPolicy PolicyDocument.Statement.0.Action',
  },
  {
    rule: 's3-query-strings',
    what: 'query strings in the cache key',
    change: ({ CachePolicy }) =>
      (CachePolicy.Properties.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig = {
        QueryStringBehavior: 'all',
      }),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.CachePolicyId`,
  },
  {
    rule: 'bucket-name',
    what: 'a bucket in upper case',
    change: ({ PrimaryBucket }) => (PrimaryBucket.Properties.BucketName = { 'Fn::Sub': `Films-\${AWS::AccountId}` }),
    at: 'PrimaryBucket BucketName',
  },
  {
    rule: 'replication-versioning',
    what: 'replication without versions',
    change: ({ PrimaryBucket }) => (PrimaryBucket.Properties.VersioningConfiguration.Status = 'Suspended'),
    at: 'PrimaryBucket VersioningConfiguration.Status',
  },
  {
    rule: 'replication-versioning',
    what: 'a destination without versions',
    change: (resources) => {
      resources.Copies = { Type: 'AWS::S3::Bucket', Properties: {} };
      resources.PrimaryBucket.Properties.ReplicationConfiguration.Rules[0].Destination.Bucket = {
        'Fn::GetAtt': ['Copies', 'Arn'],
      };
    },
    at: 'Copies VersioningConfiguration.Status',
  },
  {
    rule: 'policy-effect',
    what: 'an effect in lower case',
    change: ({ ReplicationRole }) =>
      (ReplicationRole.Properties.Policies[0].PolicyDocument.Statement[0].Effect = 'allow'),
    at: 'ReplicationRole Policies.0.PolicyDocument.Statement.0.Effect',
  },
  {
    rule: 'error-page-status',
    what: 'a page for an error that has none',
    change: (_, { CustomErrorResponses }) => (CustomErrorResponses[0].ErrorCode = 505),
    at: `${DISTRIBUTION}.CustomErrorResponses.0.ErrorCode`,
  },
  {
    rule: 'error-page-status',
    what: 'a page with a status that it cannot have',
    change: (_, { CustomErrorResponses }) => (CustomErrorResponses[1].ResponseCode = 302),
    at: `${DISTRIBUTION}.CustomErrorResponses.1.ResponseCode`,
  },
  ...(
    [
      ['ConnectionAttempts', 4],
      ['ConnectionTimeout', 0],
    ] as const
  ).map(([property, value]) => ({
    rule: 'origin-timeouts',
    what: `a ${property} of ${value}`,
    change: (_: Changed, { Origins }: Changed) => (Origins[1][property] = value),
    at: `${DISTRIBUTION}.Origins.1.${property}`,
  })),
  {
    rule: 'origin-timeouts',
    what: 'a response timeout of two minutes and a second',
    change: (_, { Origins }) => (Origins[0].S3OriginConfig.OriginReadTimeout = 121),
    at: `${DISTRIBUTION}.Origins.0.S3OriginConfig.OriginReadTimeout`,
  },
  {
    rule: 'key-group-quotas',
    what: 'six keys',
    change: (resources) =>
      (resources.Keys = { Type: 'AWS::CloudFront::KeyGroup', Properties: { KeyGroupConfig: { Items: Array(6) } } }),
    at: 'Keys KeyGroupConfig.Items',
  },
  {
    rule: 'key-group-quotas',
    what: 'five groups',
    change: (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.TrustedKeyGroups = Array(5).fill('a')),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.TrustedKeyGroups`,
  },
  {
    rule: 'policy-quotas',
    what: 'eleven headers',
    change: ({ OriginRequestPolicy: { Properties } }) =>
      (Properties.OriginRequestPolicyConfig.HeadersConfig.Headers = Array(11).fill('x-a')),
    at: 'OriginRequestPolicy OriginRequestPolicyConfig.HeadersConfig.Headers',
  },
  {
    rule: 'policy-quotas',
    what: 'eleven cookies in the cache key',
    change: ({ CachePolicy: { Properties } }) =>
      (Properties.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.CookiesConfig = {
        CookieBehavior: 'whitelist',
        Cookies: Array(11).fill('a'),
      }),
    at: 'CachePolicy CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.CookiesConfig.Cookies',
  },
  {
    rule: 'stack-set-template',
    what: 'a template of a byte too many',
    change: ({ SecondaryRegion: { Properties } }) => (Properties.TemplateBody = ' '.repeat(51_201)),
    at: 'SecondaryRegion TemplateBody',
  },
  {
    rule: 'shadowed-behavior',
    what: 'a pattern that another covers',
    change: (_, { CacheBehaviors }) => CacheBehaviors.push({ ...CacheBehaviors[2], PathPattern: 'private/films/*' }),
    at: `${DISTRIBUTION}.CacheBehaviors.4.PathPattern`,
  },
  {
    rule: 's3-query-strings',
    what: 'query strings by a managed policy',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.OriginRequestPolicyId = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.OriginRequestPolicyId`,
  },
  {
    rule: 's3-query-strings',
    what: 'query strings as they were forwarded once',
    change: (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.ForwardedValues = { QueryString: true }),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.ForwardedValues.QueryString`,
  },
  ...(
    [
      ['all headers', { HeaderBehavior: 'allViewer' }],
      ['the host', { HeaderBehavior: 'whitelist', Headers: ['Host'] }],
      ['all headers but one', { HeaderBehavior: 'allExcept', Headers: ['Accept'] }],
    ] as const
  ).map(([what, headers]) => ({
    rule: 's3-host-header',
    what,
    change: ({ OriginRequestPolicy: { Properties } }: Changed) =>
      (Properties.OriginRequestPolicyConfig.HeadersConfig = headers),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.OriginRequestPolicyId`,
  })),
  {
    rule: 's3-host-header',
    what: 'the host by a managed policy',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.OriginRequestPolicyId = '216adef6-5c7f-47e4-b989-5492eafa07d3'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.OriginRequestPolicyId`,
  },
  {
    rule: 'bucket-name',
    what: 'a name that S3 keeps for itself',
    change: ({ PrimaryBucket }) => (PrimaryBucket.Properties.BucketName = 'films-s3alias'),
    at: 'PrimaryBucket BucketName',
  },
];
