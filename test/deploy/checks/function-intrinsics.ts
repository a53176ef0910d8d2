/** Functions of both kinds. */
import { DYNAMIC, either, NOTHING, PARAMETER, type Unread } from './intrinsic.ts';
import type { Changed } from './mutation.ts';

export const FUNCTION_INTRINSICS: readonly Unread[] = [
  [
    'function-store-runtime',
    'of a store under a condition',
    ({ ViewerRequestFunction: { Properties } }) =>
      Object.assign(Properties.FunctionConfig, {
        Runtime: 'cloudfront-js-1.0',
        KeyValueStoreAssociations: [either({ KeyValueStoreARN: 'a' })],
      }),
  ],
  [
    'function-stores',
    'of two stores of which one is there',
    ({ ViewerRequestFunction: { Properties } }) =>
      (Properties.FunctionConfig.KeyValueStoreAssociations = [
        either({ KeyValueStoreARN: 'a' }),
        either(NOTHING, { KeyValueStoreARN: 'b' }),
      ]),
  ],
  [
    'function-event',
    'of an association under a condition',
    (_, { DefaultCacheBehavior: behavior }) =>
      (behavior.FunctionAssociations = behavior.FunctionAssociations.map((one: Changed) => either(one))),
  ],
  [
    'function-event',
    'of an event that a parameter names',
    (_, { DefaultCacheBehavior }) => (DefaultCacheBehavior.LambdaFunctionAssociations[0].EventType = PARAMETER),
  ],
  [
    'function-per-event',
    'of two associations of which one is there',
    (_, { DefaultCacheBehavior: { LambdaFunctionAssociations: list } }) =>
      list.splice(0, 1, either(list[0]), either(NOTHING, list[0])),
  ],
  [
    'unguarded-behavior',
    'of functions under a condition',
    (_, { DefaultCacheBehavior: behavior }) => {
      behavior.FunctionAssociations = either(behavior.FunctionAssociations);
    },
  ],
  ...(
    [
      ['a custom resource', { 'Fn::GetAtt': ['Another', 'FunctionArn'] }, 'Custom::CrossRegionStringParameterReader'],
      ['a nested stack', { 'Fn::GetAtt': ['Another', 'Outputs.Arn'] }, 'AWS::CloudFormation::Stack'],
      ['a dynamic reference', DYNAMIC, 'AWS::CloudFormation::Stack'],
      ['an ARN with one', `arn:aws:lambda:us-east-1:111122223333:function:a:${DYNAMIC}`, 'AWS::CloudFormation::Stack'],
    ] as const
  ).map(
    ([what, arn, type]): Unread => [
      'lambda-version',
      `of a version from ${what}`,
      (resources, { DefaultCacheBehavior }) => {
        resources.Another = { Type: type, Properties: {} };
        DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN = arn;
      },
    ],
  ),
  [
    'lambda-region',
    'of a region by a dynamic reference',
    (_, { DefaultCacheBehavior }) =>
      (DefaultCacheBehavior.LambdaFunctionAssociations[0].LambdaFunctionARN =
        'arn:aws:lambda:{{resolve:ssm:/films/region}}:111122223333:function:a:7'),
  ],
  ...(
    [
      ['Environment', NOTHING],
      ['Environment', either({ Variables: { A: 'b' } })],
      ['Layers', []],
      ['Layers', [either('layer')]],
      ['KmsKeyArn', PARAMETER],
      ['Architectures', [PARAMETER]],
      ['Runtime', DYNAMIC],
    ] as const
  ).map(
    ([property, value]): Unread => [
      'lambda-at-edge',
      `of ${property} ${JSON.stringify(value)}`,
      ({ OriginResponseLambdaFunction }) => (OriginResponseLambdaFunction.Properties[property] = value),
    ],
  ),
  ...['Service', 'Principal', 'Statement'].map(
    (part): Unread => [
      'lambda-role',
      `of a ${part} under a condition`,
      ({ OriginResponseRole: { Properties } }) => {
        const { AssumeRolePolicyDocument: policy } = Properties;
        const [statement] = policy.Statement;
        const owner = { Service: statement.Principal, Principal: statement, Statement: policy }[part] as Changed;
        owner[part] = either(owner[part], 'another');
      },
    ],
  ),
];
