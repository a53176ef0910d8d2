/** Alarms over what CloudFront counts, and whom they tell. */
import { createHash } from 'node:crypto';
import type { Deployment, Monitoring } from '../config/deployment.ts';
import type { Resource, Template } from './template.ts';

/** A metric and the value from which on it is an alarm. */
export interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly threshold: number;
  /** From one value to the next, a minute by default. */
  readonly seconds?: number;
  /** Of five values in a row so many, 3 by default. */
  readonly values?: number;
}

/** Where CloudFront's metrics are. */
const REGION = 'us-east-1';

/** Above it a function is close to the time that it has, or over it, says the documentation of its tests. */
const COMPUTE_UTILIZATION_PERCENT = 70;

const ORIGIN_LATENCY_MS = 3000;

/** @param service name and stage */
export function addAlarms(template: Template, service: string, { monitoring }: Deployment): void {
  if (monitoring === null || !monitoring.alarms) return;
  const actions = alarmActions(monitoring, REGION);
  if (monitoring.email !== null) template.Resources.AlarmTopic = alarmTopic(service, monitoring.email);
  const functions = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::CloudFront::Function');
  const alarms = {
    ...ofDistribution(service, monitoring),
    ...Object.assign({}, ...functions.map(([id, { Properties }]) => ofFunction(id, String(Properties.Name)))),
  } as Record<string, Alarm>;
  for (const [id, alarm] of Object.entries(alarms)) template.Resources[id] = alarmResource(alarm, actions);
}

function ofDistribution(service: string, monitoring: Monitoring): Record<string, Alarm> {
  const common = {
    namespace: 'AWS/CloudFront',
    dimensions: { DistributionId: { Ref: 'Distribution' }, Region: 'Global' },
  };
  return {
    ErrorRateAlarm: {
      ...common,
      name: `${service}-error-rate`,
      description: `More than ${monitoring.errorRatePercent} of 100 requests are answered 5xx`,
      metric: '5xxErrorRate',
      statistic: 'Average',
      threshold: monitoring.errorRatePercent,
    },
    LambdaExecutionErrorAlarm: {
      ...common,
      name: `${service}-lambda-execution-error`,
      description: 'A Lambda@Edge function fails: its log is in the region that ran it',
      metric: 'LambdaExecutionError',
      statistic: 'Sum',
      threshold: 0,
    },
    LambdaValidationErrorAlarm: {
      ...common,
      name: `${service}-lambda-validation-error`,
      description: 'A Lambda@Edge function answers what CloudFront does not take',
      metric: 'LambdaValidationError',
      statistic: 'Sum',
      threshold: 0,
    },
    ...(monitoring.additionalMetrics && {
      OriginLatencyAlarm: {
        ...common,
        name: `${service}-origin-latency`,
        description: `Of ten answers of the origins one takes longer than ${ORIGIN_LATENCY_MS} ms to begin`,
        metric: 'OriginLatency',
        statistic: 'p90',
        threshold: ORIGIN_LATENCY_MS,
      },
    }),
  };
}

function ofFunction(id: string, name: string): Record<string, Alarm> {
  const common = { namespace: 'AWS/CloudFront', dimensions: { FunctionName: name, Region: 'Global' } };
  const errors = { ...common, statistic: 'Sum', threshold: 0 };
  return {
    [`${id}ExecutionErrorsAlarm`]: {
      ...errors,
      name: `${name}-execution-errors`,
      description: 'The CloudFront Function throws: viewers get 503',
      metric: 'FunctionExecutionErrors',
    },
    [`${id}ValidationErrorsAlarm`]: {
      ...errors,
      name: `${name}-validation-errors`,
      description: 'The CloudFront Function answers what CloudFront does not take',
      metric: 'FunctionValidationErrors',
    },
    [`${id}ThrottlesAlarm`]: {
      ...errors,
      name: `${name}-throttles`,
      description: 'The CloudFront Function is throttled: it takes too long, or there are too many requests',
      metric: 'FunctionThrottles',
    },
    [`${id}StoreAlarm`]: {
      ...errors,
      name: `${name}-store-read-errors`,
      description: 'The CloudFront Function cannot read the key value store: protected paths answer 503',
      metric: 'KvsReadErrors',
    },
    [`${id}ComputeAlarm`]: {
      ...common,
      name: `${name}-compute-utilization`,
      description: 'The CloudFront Function comes close to the time that it has',
      metric: 'FunctionComputeUtilization',
      statistic: 'Average',
      threshold: COMPUTE_UTILIZATION_PERCENT,
    },
  };
}

/** The topics of a region, to which alone its alarms can write. */
export function alarmActions({ email, topics }: Monitoring, region: string): unknown[] {
  return [...(email === null ? [] : [{ Ref: 'AlarmTopic' }]), ...topics.filter((arn) => arn.split(':')[3] === region)];
}

/**
 * For another address another topic, so that nobody has to be allowed to end a subscription. It is not encrypted: with
 * AWS's own key CloudWatch could not write to it, and it holds no secret.
 */
export function alarmTopic(service: string, email: string): Resource {
  const hash = createHash('sha256').update(email).digest('hex').slice(0, 8);
  return {
    Type: 'AWS::SNS::Topic',
    Properties: { TopicName: `${service}-alarms-${hash}`, Subscription: [{ Protocol: 'email', Endpoint: email }] },
  };
}

export function alarmResource(alarm: Alarm, actions: readonly unknown[]): Resource {
  const { name, description, namespace, metric, statistic, dimensions, threshold, seconds = 60, values = 3 } = alarm;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name,
      AlarmDescription: description,
      Namespace: namespace,
      MetricName: metric,
      [statistic.startsWith('p') ? 'ExtendedStatistic' : 'Statistic']: statistic,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: threshold,
      Period: seconds,
      EvaluationPeriods: values === 1 ? 1 : 5,
      DatapointsToAlarm: values,
      // Without requests there are no values, and nothing is wrong.
      TreatMissingData: 'notBreaching',
      ...(actions.length > 0 && { AlarmActions: actions, OKActions: actions }),
    },
  };
}
