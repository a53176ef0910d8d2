/** Functions of both kinds. */
import { type Changed, DISTRIBUTION, type Mutation } from './mutation.ts';

const ENVIRONMENT = { Variables: { A: 'b' } };

export const FUNCTION_MUTATIONS: readonly Mutation[] = [
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
    what: 'an alias',
    change: (resources, { DefaultCacheBehavior }) => {
      resources.Live = { Type: 'AWS::Lambda::Alias', Properties: { Name: 'live' } };
      DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN = { Ref: 'Live' };
    },
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
      ['MemorySize', 10_241],
      ['EphemeralStorage.Size', 513],
      ['TracingConfig.Mode', 'Active'],
      ['Runtime', 'java21'],
      ['PackageType', 'Image'],
    ] as const
  ).map(([property, value]) => ({
    rule: 'lambda-at-edge',
    what: `a function with ${property}`,
    change: ({ OriginResponseLambdaFunction }: Changed) =>
      set(OriginResponseLambdaFunction.Properties, property, value),
    at: `OriginResponseLambdaFunction ${property}`,
  })),
  {
    rule: 'function-stores',
    what: 'a second store',
    change: ({ ViewerRequestFunction: { Properties } }) =>
      Properties.FunctionConfig.KeyValueStoreAssociations.push({ KeyValueStoreARN: 'another' }),
    at: 'ViewerRequestFunction FunctionConfig.KeyValueStoreAssociations',
  },
  {
    rule: 'lambda-region',
    what: 'a version of another region',
    change: (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN =
        'arn:aws:lambda:eu-west-1:111122223333:function:a:7'),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.0.LambdaFunctionARN`,
  },
  {
    rule: 'lambda-body',
    what: 'the body of a response',
    change: (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.LambdaFunctionAssociations[0].IncludeBody = true),
    at: `${DISTRIBUTION}.DefaultCacheBehavior.LambdaFunctionAssociations.0.IncludeBody`,
  },
  ...(
    [
      ['MemorySize', 129],
      ['Timeout', 6],
    ] as const
  ).map(([property, value]) => ({
    rule: 'lambda-viewer-quotas',
    what: `a ${property} of ${value} at the viewer request`,
    change: ({ ViewerRequestLambdaFunction }: Changed) => (ViewerRequestLambdaFunction.Properties[property] = value),
    at: `ViewerRequestLambdaFunction ${property}`,
  })),
  {
    rule: 'lambda-code-size',
    what: 'a zip file of a byte too many',
    zips: new Map([['originResponse.zip', 52_428_801]]),
    at: 'OriginResponseLambdaFunction Code.S3Key',
  },
  {
    rule: 'lambda-role',
    what: 'a role that the edge may not take',
    change: ({ OriginResponseRole: { Properties } }) =>
      (Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service = 'lambda.amazonaws.com'),
    at: 'OriginResponseRole AssumeRolePolicyDocument',
  },
];

function set(properties: Changed, path: string, value: unknown): void {
  const [first = '', second] = path.split('.');
  properties[first] = second === undefined ? value : { [second]: value };
}
