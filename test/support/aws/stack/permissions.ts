/** What a role may do, and what CloudFormation does in its name to make a resource and to remove it. */
import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import { living, type Place, type Properties, valuesOf } from './resource.ts';

interface Needed {
  /** Without the service: `s3:` comes from the type. */
  readonly make: readonly string[];
  readonly remove: readonly string[];
  arn(name: string, properties: Properties, prefix: string): string;
}

/**
 * The actions without which it cannot be, of those types that StackSets have here.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const NEEDED: Readonly<Record<string, Needed>> = {
  'AWS::S3::Bucket': {
    make: [
      's3:CreateBucket',
      's3:PutBucketVersioning',
      's3:PutBucketPublicAccessBlock',
      's3:PutBucketOwnershipControls',
    ],
    remove: ['s3:DeleteBucket'],
    arn: (name) => `arn:aws:s3:::${name}`,
  },
  'AWS::S3::BucketPolicy': {
    make: ['s3:PutBucketPolicy'],
    remove: ['s3:DeleteBucketPolicy'],
    arn: (name) => `arn:aws:s3:::${name}`,
  },
  'AWS::Lambda::Function': {
    make: ['lambda:CreateFunction', 'lambda:GetFunction', 'lambda:UpdateFunctionCode'],
    remove: ['lambda:DeleteFunction'],
    arn: (name, _properties, prefix) => `${prefix.replace('SERVICE', 'lambda')}:function:${name}`,
  },
  'AWS::Lambda::Permission': {
    make: ['lambda:AddPermission'],
    remove: ['lambda:RemovePermission'],
    arn: (_name, { FunctionName }, prefix) => `${prefix.replace('SERVICE', 'lambda')}:function:${FunctionName}`,
  },
  'AWS::Events::Rule': {
    make: ['events:PutRule', 'events:PutTargets'],
    remove: ['events:RemoveTargets', 'events:DeleteRule'],
    arn: (name, _properties, prefix) => `${prefix.replace('SERVICE', 'events')}:rule/${name}`,
  },
  'AWS::Logs::LogGroup': {
    make: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
    remove: ['logs:DeleteLogGroup'],
    arn: (name, _properties, prefix) => `${prefix.replace('SERVICE', 'logs')}:log-group:${name}`,
  },
  'AWS::Logs::MetricFilter': {
    make: ['logs:PutMetricFilter'],
    remove: ['logs:DeleteMetricFilter'],
    arn: (_name, { LogGroupName }, prefix) => `${prefix.replace('SERVICE', 'logs')}:log-group:${LogGroupName}`,
  },
  'AWS::CloudWatch::Alarm': {
    make: ['cloudwatch:PutMetricAlarm'],
    remove: ['cloudwatch:DeleteAlarms'],
    arn: (name, _properties, prefix) => `${prefix.replace('SERVICE', 'cloudwatch')}:alarm:${name}`,
  },
  'AWS::SNS::Topic': {
    make: ['sns:CreateTopic', 'sns:Subscribe'],
    remove: ['sns:DeleteTopic'],
    arn: (name, _properties, prefix) => `${prefix.replace('SERVICE', 'sns')}:${name}`,
  },
};

/**
 * Conditions of statements are taken for true.
 *
 * @throws {Refusal} AccessDenied for the first action that the role of the stack, where it has one, may not take.
 */
export function holdsPermission(
  place: Place,
  step: 'make' | 'remove',
  type: string,
  name: string,
  properties: Properties,
): void {
  const { account, region, role } = place;
  if (role === undefined) return;
  const needed = NEEDED[type];
  if (needed === undefined) throw refusal('AccessDenied', `what ${type} needs is not known here`);
  const arn = needed.arn(name, properties, `arn:aws:SERVICE:${region}:${account.id}`);
  const actions = needed[step].map((action) => ({ action, on: arn }));
  const passed =
    step === 'make' && properties.Role !== undefined ? [{ action: 'iam:PassRole', on: String(properties.Role) }] : [];
  for (const { action, on } of [...actions, ...passed]) {
    if (!may(account, role, action, on))
      throw refusal('AccessDenied', `${role} is not authorized to perform: ${action} on ${on}`);
  }
}

function may(account: Account, role: string, action: string, arn: string): boolean {
  const policies = living(account, 'AWS::IAM::Role', role)?.properties.Policies;
  const statements = valuesOf(policies, 'Statement').flat() as Properties[];
  const applies = ({ Action, Resource }: Properties) =>
    [Action].flat().some((pattern) => covers(pattern, action)) &&
    [Resource].flat().some((pattern) => covers(pattern, arn));
  const effects = statements.filter(applies).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** `*` is any text, `?` any character. */
function covers(pattern: unknown, text: string): boolean {
  const source = String(pattern)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}(?![\\s\\S])`).test(text);
}
