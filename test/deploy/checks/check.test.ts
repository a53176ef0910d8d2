/** Every rule holds on the packaged service, and finds the one thing that was changed in it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkTemplate, RULES } from '../../../deploy/checks/check.ts';
import { type Packaged, packaged } from '../packaged.ts';
import { DISTRIBUTION_INTRINSICS } from './distribution-intrinsics.ts';
import { DISTRIBUTION_MUTATIONS } from './distribution-mutations.ts';
import { FUNCTION_INTRINSICS } from './function-intrinsics.ts';
import { FUNCTION_MUTATIONS } from './function-mutations.ts';
import { MONITORING_INTRINSICS } from './monitoring-intrinsics.ts';
import { MONITORING_MUTATIONS } from './monitoring-mutations.ts';
import type { Changed, Mutation } from './mutation.ts';
import { SETTINGS_MUTATIONS } from './settings-mutations.ts';
import { TRANSPORT_INTRINSICS } from './transport-intrinsics.ts';
import { TRANSPORT_MUTATIONS } from './transport-mutations.ts';
import { UNBROKEN } from './unbroken.ts';

let service: Packaged;
beforeAll(async () => {
  service = await packaged();
}, 60_000);

test('the packaged service has no findings', () => {
  expect(checkTemplate(service.template, changed({}).beside)).toEqual([]);
});

/** Each breaks its rule, and no other. */
const SINGLE_MUTATIONS = [...TRANSPORT_MUTATIONS, ...MONITORING_MUTATIONS];

const MUTATIONS = [...FUNCTION_MUTATIONS, ...DISTRIBUTION_MUTATIONS, ...SETTINGS_MUTATIONS, ...SINGLE_MUTATIONS];

const INTRINSICS = [
  ...FUNCTION_INTRINSICS,
  ...DISTRIBUTION_INTRINSICS,
  ...TRANSPORT_INTRINSICS,
  ...MONITORING_INTRINSICS,
];

/** What a mutation leaves of the packaged service, and what it puts beside it. */
function changed({ change, settings, zips = new Map() }: Partial<Mutation>) {
  const template = structuredClone(service.template) as Changed;
  const { Resources } = template;
  change?.(Resources, Resources.Distribution.Properties.DistributionConfig);
  return { template, beside: { settings: settings?.(service.config) ?? service.config, zips } };
}

describe('a rule finds', () => {
  test.each(MUTATIONS)('$rule: $what', (mutation) => {
    const { rule, at } = mutation;
    const { template, beside } = changed(mutation);
    const places = checkTemplate(template, beside)
      .filter((finding) => finding.rule === rule)
      .map(({ resource, path }) => `${resource} ${path}`);
    expect(places).toContain(at);
  });

  test.each(SINGLE_MUTATIONS)('$rule alone: $what', (mutation) => {
    const { template, beside } = changed(mutation);
    expect(checkTemplate(template, beside).map(({ rule }) => rule)).toEqual([mutation.rule]);
  });

  test.each([
    ['KmsKeyArn', { 'Fn::GetAtt': ['PrimaryBucket', 'Arn'] }],
    ['Layers', [{ Ref: 'PrimaryBucket' }]],
  ])('lambda-at-edge: %s that refers to a resource', (path, value) => {
    const { template } = changed({
      change: ({ OriginResponseLambdaFunction }) => (OriginResponseLambdaFunction.Properties[path] = value),
    });
    expect(checkTemplate(template)).toMatchObject([{ rule: 'lambda-at-edge', path }]);
  });

  test('lambda-at-edge: an environment, of which it tells the names alone', () => {
    const { template } = changed({
      change: ({ OriginResponseLambdaFunction: { Properties } }) =>
        (Properties.Environment = { Variables: { PASSWORD: 'swordfish' } }),
    });
    expect(checkTemplate(template)).toMatchObject([{ path: 'Environment', got: ['PASSWORD'] }]);
  });

  test.each(['distribution-quotas', 'key-group-quotas', 'policy-quotas'])('%s, and only warns', (rule) => {
    expect(RULES.find(({ id }) => id === rule)?.severity).toBe('warning');
  });

  test('each has a change that it finds', () => {
    expect([...new Set(MUTATIONS.map(({ rule }) => rule))].sort()).toEqual(RULES.map(({ id }) => id).sort());
  });
});

describe('nothing is found', () => {
  test.each<[string, Mutation['change'], Partial<Mutation>?]>([
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
      (resources) => (resources.Other = { Type: 'AWS::Lambda::Function', Properties: { Environment: {} } }),
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
    ['of times as long as they may be', (_, { Origins }) => (Origins[0].S3OriginConfig.OriginReadTimeout = 120)],
    [
      'of five keys',
      (resources) =>
        (resources.Keys = { Type: 'AWS::CloudFront::KeyGroup', Properties: { KeyGroupConfig: { Items: Array(5) } } }),
    ],
    [
      'of ten headers',
      ({ OriginRequestPolicy: { Properties } }) =>
        (Properties.OriginRequestPolicyConfig.HeadersConfig.Headers = Array(10).fill('x-a')),
    ],
    ['of a template as long as it may be', ({ SecondaryRegion: { Properties } }) => pad(Properties, 51_200)],
    [
      'of a pattern before the wider one',
      (_, { CacheBehaviors }) => CacheBehaviors.splice(2, 0, { ...CacheBehaviors[2], PathPattern: '/private/films/*' }),
    ],
    [
      'of all headers but the host',
      ({ OriginRequestPolicy: { Properties } }) =>
        (Properties.OriginRequestPolicyConfig.HeadersConfig = { HeaderBehavior: 'allExcept', Headers: ['host'] }),
    ],
    ['of a zip file as large as it may be', () => {}, { zips: new Map([['originResponse.zip', 52_428_800]]) }],
    [
      'of an origin function with six seconds',
      ({ OriginRequestLambdaFunction }) => (OriginRequestLambdaFunction.Properties.Timeout = 6),
    ],
    ['of a cap as long as the default time', ({ CachePolicy }) => times(CachePolicy, { DefaultTTL: 60 })],
    ['of a cap as long as the least time', ({ CachePolicy }) => times(CachePolicy, { MinTTL: 60 })],
    [
      'of countries for which the policies ask',
      ({ OriginRequestPolicy: { Properties } }) =>
        Properties.OriginRequestPolicyConfig.HeadersConfig.Headers.push(
          'CloudFront-Viewer-Country',
          'cloudfront-viewer-country-region',
        ),
      {
        settings: (config) => ({ ...config, protected: config.protected.map((one) => ({ ...one, geo: true })) }),
      },
    ],
  ])('%s', (_, change, mutation = {}) => {
    const { template, beside } = changed({ ...mutation, ...(change && { change }) });
    expect(checkTemplate(template, beside)).toEqual([]);
  });

  test.each(UNBROKEN)('by $rule of $what', (mutation) => {
    const { template, beside } = changed(mutation);
    expect(checkTemplate(template, beside)).toEqual([]);
  });

  test.each(INTRINSICS)('by %s %s', (_rule, _what, change) => {
    const { template, beside } = changed({ ...(change && { change }) });
    expect(checkTemplate(template, beside)).toEqual([]);
  });

  function pad(properties: Changed, bytes: number): void {
    properties.TemplateBody = properties.TemplateBody.padEnd(bytes, ' ');
  }

  function times({ Properties }: Changed, other: object): void {
    Object.assign(Properties.CachePolicyConfig, other);
  }
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
