/** The types of resources that a deployment has. */
import { refusal } from '../request.ts';
import { CLOUDFRONT_KINDS } from './cloudfront-kinds.ts';
import { IAM_ROLE } from './iam-role.ts';
import { LAMBDA_FUNCTION, LAMBDA_VERSION } from './lambda-kinds.ts';
import { LOGS_KINDS } from './logs-kinds.ts';
import type { Kind } from './resource.ts';
import { BUCKET, BUCKET_POLICY } from './s3-kinds.ts';
import { STACK_SET } from './stack-set.ts';

const KINDS: Readonly<Record<string, Kind>> = {
  ...CLOUDFRONT_KINDS,
  ...LOGS_KINDS,
  'AWS::S3::Bucket': BUCKET,
  'AWS::S3::BucketPolicy': BUCKET_POLICY,
  'AWS::IAM::Role': IAM_ROLE,
  'AWS::Lambda::Function': LAMBDA_FUNCTION,
  'AWS::Lambda::Version': LAMBDA_VERSION,
  'AWS::Lambda::Permission': { identify: (name) => ({ physicalId: name }) },
  'AWS::CloudFormation::StackSet': STACK_SET,
  'AWS::Events::Rule': named('Name', 'events', (name) => `rule/${name}`),
  'AWS::CloudWatch::Alarm': named('AlarmName', 'cloudwatch', (name) => `alarm:${name}`),
  'AWS::CloudWatch::Dashboard': { name: 'DashboardName', isGlobal: true, identify: (name) => ({ physicalId: name }) },
  'AWS::SNS::Topic': {
    name: 'TopicName',
    identify: (name, { account, region }) => ({ physicalId: `arn:aws:sns:${region}:${account.id}:${name}` }),
  },
  'AWS::SNS::Subscription': { identify: (name) => ({ physicalId: name }) },
  'AWS::SNS::TopicPolicy': { identify: (name) => ({ physicalId: name }) },
};

/** @throws {Refusal} ValidationError for a type that is not known here; CloudFormation knows more. */
export function kindOf(type: string): Kind {
  const kind = KINDS[type];
  if (kind === undefined)
    throw refusal('ValidationError', `Template format error: Unrecognized resource types: [${type}]`);
  return kind;
}

/** `Ref` is the name, and there is an ARN. */
function named(property: string, service: string, resource: (name: string) => string): Kind {
  return {
    name: property,
    identify: (name, { account, region }) => ({
      physicalId: name,
      attributes: { Arn: `arn:aws:${service}:${region}:${account.id}:${resource(name)}` },
    }),
  };
}
