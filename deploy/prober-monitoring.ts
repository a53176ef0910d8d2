/** What is made of the prober's log, in the region where it runs: a metric of drains, and alarms. */
import type { Deployment } from '../config/deployment.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { type Alarm, alarmActions, alarmResource, alarmTopic } from './alarms.ts';
import { allowExecution, throughCloudFormation } from './execution-role.ts';
import type { Resource, Template } from './template.ts';

/** The metric of a drain that begins. */
export const DRAINS = 'RegionsDrained';

/** Its own for each service and stage, since metrics of others may have the same name. */
export function drainsNamespace(service: string): string {
  return `Edgekeeper/${service}`;
}

/**
 * `"health":"drain"`, as a regular expression: three characters are between the words.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
const DRAIN_LINE = '%health.{3}drain%';

const MINUTES = 5;

/**
 * Requests to the bucket of the second region tell of no failover, since it has those of its own viewers all the time;
 * what drains the first does.
 *
 * @param service name and stage
 */
export function addProberMonitoring(
  template: Template,
  service: string,
  config: EdgeConfig,
  { monitoring }: Deployment,
): void {
  allowExecution(template, mayMakeAndRemove(service));
  const body = template.Resources.SecondaryRegion?.Properties.TemplateBody as Template | undefined;
  if (monitoring === null || config.health === null || body === undefined) return;
  const log = `/aws/lambda/${service}-health`;
  const made: Record<string, Resource> = {
    DrainMetric: {
      Type: 'AWS::Logs::MetricFilter',
      DependsOn: 'HealthLogs',
      Properties: {
        LogGroupName: log,
        FilterPattern: DRAIN_LINE,
        MetricTransformations: [
          { MetricNamespace: drainsNamespace(service), MetricName: DRAINS, MetricValue: '1', DefaultValue: 0 },
        ],
      },
    },
  };
  if (monitoring.alarms) {
    const actions = alarmActions(monitoring, config.regions[1]?.region ?? '');
    if (monitoring.email !== null) made.AlarmTopic = alarmTopic(service, monitoring.email);
    made.DrainAlarm = alarmResource(drainAlarm(service), actions);
    made.HealthErrorAlarm = alarmResource(errorAlarm(service, config.health.everySeconds), actions);
  }
  for (const [id, resource] of Object.entries(made)) body.Resources[id] = { ...resource, Condition: 'IsProber' };
}

function drainAlarm(service: string): Alarm {
  return {
    name: `${service}-region-drained`,
    description: 'The prober drained a region: "edgekeeper regions" says which and why',
    namespace: drainsNamespace(service),
    metric: DRAINS,
    statistic: 'Sum',
    dimensions: {},
    threshold: 0,
    seconds: MINUTES * 60,
    values: 1,
  };
}

function errorAlarm(service: string, everySeconds: number): Alarm {
  return {
    name: `${service}-health-errors`,
    description: 'The prober itself fails: nothing is drained or restored until it is well',
    namespace: 'AWS/Lambda',
    metric: 'Errors',
    statistic: 'Sum',
    dimensions: { FunctionName: `${service}-health` },
    threshold: 0,
    seconds: everySeconds,
  };
}

/** Also what the settings have no more: a role is changed before the stack is. */
function mayMakeAndRemove(service: string): object[] {
  const account = `\${AWS::AccountId}`;
  return [
    throughCloudFormation(
      ['cloudwatch:DeleteAlarms', 'cloudwatch:ListTagsForResource', 'cloudwatch:PutMetricAlarm'],
      ['region-drained', 'health-errors'].map(
        (name) => `arn:\${AWS::Partition}:cloudwatch:*:${account}:alarm:${service}-${name}`,
      ),
    ),
    throughCloudFormation(['sns:*'], [`arn:\${AWS::Partition}:sns:*:${account}:${service}-alarms-*`]),
    { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
  ];
}
