/** A stack over buckets that are there already, and one without a distribution. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withExistingBuckets } from '../../deploy/existing-buckets.ts';
import { withoutDistribution } from '../../deploy/without-distribution.ts';
import { readTemplate } from '../../emulator/template.ts';
import { type CompletedTemplates, completedTemplates } from './completed.ts';
import {
  creationOrder,
  findings,
  resolved,
  resource,
  secondaryTemplate,
  statements,
  type Template,
} from './packaged.ts';

let service: CompletedTemplates;
let made: Template;
beforeAll(async () => {
  service = await completedTemplates();
  made = await service.template();
});

/** Names of what a template refers to and does not have. */
function dangling(template: Template): string[] {
  const known = [
    ...Object.keys(template.Resources),
    ...Object.keys((template as { Parameters?: object }).Parameters ?? {}),
  ];
  const text = JSON.stringify(resolved([template.Resources, template.Outputs ?? {}]));
  const named = [...text.matchAll(/<([A-Za-z0-9]+)[.>]/g)].map((match) => String(match[1]));
  return [...new Set(named)].filter((name) => !known.includes(name));
}

describe('over existing buckets', () => {
  let template: Template;
  let secondary: Template;
  beforeAll(async () => {
    template = await service.template({ deploy: { buckets: 'existing' } });
    secondary = secondaryTemplate(template);
  });

  test('no bucket of a region is made, nor that of the logs; all else is', () => {
    const left = (before: Template, after: Template) =>
      Object.keys(before.Resources).filter((id) => !(id in after.Resources));
    expect(left(made, template)).toEqual(['PrimaryBucket', 'LogBucket']);
    expect(left(secondaryTemplate(made), secondary)).toEqual(['SecondaryBucket']);
  });

  test.each([
    ['PrimaryBucketPolicy', 'us-east-1', () => template],
    ['LogBucketPolicy', 'logs', () => template],
    ['SecondaryBucketPolicy', 'eu-west-1', () => secondary],
  ])('%s is that of the bucket by its name', (id, name, of) => {
    const bucket = `edgekeeper-dev-${name}-111122223333`;
    const arn = `arn:aws:s3:::${bucket}`;
    expect(resolved(resource(of(), id).Properties.Bucket)).toBe(bucket);
    expect(statements(of(), id).map(({ Resource }) => Resource)).toEqual([`${arn}/*`, [arn, `${arn}/*`]]);
  });

  test('logs are delivered there', () => {
    expect(resolved(resource(template, 'LogDestination').Properties.DestinationResourceArn)).toBe(
      'arn:aws:s3:::edgekeeper-dev-logs-111122223333',
    );
  });

  test('the replication that the bucket still has finds its role, which has the name that it had', () => {
    expect(resource(template, 'ReplicationRole').Properties.RoleName).toBe('edgekeeper-dev-replication');
    expect(resource(made, 'ReplicationRole').Properties.RoleName).toBe('edgekeeper-dev-replication');
    expect(statements(template, 'ReplicationRole')).toEqual(statements(made, 'ReplicationRole'));
  });

  test('it refers to nothing that is not there, in no circle', () => {
    expect([dangling(template), dangling(secondary)]).toEqual([[], []]);
    expect(creationOrder(template)).toHaveLength(Object.keys(template.Resources).length);
  });

  test('the emulator serves it, by the policies of the buckets', () => {
    const { origins } = readTemplate(template).distribution;
    expect(origins.get('us-east-1')?.bucketPolicy).not.toBeNull();
    expect(origins.get('us-east-1')?.bucketPolicy).toEqual(
      readTemplate(made).distribution.origins.get('us-east-1')?.bucketPolicy,
    );
  });

  test('what waited for a bucket waits for it no more', () => {
    const own = {
      Resources: {
        PrimaryBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': `own-\${AWS::AccountId}` } } },
        Waiting: { Type: 'X', DependsOn: 'PrimaryBucket', Properties: {} },
        Also: {
          Type: 'X',
          DependsOn: ['Waiting', 'PrimaryBucket'],
          Properties: { Text: { 'Fn::Sub': `\${PrimaryBucket}` } },
        },
      },
    };
    withExistingBuckets(own);
    expect(own.Resources).toEqual({
      Waiting: { Type: 'X', Properties: {} },
      Also: { Type: 'X', DependsOn: ['Waiting'], Properties: { Text: { 'Fn::Sub': `own-\${AWS::AccountId}` } } },
    });
  });

  test('it satisfies the validator', async () => {
    expect(await findings(template)).toEqual([]);
  });
});

describe('without a distribution', () => {
  let template: Template;
  beforeAll(async () => {
    template = await service.template({ deploy: { distribution: 'none' } });
  });

  test('there are the functions with their roles, the store, and what the framework makes', () => {
    const ids = Object.keys(template.Resources).map((id) => id.replace(/(LambdaVersion).*/, '$1'));
    expect(ids.sort()).toEqual([
      'KeyValueStore',
      'OriginRequestLambdaFunction',
      'OriginRequestLambdaVersion',
      'OriginRequestRole',
      'OriginResponseLambdaFunction',
      'OriginResponseLambdaVersion',
      'OriginResponseRole',
      'ServerlessDeploymentBucket',
      'ServerlessDeploymentBucketPolicy',
      'ViewerRequestFunction',
      'ViewerRequestLambdaFunction',
      'ViewerRequestLambdaVersion',
      'ViewerRequestRole',
    ]);
    expect(dangling(template)).toEqual([]);
  });

  test('it says the ARNs that a distribution needs', () => {
    expect(Object.keys(template.Outputs ?? {}).sort()).toEqual([
      'KeyValueStoreArn',
      'OriginRequestLambdaFunctionQualifiedArn',
      'OriginResponseLambdaFunctionQualifiedArn',
      'ServerlessDeploymentBucketName',
      'ViewerRequestFunctionArn',
      'ViewerRequestLambdaFunctionQualifiedArn',
    ]);
  });

  test('no bucket needs us-east-1 to be the first region', async () => {
    const regions = ['eu-west-1', 'eu-central-1'].map((region) => ({ region, originId: region }));
    const elsewhere = await service.template({ regions, deploy: { distribution: 'none' } });
    expect(Object.keys(elsewhere.Resources)).toHaveLength(Object.keys(template.Resources).length);
  });

  test('the emulator has one all the same: there is nothing else to serve', async () => {
    const local = await service.template({ deploy: { distribution: 'none' } }, true);
    expect(readTemplate(local).distribution.behaviors).not.toEqual([]);
  });

  test('it satisfies the validator', async () => {
    expect(await findings(template)).toEqual([]);
  });

  test('what somebody wrote for its own sake stays, what was for the distribution alone goes', () => {
    const own = {
      Resources: {
        Distribution: { Type: 'AWS::CloudFront::Distribution', Properties: { Policy: { Ref: 'Policy' } } },
        Policy: { Type: 'AWS::CloudFront::CachePolicy', Properties: { Key: { Ref: 'OfPolicy' } } },
        OfPolicy: { Type: 'X', Properties: {} },
        Record: {
          Type: 'AWS::Route53::RecordSet',
          Properties: { Target: { 'Fn::GetAtt': ['Distribution', 'DomainName'] } },
        },
        Waiting: { Type: 'X', DependsOn: ['Record'], Properties: { Shared: { 'Fn::Sub': `x-\${Shared.Arn}` } } },
        Shared: { Type: 'X', Properties: {} },
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: { Shared: { Ref: 'Shared' }, Literal: { 'Fn::Sub': `\${!Record}` } },
        },
      },
      Outputs: {
        Domain: { Value: { 'Fn::Sub': [`\${name}`, { name: { Ref: 'Distribution' } }] } },
        Table: { Value: { Ref: 'Table' } },
      },
    };
    withoutDistribution(own);
    expect(Object.keys(own.Resources)).toEqual(['Shared', 'Table']);
    expect(Object.keys(own.Outputs)).toEqual(['Table']);
  });
});
