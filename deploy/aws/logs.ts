/** The log groups of what runs at the edge: Lambda@Edge writes in the region that ran it, CloudFront Functions in us-east-1. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { AWS_REGIONS } from '../../config/aws-regions.ts';
import { type AwsAccess, logsClient, STACK_REGION } from './clients.ts';
import { awsFailure, isNamed } from './failure.ts';
import type { DeployedStack } from './stack.ts';

/** Where a function may have written; there is a group once it has. */
export interface LogGroup {
  readonly region: string;
  readonly name: string;
  /** Without service and stage: `originResponse`. */
  readonly writer: string;
}

export interface LogEvent {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly message: string;
}

export interface Logs {
  /** In order of time; undefined: there is no such group. @param pattern of CloudWatch; absent: all */
  eventsSince(group: LogGroup, time: number, pattern?: string): Promise<LogEvent[] | undefined>;
  /** Whether there is such a group. */
  retain(group: LogGroup, days: number): Promise<boolean>;
}

/** Of the functions at the edge, in every region. */
export function edgeLogGroups({ name, viewerRequestFunctionArn: arn, lambdaVersions }: DeployedStack): LogGroup[] {
  const writer = (of: string): string => (of.startsWith(`${name}-`) ? of.slice(name.length + 1) : of);
  const own = arn?.split('/').at(-1);
  const lambdas = Object.values(lambdaVersions).map((version) => version.split(':')[6] ?? '');
  return [
    ...(own === undefined
      ? []
      : [{ region: STACK_REGION, name: `/aws/cloudfront/function/${own}`, writer: writer(own) }]),
    ...inEveryRegion(lambdas.map((of) => ({ name: `/aws/lambda/${STACK_REGION}.${of}`, writer: writer(of) }))),
  ];
}

/** Of the scheduled function that drains regions by itself; its stack sets how long they are kept. */
export function healthLogGroups({ name }: DeployedStack): LogGroup[] {
  return inEveryRegion([{ name: `/aws/lambda/${name}-health`, writer: 'health' }]);
}

function inEveryRegion(groups: readonly Omit<LogGroup, 'region'>[]): LogGroup[] {
  return Object.keys(AWS_REGIONS).flatMap((region) => groups.map((group) => ({ region, ...group })));
}

/** Its methods throw what `awsFailure` makes. */
export function openLogs(access: AwsAccess): Logs {
  const clients = new Map<string, Promise<CloudWatchLogsClient>>();
  const clientIn = (region: string): Promise<CloudWatchLogsClient> => {
    const client = clients.get(region) ?? logsClient(access, region);
    clients.set(region, client);
    return client;
  };
  return {
    async eventsSince(group, time, pattern) {
      const { paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
      const input = {
        logGroupName: group.name,
        startTime: time,
        ...(pattern !== undefined && { filterPattern: pattern }),
      };
      return unlessMissing(group, 'logs:FilterLogEvents', async () => {
        const found: LogEvent[] = [];
        for await (const { events = [] } of paginateFilterLogEvents({ client: await clientIn(group.region) }, input)) {
          for (const { eventId: id = '', timestamp = 0, message = '' } of events)
            found.push({ id, time: timestamp, message });
        }
        return found;
      });
    },
    async retain(group, days) {
      const { PutRetentionPolicyCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const command = new PutRetentionPolicyCommand({ logGroupName: group.name, retentionInDays: days });
      const done = await unlessMissing(group, 'logs:PutRetentionPolicy', async () =>
        (await clientIn(group.region)).send(command),
      );
      return done !== undefined;
    },
  };
}

async function unlessMissing<T>(
  { region, name }: LogGroup,
  action: 'logs:FilterLogEvents' | 'logs:PutRetentionPolicy',
  run: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw awsFailure(error, { action, resource: `arn:aws:logs:${region}:*:log-group:${name}:*` });
  }
}
