/** Every rule holds on the packaged service, and finds the one thing that was changed in it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkTemplate, RULES } from '../../../deploy/checks/check.ts';
import { type Packaged, packaged } from '../packaged.ts';

let service: Packaged;
beforeAll(async () => {
  service = await packaged();
}, 60_000);

test('the packaged service has no findings', () => {
  expect(checkTemplate(service.template)).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: a template is changed at any place
type Changed = any;

interface Mutation {
  readonly rule: string;
  readonly what: string;
  change(resources: Changed, distribution: Changed): void;
  readonly at: string;
}

const DISTRIBUTION = 'Distribution DistributionConfig';
const ENVIRONMENT = { Variables: { A: 'b' } };

const MUTATIONS: readonly Mutation[] = [
  {
    rule: 'function-code-size',
    what: 'a function of a byte too many',
    change: ({ ViewerRequestFunction }) => (ViewerRequestFunction.Properties.FunctionCode = 'x'.repeat(10_241)),
    at: 'ViewerRequestFunction FunctionCode',
  },
  {
    rule: 'function-store-runtime',
    what: 'a store in runtime 1.0',
    change: ({ ViewerRequestFunction }) =>
      (ViewerRequestFunction.Properties.FunctionConfig.Runtime = 'cloudfront-js-1.0'),
    at: 'ViewerRequestFunction FunctionConfig.Runtime',
  },
  {
    rule: 'function-event',
    what: 'a CloudFront Function at an origin event',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.FunctionAssociations[0].EventType = 'origin-request'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.FunctionAssociations.0.EventType`,
  },
  {
    rule: 'function-event',
    what: 'a Lambda@Edge function at an event that is none',
    change: (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.LambdaFunctionAssociations[0].EventType = 'viewer'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.0.EventType`,
  },
  {
    rule: 'function-per-event',
    what: 'both kinds at the viewer events',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.LambdaFunctionAssociations[0].EventType = 'viewer-response'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.0.EventType`,
  },
  {
    rule: 'function-per-event',
    what: 'two at one event',
    change: (_, { DefaultCacheBehavior: { LambdaFunctionAssociations: list } }) => list.push({ ...list[0] }),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.1.EventType`,
  },
  {
    rule: 'lambda-version',
    what: 'the function itself',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN = {
        'Fn::GetAtt': ['OriginResponseLambdaFunction', 'Arn'],
      }),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.0.LambdaFunctionARN`,
  },
  {
    rule: 'lambda-version',
    what: 'its latest code',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN =
        'arn:aws:lambda:us-east-1:111122223333:function:a:$LATEST'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.0.LambdaFunctionARN`,
  },
  ...(
    [
      ['Environment', ENVIRONMENT],
      ['Layers', ['layer']],
      ['VpcConfig', {}],
      ['Architectures', ['arm64']],
      ['Timeout', 31],
      ['Runtime', 'java21'],
      ['PackageType', 'Image'],
    ] as const
  ).map(([property, value]) => ({
    rule: 'lambda-at-edge',
    what: `a function with ${property}`,
    change: ({ OriginResponseLambdaFunction }: Changed) => (OriginResponseLambdaFunction.Properties[property] = value),
    at: `OriginResponseLambdaFunction ${property}`,
  })),
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
    rule: 'policy-effect',
    what: 'an effect in lower case',
    change: ({ ReplicationRole }) =>
      (ReplicationRole.Properties.Policies[0].PolicyDocument.Statement[0].Effect = 'allow'),
    at: 'ReplicationRole Policies.0.PolicyDocument.Statement.0.Effect',
  },
];

describe('a rule finds', () => {
  test.each(MUTATIONS)('$rule: $what', ({ rule, change, at }) => {
    const template = structuredClone(service.template);
    const { Resources } = template as Changed;
    change(Resources, Resources.Distribution.Properties.DistributionConfig);
    const places = checkTemplate(template)
      .filter((finding) => finding.rule === rule)
      .map(({ resource, path }) => `${resource} ${path}`);
    expect(places).toContain(at);
  });

  test('each has a change that it finds', () => {
    expect([...new Set(MUTATIONS.map(({ rule }) => rule))].sort()).toEqual(RULES.map(({ id }) => id).sort());
  });
});

describe('nothing is found', () => {
  test.each<[string, (resources: Changed, distribution: Changed) => void]>([
    [
      'of a function as large as it may be',
      ({ ViewerRequestFunction }) => (ViewerRequestFunction.Properties.FunctionCode = 'x'.repeat(10_240)),
    ],
    [
      'of a version by its ARN',
      (_, { DefaultCacheBehavior }) =>
        (DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN =
          'arn:aws:lambda:us-east-1:111122223333:function:a:7'),
    ],
    [
      'of a version that a parameter names',
      (_, { DefaultCacheBehavior }) =>
        (DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN = { Ref: 'VersionArn' }),
    ],
    [
      'of a function with thirty seconds',
      ({ OriginResponseLambdaFunction }) => (OriginResponseLambdaFunction.Properties.Timeout = 30),
    ],
    [
      'of a regional function with an environment',
      (resources) => (resources.Other = { Type: 'AWS::Lambda::Function', Properties: { Environment: ENVIRONMENT } }),
    ],
    ['of ten origin groups', (_, { OriginGroups }) => (OriginGroups.Items = Array(10).fill(OriginGroups.Items[0]))],
    [
      'of an open behavior with an origin of its own',
      (_, { CacheBehaviors: [errors] }) => (errors.FunctionAssociations = []),
    ],
    [
      'of a bucket whose name only the stack knows',
      ({ PrimaryBucket }) => (PrimaryBucket.Properties.BucketName = { 'Fn::Sub': `\${Name}` }),
    ],
  ])('%s', (_, change) => {
    const template = structuredClone(service.template);
    const { Resources } = template as Changed;
    change(Resources, Resources.Distribution.Properties.DistributionConfig);
    expect(checkTemplate(template)).toEqual([]);
  });
});

describe('a template', () => {
  test('inside a StackSet is checked, too', () => {
    const template = structuredClone(service.template);
    const { SecondaryRegion } = (template as Changed).Resources;
    const { Properties } = SecondaryRegion;
    Properties.TemplateBody = Properties.TemplateBody.replace('s3:GetObject', 's3:*');
    expect(checkTemplate(template)).toMatchObject([
      { rule: 'list-bucket', resource: 'SecondaryRegion/SecondaryBucketPolicy' },
    ]);
  });

  test('may be as "aws cloudformation get-template" prints it', () => {
    expect(checkTemplate({ TemplateBody: service.template, StagesAvailable: [] })).toEqual([]);
  });

  test.each([{}, null, [], 'Resources', { Resources: {} }, { Resources: [] }])('is not %j', (value) => {
    expect(() => checkTemplate(value)).toThrow(
      'Resources: expected the resources of a compiled CloudFormation template',
    );
  });

  test.each([
    { Resources: { A: null } },
    { Resources: { A: { Type: 'AWS::CloudFront::Distribution' } } },
    {
      Resources: {
        A: {
          Type: 'AWS::CloudFront::Distribution',
          Properties: { DistributionConfig: { Origins: 1, CacheBehaviors: [null] } },
        },
      },
    },
    { Resources: { A: { Type: 'AWS::S3::BucketPolicy', Properties: { PolicyDocument: { Statement: 'x' } } } } },
    { Resources: { A: { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateBody: '{' } } } },
  ])('of a form that nobody expected is passed over: %j', (value) => {
    expect(() => checkTemplate(value)).not.toThrow();
  });
});
