/** What the settings have watched, and whom they have told. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { HealthDecision } from '../../shared/failover/health.ts';
import { healthLine } from '../../shared/failover/health-changes.ts';
import { ALL, type CompletedTemplates, completedTemplates, TOPICS } from './completed.ts';
import { find, idsOf, resolved, resource, secondaryTemplate, type Template } from './packaged.ts';

let service: CompletedTemplates;
let all: Template;
let plain: Template;
beforeAll(async () => {
  service = await completedTemplates();
  [all, plain] = await Promise.all([service.template(ALL), service.template()]);
});

describe('alarms', () => {
  const ofDistribution = { DistributionId: '<Distribution>', Region: 'Global' };
  const ofFunction = { FunctionName: 'edgekeeper-dev-viewer-request', Region: 'Global' };

  test.each([
    ['ErrorRateAlarm', '5xxErrorRate', 'Average', 2, ofDistribution],
    ['LambdaExecutionErrorAlarm', 'LambdaExecutionError', 'Sum', 0, ofDistribution],
    ['LambdaValidationErrorAlarm', 'LambdaValidationError', 'Sum', 0, ofDistribution],
    ['OriginLatencyAlarm', 'OriginLatency', 'p90', 3000, ofDistribution],
    ['ViewerRequestFunctionExecutionErrorsAlarm', 'FunctionExecutionErrors', 'Sum', 0, ofFunction],
    ['ViewerRequestFunctionValidationErrorsAlarm', 'FunctionValidationErrors', 'Sum', 0, ofFunction],
    ['ViewerRequestFunctionThrottlesAlarm', 'FunctionThrottles', 'Sum', 0, ofFunction],
    ['ViewerRequestFunctionStoreAlarm', 'KvsReadErrors', 'Sum', 0, ofFunction],
    ['ViewerRequestFunctionComputeAlarm', 'FunctionComputeUtilization', 'Average', 70, ofFunction],
  ])('%s is over %s', (id, metric, statistic, threshold, dimensions) => {
    const { Statistic, ExtendedStatistic, Dimensions, ...others } = resource(all, id).Properties;
    expect(others).toMatchObject({
      Namespace: 'AWS/CloudFront',
      MetricName: metric,
      Threshold: threshold,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
    expect(Statistic ?? ExtendedStatistic).toBe(statistic);
    expect(ExtendedStatistic !== undefined).toBe(statistic === 'p90');
    const named = (resolved(Dimensions) as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]);
    expect(Object.fromEntries(named)).toEqual(dimensions);
  });

  test('tell a topic that is made for the address, and those of their own region', () => {
    for (const id of idsOf(all, 'AWS::CloudWatch::Alarm')) {
      const { AlarmActions, OKActions } = resource(all, id).Properties;
      expect(resolved(AlarmActions)).toEqual(['<AlarmTopic>', TOPICS[0]]);
      expect(OKActions).toEqual(AlarmActions);
    }
    const secondary = secondaryTemplate(all);
    expect(resolved(resource(secondary, 'DrainAlarm').Properties.AlarmActions)).toEqual(['<AlarmTopic>', TOPICS[1]]);
    for (const template of [all, secondary]) {
      expect(resource(template, 'AlarmTopic').Properties).toEqual({
        TopicName: expect.stringMatching(/^edgekeeper-dev-alarms-[0-9a-f]{8}$/),
        Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }],
      });
    }
  });

  test('without anybody to tell have no actions, and no topic', () => {
    for (const id of idsOf(plain, 'AWS::CloudWatch::Alarm')) {
      expect(resource(plain, id).Properties).not.toHaveProperty('AlarmActions');
    }
    expect(idsOf(plain, 'AWS::SNS::Topic')).toEqual([]);
  });

  test('of the prober are where it runs, over its errors and over the drains in its log', async () => {
    const secondary = secondaryTemplate(plain);
    const filter = resource(secondary, 'DrainMetric').Properties as {
      LogGroupName: string;
      FilterPattern: string;
      MetricTransformations: unknown;
    };
    expect(filter.LogGroupName).toBe(resource(secondary, 'HealthLogs').Properties.LogGroupName);
    expect(filter.MetricTransformations).toEqual([
      { MetricNamespace: 'Edgekeeper/edgekeeper-dev', MetricName: 'RegionsDrained', MetricValue: '1', DefaultValue: 0 },
    ]);
    expect(resource(secondary, 'DrainAlarm').Properties).toMatchObject({
      Namespace: 'Edgekeeper/edgekeeper-dev',
      MetricName: 'RegionsDrained',
      Threshold: 0,
    });
    expect(resource(secondary, 'HealthErrorAlarm').Properties).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: resource(secondary, 'HealthFunction').Properties.FunctionName }],
    });
    const counted = (line: string) => new RegExp(filter.FilterPattern.slice(1, -1)).test(line);
    const line = (action: HealthDecision['action']) =>
      healthLine({
        region: 'us-east-1',
        action,
        until: 0,
        note: { reason: 'or drain it by hand', times: 1 },
      } as HealthDecision);
    expect(['drain', 'renew', 'restore'].map((action) => counted(line(action as HealthDecision['action'])))).toEqual([
      true,
      false,
      false,
    ]);
    for (const id of ['DrainMetric', 'DrainAlarm', 'HealthErrorAlarm']) {
      expect(resource(secondary, id)).toMatchObject({ Condition: 'IsProber' });
    }
  });
});

describe('what costs more', () => {
  test("CloudFront's additional metrics and those of the buckets, is there when asked for", () => {
    expect(resolved(resource(all, 'AdditionalMetrics').Properties.DistributionId)).toBe('<Distribution>');
    const metrics = [{ Id: 'requests' }];
    expect(resource(all, 'PrimaryBucket').Properties.MetricsConfigurations).toEqual(metrics);
    expect(resource(secondaryTemplate(all), 'SecondaryBucket').Properties.MetricsConfigurations).toEqual(metrics);
    expect(plain.Resources).not.toHaveProperty('AdditionalMetrics');
    expect(JSON.stringify(plain)).not.toContain('MetricsConfigurations');
  });
});

describe('the dashboard', () => {
  const bodyOf = (template: Template): unknown => {
    const body = resolved(resource(template, 'Dashboard').Properties.DashboardBody);
    return JSON.parse(String(body));
  };
  const names = (template: Template): string[] =>
    (find(bodyOf(template), 'metrics') as string[][][]).flat().map(([namespace, name]) => `${namespace} ${name}`);

  test('shows what alarms are over, and where requests go', () => {
    expect(names(all)).toEqual(
      expect.arrayContaining([
        'AWS/CloudFront 5xxErrorRate',
        'AWS/CloudFront OriginLatency',
        'AWS/CloudFront LambdaExecutionError',
        'AWS/CloudFront FunctionThrottles',
        'AWS/CloudFront FunctionComputeUtilization',
        'AWS/S3 GetRequests',
        'Edgekeeper/edgekeeper-dev RegionsDrained',
      ]),
    );
    expect(JSON.stringify(bodyOf(all))).toContain('"edgekeeper-dev-eu-west-1-111122223333","FilterId","requests"');
  });

  test('shows no metric that is not counted', () => {
    const missing = names(plain).filter((name) => /OriginLatency|CacheHitRate|50\dErrorRate|AWS\/S3/.test(name));
    expect(missing).toEqual([]);
  });

  test('has no graph over another', () => {
    const { widgets } = bodyOf(all) as { widgets: { x: number; y: number; width: number; height: number }[] };
    const corners = widgets.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(corners).size).toBe(widgets.length);
    for (const { x, y, width, height } of widgets) {
      expect([x % width, y % height, x + width <= 24]).toEqual([0, 0, true]);
    }
  });
});

test('alarms alone leaves the dashboard, and the other way round', async () => {
  const without = await service.template({ monitoring: { alarms: false } });
  expect([idsOf(without, 'AWS::CloudWatch::Alarm'), idsOf(without, 'AWS::CloudWatch::Dashboard')]).toEqual([
    [],
    ['Dashboard'],
  ]);
  expect(secondaryTemplate(without).Resources).not.toHaveProperty('DrainAlarm');
  const alarms = await service.template({ monitoring: { dashboard: false } });
  expect(idsOf(alarms, 'AWS::CloudWatch::Dashboard')).toEqual([]);
  expect(idsOf(alarms, 'AWS::CloudWatch::Alarm')).not.toEqual([]);
});
