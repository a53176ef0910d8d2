/**
 * Access logs, delivered to a private bucket by standard logging v2. The older kind needs a bucket with access control
 * lists, and takes no choice of fields but cookies.
 */
import type { AccessLogs, Deployment } from '../config/deployment.ts';
import type { Resource, Template } from './template.ts';

/**
 * In the order of CloudFront's own file, without `cs(Cookie)`, in which tokens travel.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#BasicDistributionFileFormat
 */
const FIELDS = [
  'date',
  'time',
  'x-edge-location',
  'sc-bytes',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'sc-status',
  'cs(Referer)',
  'cs(User-Agent)',
  'cs-uri-query',
  'x-edge-result-type',
  'x-edge-request-id',
  'x-host-header',
  'cs-protocol',
  'cs-bytes',
  'time-taken',
  'ssl-protocol',
  'ssl-cipher',
  'x-edge-response-result-type',
  'cs-protocol-version',
  'c-port',
  'time-to-first-byte',
  'x-edge-detailed-result-type',
  'sc-content-type',
  'sc-content-len',
  'sc-range-start',
  'sc-range-end',
];

const WITH_QUERY_STRINGS = ['cs-uri-query', 'cs(Referer)'];

/** @param service name and stage */
export function addAccessLogs(template: Template, service: string, { logs }: Deployment): void {
  if (logs !== null) Object.assign(template.Resources, bucket(service, logs), delivery(service, logs));
}

function bucket(service: string, { days }: AccessLogs): Record<string, Resource> {
  const account = `\${AWS::AccountId}`;
  return {
    LogBucket: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: { 'Fn::Sub': `${service}-logs-${account}` },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'expire',
              Status: 'Enabled',
              ExpirationInDays: days,
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
      },
    } as Resource,
    LogBucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'LogBucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'delivery.logs.amazonaws.com' },
              Action: 's3:PutObject',
              Resource: { 'Fn::Sub': `\${LogBucket.Arn}/*` },
              Condition: {
                StringEquals: {
                  's3:x-amz-acl': 'bucket-owner-full-control',
                  'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                },
                ArnEquals: {
                  'aws:SourceArn': {
                    'Fn::Sub': `arn:\${AWS::Partition}:logs:us-east-1:${account}:delivery-source:${service}`,
                  },
                },
              },
            },
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [{ 'Fn::GetAtt': ['LogBucket', 'Arn'] }, { 'Fn::Sub': `\${LogBucket.Arn}/*` }],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
  };
}

function delivery(service: string, { queryStrings }: AccessLogs): Record<string, Resource> {
  const distribution = `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Distribution}`;
  return {
    LogSource: {
      Type: 'AWS::Logs::DeliverySource',
      Properties: { Name: service, LogType: 'ACCESS_LOGS', ResourceArn: { 'Fn::Sub': distribution } },
    },
    LogDestination: {
      Type: 'AWS::Logs::DeliveryDestination',
      DependsOn: 'LogBucketPolicy',
      Properties: {
        Name: service,
        DestinationResourceArn: { 'Fn::GetAtt': ['LogBucket', 'Arn'] },
        OutputFormat: 'w3c',
      },
    },
    LogDelivery: {
      Type: 'AWS::Logs::Delivery',
      Properties: {
        DeliverySourceName: { Ref: 'LogSource' },
        DeliveryDestinationArn: { 'Fn::GetAtt': ['LogDestination', 'Arn'] },
        RecordFields: FIELDS.filter((field) => queryStrings || !WITH_QUERY_STRINGS.includes(field)),
        S3SuffixPath: '{yyyy}/{MM}/{dd}',
      },
    },
  };
}
