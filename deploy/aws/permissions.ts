/** What each command asks of AWS: the policy that the documentation prints, and the actions that an error tells to grant. */

const STORE = 'arn:aws:cloudfront::<account>:key-value-store/<id>';
const DISTRIBUTION = 'arn:aws:cloudfront::<account>:distribution/<id>';
// Staging distributions get ids of their own.
const DISTRIBUTIONS = 'arn:aws:cloudfront::<account>:distribution/*';
const EDGE_FUNCTIONS = 'arn:aws:lambda:us-east-1:<account>:function:<service>-<stage>-*';
const EDGE_LOGS = [
  'arn:aws:logs:us-east-1:<account>:log-group:/aws/cloudfront/function/<service>-<stage>-*',
  'arn:aws:logs:*:<account>:log-group:/aws/lambda/us-east-1.<service>-<stage>-*',
];

/** The actions by which AWS's policies name calls, and the resources to grant them on. */
export const ACTIONS = {
  'cloudformation:DescribeStacks': ['arn:aws:cloudformation:us-east-1:<account>:stack/<service>-<stage>/*'],
  'cloudfront:CopyDistribution': [DISTRIBUTIONS],
  'cloudfront:CreateContinuousDeploymentPolicy': ['*'],
  'cloudfront:CreateDistribution': [DISTRIBUTIONS],
  'cloudfront:CreateInvalidation': [DISTRIBUTION],
  'cloudfront:CreateOriginRequestPolicy': ['*'],
  'cloudfront:DeleteContinuousDeploymentPolicy': ['*'],
  'cloudfront:DeleteDistribution': [DISTRIBUTIONS],
  'cloudfront:DescribeFunction': ['arn:aws:cloudfront::<account>:function/<service>-<stage>-*'],
  'cloudfront:GetCachePolicy': ['*'],
  'cloudfront:GetContinuousDeploymentPolicy': ['*'],
  'cloudfront:GetDistribution': [DISTRIBUTION],
  'cloudfront:GetOriginRequestPolicy': ['*'],
  'cloudfront:ListDistributions': ['*'],
  'cloudfront:ListOriginRequestPolicies': ['*'],
  'cloudfront:ListTagsForResource': [DISTRIBUTION],
  'cloudfront:UpdateDistribution': [DISTRIBUTION],
  'cloudfront-keyvaluestore:DescribeKeyValueStore': [STORE],
  'cloudfront-keyvaluestore:GetKey': [STORE],
  'cloudfront-keyvaluestore:ListKeys': [STORE],
  'cloudfront-keyvaluestore:UpdateKeys': [STORE],
  'iam:CreateServiceLinkedRole': ['*'],
  'lambda:EnableReplication*': [EDGE_FUNCTIONS],
  'lambda:GetFunction': [EDGE_FUNCTIONS],
  'logs:FilterLogEvents': [...EDGE_LOGS, 'arn:aws:logs:*:<account>:log-group:/aws/lambda/<service>-<stage>-health*'],
  'logs:PutRetentionPolicy': EDGE_LOGS,
} as const;

export type AwsAction = keyof typeof ACTIONS;

const STACK = 'cloudformation:DescribeStacks';
const READ = ['cloudfront-keyvaluestore:GetKey'] as const;
const LIST = ['cloudfront-keyvaluestore:GetKey', 'cloudfront-keyvaluestore:ListKeys'] as const;
const WRITE = ['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:UpdateKeys'] as const;

/** CloudFront asks for these in the caller's name where a configuration has Lambda@Edge functions. */
const REPLICATION = ['lambda:GetFunction', 'lambda:EnableReplication*'] as const;

const ASSOCIATE = [
  STACK,
  'cloudfront:GetDistribution',
  'cloudfront:UpdateDistribution',
  'cloudfront:ListTagsForResource',
  'cloudfront:DescribeFunction',
  'cloudfront:GetCachePolicy',
  'cloudfront:GetOriginRequestPolicy',
  ...REPLICATION,
  'iam:CreateServiceLinkedRole',
] as const;
const POLICIES = ['cloudfront:CreateOriginRequestPolicy', 'cloudfront:ListOriginRequestPolicies'] as const;
const STAGE = [
  ...ASSOCIATE,
  'cloudfront:CopyDistribution',
  'cloudfront:CreateDistribution',
  'cloudfront:CreateContinuousDeploymentPolicy',
] as const;
const UNSTAGE = [
  'cloudfront:GetDistribution',
  'cloudfront:UpdateDistribution',
  'cloudfront:GetContinuousDeploymentPolicy',
  'cloudfront:DeleteContinuousDeploymentPolicy',
  'cloudfront:ListDistributions',
  'cloudfront:DeleteDistribution',
  ...REPLICATION,
] as const;

/** What each command needs. With `--store` in the place of `--stage` no stack is read. */
export const COMMANDS = {
  'serverless deploy (what the plugin asks after it)': [STACK, ...READ, ...WRITE],
  'serverless deploy, with associate in the settings': [...ASSOCIATE, ...POLICIES],
  associate: ASSOCIATE,
  'associate --with-origins': [...ASSOCIATE, ...POLICIES],
  'associate --staging': STAGE,
  'associate --staging --with-origins': [...STAGE, ...POLICIES],
  'promote, abort': UNSTAGE,
  detach: [STACK, 'cloudfront:GetDistribution', 'cloudfront:UpdateDistribution', ...REPLICATION],
  rollback: ['cloudfront:GetDistribution', 'cloudfront:UpdateDistribution', ...REPLICATION],
  'keys list': [STACK, ...READ],
  'keys add, keys retire': [STACK, ...READ, ...WRITE],
  'revoke, unrevoke': [STACK, ...READ, ...WRITE],
  'revoked --sid, revoked --sub': [STACK, ...READ],
  revoked: [STACK, 'cloudfront-keyvaluestore:ListKeys'],
  'revoked --prune': [STACK, 'cloudfront-keyvaluestore:ListKeys', ...WRITE],
  'drain, undrain': [STACK, ...READ, ...WRITE],
  regions: [STACK, ...LIST],
  invalidate: [STACK, 'cloudfront:CreateInvalidation'],
  logs: [STACK, 'logs:FilterLogEvents'],
  'logs --retention': [STACK, 'logs:PutRetentionPolicy'],
  status: [STACK, 'cloudfront:GetDistribution', 'cloudfront:DescribeFunction', ...LIST, 'logs:FilterLogEvents'],
} as const satisfies Readonly<Record<string, readonly AwsAction[]>>;

/** The IAM policy of a command: one statement for the actions that are granted on the same resources. */
export function policyOf(command: keyof typeof COMMANDS) {
  const statements = new Map<string, { Effect: 'Allow'; Action: string[]; Resource: readonly string[] }>();
  for (const action of COMMANDS[command]) {
    const key = ACTIONS[action].join();
    const statement = statements.get(key) ?? { Effect: 'Allow', Action: [], Resource: ACTIONS[action] };
    statement.Action.push(action);
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}
