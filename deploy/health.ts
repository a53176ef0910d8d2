/** The scheduled function that drains and restores regions, in the stack of the secondary region, so that the primary's end is not its own. */
import { join } from 'node:path';
import { buildScheduled } from '../build/scheduled.ts';
import { ConfigError } from '../config/errors.ts';
import type { EdgeConfig, Health, Region } from '../shared/config.ts';
import { allowExecution, throughCloudFormation } from './execution-role.ts';
import { bucketName } from './regions.ts';
import type { Resource, Template } from './template.ts';

/** What the Lambda function is given beyond its last probe, to write to the store. */
const WRITING_SECONDS = 30;

const LOG_DAYS = 30;

const STORE_OPERATIONS = ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'];

interface StackSet {
  readonly Parameters: object[];
  readonly TemplateBody: { readonly Parameters: Record<string, object> } & Template;
}

/**
 * Adds the function, its schedule and its logs to the stack of the secondary region, and its role to this one,
 * where roles are for all regions. The role that makes that stack may make these, too, and may remove them also
 * where the settings have no `health` any more: it is changed before the stack is.
 *
 * @param service name and stage
 * @throws {ConfigError} for a template without the StackSet of the secondary region.
 */
export async function addHealth(template: Template, root: string, service: string, config: EdgeConfig): Promise<void> {
  const { health, regions } = config;
  const stackSet = template.Resources.SecondaryRegion?.Properties as StackSet | undefined;
  const name = `${service}-health`;
  allowExecution(template, mayMakeAndRemove(name));
  if (health === null) return;
  if (stackSet === undefined) {
    throw new ConfigError('health', 'the resource SecondaryRegion in the template, or no health', 'none');
  }
  const buckets = Object.fromEntries(regions.map(({ region }) => [region, bucketName(service, region)]));
  template.Resources.HealthRole = roleOf(name, service, regions, health);
  allowExecution(template, [MAY_HAND_OVER_ROLE]);
  stackSet.Parameters.push(
    { ParameterKey: 'HealthRoleArn', ParameterValue: { 'Fn::GetAtt': ['HealthRole', 'Arn'] } },
    { ParameterKey: 'KeyValueStoreArn', ParameterValue: { 'Fn::GetAtt': ['KeyValueStore', 'Arn'] } },
  );
  const code = await buildScheduled(join(root, 'functions/scheduled/health.ts'), config);
  Object.assign(stackSet.TemplateBody.Parameters, {
    HealthRoleArn: { Type: 'String' },
    KeyValueStoreArn: { Type: 'String' },
  });
  // One prober is enough, also where the stack is in several regions.
  const isProber = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, regions[1]?.region] };
  Object.assign(stackSet.TemplateBody, { Conditions: { IsProber: isProber } });
  for (const [id, resource] of Object.entries(scheduled(name, code, buckets, health))) {
    stackSet.TemplateBody.Resources[id] = { Condition: 'IsProber', ...resource } as Resource;
  }
}

function scheduled(name: string, code: string, buckets: Readonly<Record<string, string>>, health: Health) {
  const minutes = health.everySeconds / 60;
  const probing = health.probes * health.timeoutSeconds + (health.probes - 1) * health.intervalSeconds;
  return {
    HealthLogs: {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: LOG_DAYS },
    },
    HealthFunction: {
      Type: 'AWS::Lambda::Function',
      DependsOn: 'HealthLogs',
      Properties: {
        FunctionName: name,
        Description: 'Drains the regions that fail, and restores them',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { Ref: 'HealthRoleArn' },
        MemorySize: 128,
        Timeout: probing + WRITING_SECONDS,
        Environment: {
          Variables: {
            STORE_ARN: { Ref: 'KeyValueStoreArn' },
            BUCKETS: { 'Fn::Sub': JSON.stringify(withAccount(buckets)) },
          },
        },
        Code: { ZipFile: code },
      },
    },
    HealthSchedule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: name,
        Description: 'Probes the regions',
        ScheduleExpression: `rate(${minutes} minute${minutes === 1 ? '' : 's'})`,
        Targets: [{ Id: 'health', Arn: { 'Fn::GetAtt': ['HealthFunction', 'Arn'] } }],
      },
    },
    HealthPermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'HealthFunction' },
        Principal: 'events.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': ['HealthSchedule', 'Arn'] },
      },
    },
  };
}

/** It may read the canaries, the names in their buckets, the store, and write to that; `state` holds the signing keys. */
function roleOf(name: string, service: string, regions: readonly Region[], { canary }: Health) {
  const arnOf = ({ region }: Region) => `arn:\${AWS::Partition}:s3:::${bucketName(service, region)}-\${AWS::AccountId}`;
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'health',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              // Who may list learns that an object is missing; who may not is denied, as in a region that fails.
              allow(['s3:ListBucket'], regions.map(arnOf)),
              allow(
                ['s3:GetObject'],
                regions.map((region) => `${arnOf(region)}${region.prefix ?? ''}${canary}`),
              ),
              {
                Effect: 'Allow',
                Action: STORE_OPERATIONS.map((operation) => `cloudfront-keyvaluestore:${operation}`),
                Resource: { 'Fn::GetAtt': ['KeyValueStore', 'Arn'] },
              },
              allow(
                ['logs:CreateLogStream', 'logs:PutLogEvents'],
                [`arn:\${AWS::Partition}:logs:*:\${AWS::AccountId}:log-group:/aws/lambda/${name}:*`],
              ),
            ],
          },
        },
      ],
    },
  };
}

/** What the role that makes the stack of the secondary region needs for it, and for its end. */
function mayMakeAndRemove(name: string): object[] {
  const account = `\${AWS::AccountId}`;
  return [
    throughCloudFormation(['lambda:*'], [`arn:\${AWS::Partition}:lambda:*:${account}:function:${name}`]),
    throughCloudFormation(['events:*'], [`arn:\${AWS::Partition}:events:*:${account}:rule/${name}`]),
    throughCloudFormation(['logs:*'], [`arn:\${AWS::Partition}:logs:*:${account}:log-group:/aws/lambda/${name}*`]),
    { Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: '*' },
  ];
}

const MAY_HAND_OVER_ROLE = {
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: { 'Fn::GetAtt': ['HealthRole', 'Arn'] },
  Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
};

function allow(actions: readonly string[], resources: readonly string[]): object {
  return { Effect: 'Allow', Action: actions, Resource: resources.map((resource) => ({ 'Fn::Sub': resource })) };
}

function withAccount(buckets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(buckets).map(([region, name]) => [region, `${name}-\${AWS::AccountId}`]));
}
