/** The scheduled function in the packaged template, and in one that is made for it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { buildScheduled } from '../../build/scheduled.ts';
import { parseConfig } from '../../config/parse.ts';
import { addHealth } from '../../deploy/health.ts';
import type { Template as DeployedTemplate } from '../../deploy/template.ts';
import type { Health } from '../../shared/config.ts';
import { SETTINGS } from '../support/settings.ts';
import {
  dependencies,
  type Packaged,
  packaged,
  ROOT,
  resolved,
  resource,
  secondaryTemplate,
  statements,
} from './packaged.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html */
const STACK_SET_TEMPLATE_BYTES = 51_200;

let service: Packaged;
beforeAll(async () => {
  service = await packaged();
}, 60_000);

describe('the packaged service', () => {
  test('has the function in the stack of the secondary region, each minute', async () => {
    const { template, config } = service;
    const secondary = secondaryTemplate(template);
    expect(resolved(resource(secondary, 'HealthFunction').Properties)).toEqual({
      FunctionName: 'edgekeeper-dev-health',
      Description: expect.any(String),
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: '<HealthRoleArn>',
      MemorySize: 128,
      Timeout: 60,
      Environment: {
        Variables: {
          STORE_ARN: '<KeyValueStoreArn>',
          BUCKETS: JSON.stringify({
            'us-east-1': 'edgekeeper-dev-us-east-1-111122223333',
            'eu-west-1': 'edgekeeper-dev-eu-west-1-111122223333',
          }),
        },
      },
      Code: { ZipFile: await buildScheduled(`${ROOT}functions/scheduled/health.ts`, config) },
    });
    expect(resource(secondary, 'HealthSchedule').Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)' });
    expect(resolved(resource(secondary, 'HealthPermission').Properties)).toMatchObject({
      FunctionName: '<HealthFunction>',
      SourceArn: '<HealthSchedule.Arn>',
    });
    expect(resource(secondary, 'HealthLogs').Properties).toMatchObject({ RetentionInDays: 30 });
  });

  test('hands it the store and its role, which are there before', () => {
    const { template } = service;
    expect(dependencies(template, 'SecondaryRegion')).toEqual(expect.arrayContaining(['HealthRole', 'KeyValueStore']));
    expect(resolved(resource(template, 'SecondaryRegion').Properties)).toMatchObject({
      Parameters: [
        { ParameterKey: 'DistributionArn' },
        { ParameterKey: 'HealthRoleArn', ParameterValue: '<HealthRole.Arn>' },
        { ParameterKey: 'KeyValueStoreArn', ParameterValue: '<KeyValueStore.Arn>' },
      ],
    });
  });

  test('stays within what a StackSet takes', () => {
    const body = String(resource(service.template, 'SecondaryRegion').Properties.TemplateBody);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(STACK_SET_TEMPLATE_BYTES);
  });

  test('lets it read the canaries, read and write the store, and log: nothing else', () => {
    const buckets = ['us', 'eu'].map(
      (area) => `arn:aws:s3:::edgekeeper-dev-${area}-${area === 'us' ? 'east' : 'west'}-1`,
    );
    const [trust, ...granted] = statements(service.template, 'HealthRole');
    expect(trust).toMatchObject({ Principal: { Service: 'lambda.amazonaws.com' } });
    expect(granted.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['s3:ListBucket'], buckets.map((arn) => `${arn}-111122223333`)],
      [['s3:GetObject'], buckets.map((arn) => `${arn}-111122223333/_edgekeeper-health.txt`)],
      [
        ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'].map((operation) => `cloudfront-keyvaluestore:${operation}`),
        '<KeyValueStore.Arn>',
      ],
      [
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        ['arn:aws:logs:*:111122223333:log-group:/aws/lambda/edgekeeper-dev-health:*'],
      ],
    ]);
  });
});

describe('in a template', () => {
  const made = (): DeployedTemplate => ({
    Resources: {
      SecondaryRegion: {
        Type: 'AWS::CloudFormation::StackSet',
        Properties: { Parameters: [], TemplateBody: { Parameters: {}, Resources: {} } },
      },
      StackSetExecutionRole: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyDocument: { Statement: [] } }] },
      },
    },
  });
  const added = async (template: DeployedTemplate, health: Partial<Health> | null): Promise<DeployedTemplate> => {
    const config = parseConfig({ ...SETTINGS, health: health && { canary: '/health.txt', ...health } });
    await addHealth(template, ROOT, 'shop-prod', config);
    return template;
  };

  test('turned off, it is not there, and what was made before may still be removed', async () => {
    const { SecondaryRegion, StackSetExecutionRole, ...others } = (await added(made(), null)).Resources;
    expect([SecondaryRegion, others]).toEqual([made().Resources.SecondaryRegion, {}]);
    const granted = statements({ Resources: { StackSetExecutionRole } } as never, 'StackSetExecutionRole');
    expect(granted.map(({ Action }) => Action)).toEqual([
      ['lambda:*'],
      ['events:*'],
      ['logs:*'],
      'logs:DescribeLogGroups',
    ]);
  });

  test('its canary is read behind the prefix of its region', async () => {
    const regions = [SETTINGS.regions[0], { ...SETTINGS.regions[1], prefix: '/site' }];
    const config = parseConfig({ ...SETTINGS, protected: [], regions, health: { canary: '/health.txt' } });
    const template = made();
    await addHealth(template, ROOT, 'shop-prod', config);
    const objects = statements(template as never, 'HealthRole').find(({ Action }) => `${Action}` === 's3:GetObject');
    expect(objects?.Resource).toEqual([
      'arn:aws:s3:::shop-prod-us-east-1-111122223333/health.txt',
      'arn:aws:s3:::shop-prod-eu-west-1-111122223333/site/health.txt',
    ]);
  });

  test.each([
    [60, 'rate(1 minute)'],
    [120, 'rate(2 minutes)'],
  ])('it runs every %i seconds: %s', async (everySeconds, rate) => {
    const { SecondaryRegion } = (await added(made(), { everySeconds })).Resources;
    expect(SecondaryRegion?.Properties).toMatchObject({
      TemplateBody: { Resources: { HealthSchedule: { Properties: { ScheduleExpression: rate } } } },
    });
  });

  test('without a secondary region is a fault of the settings', async () => {
    await expect(added({ Resources: {} }, {})).rejects.toThrow(
      'health: expected the resource SecondaryRegion in the template, or no health, got "none"',
    );
  });
});
