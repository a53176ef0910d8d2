/**
 * CloudWatch Logs of all regions, as far as its API filters events and keeps groups: the region is the signature's.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
import { type Answer, type Asked, type Endpoint, startEndpoint } from './endpoint.ts';
import { refusesUnsigned } from './signed.ts';

interface Group {
  readonly events: { readonly eventId: string; readonly timestamp: number; readonly message: string }[];
  retentionInDays?: number;
}

export interface LogsEndpoint extends Endpoint {
  /** By region and name: `us-east-1 /aws/lambda/x`. */
  readonly groups: Map<string, Group>;
  /** Regions that refuse, and how AWS calls that. */
  readonly refusing: Map<string, string>;
  /** Writes a line, and makes its group where there is none. */
  write(region: string, group: string, timestamp: number, message: string): void;
}

const TARGET = 'Logs_20140328.';
/** Events of a page: fewer than AWS's, so that every test turns pages. */
const PAGE = 3;
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export async function startLogsEndpoint(): Promise<LogsEndpoint> {
  const groups = new Map<string, Group>();
  const refusing = new Map<string, string>();
  const endpoint = await startEndpoint({
    operationOf: ({ headers }) => String(headers['x-amz-target'] ?? '').replace(TARGET, ''),
    refusal,
    answerTo(asked) {
      const region = regionOf(asked);
      const unsigned = refusesUnsigned(asked, 'logs', region);
      if (unsigned !== undefined) return refusal(400, 'MissingAuthenticationTokenException', unsigned);
      const refused = refusing.get(region);
      if (refused !== undefined) return refusal(400, refused, 'as the test wants it');
      const input = JSON.parse(asked.body) as Input;
      const group = groups.get(`${region} ${input.logGroupName}`);
      if (group === undefined)
        return refusal(400, 'ResourceNotFoundException', 'The specified log group does not exist.');
      if (asked.operation === 'FilterLogEvents') return filtered(group, input);
      if (asked.operation === 'PutRetentionPolicy') return retained(group, input);
      return refusal(400, 'UnknownOperationException', asked.operation);
    },
  });
  let written = 0;
  return Object.assign(endpoint, {
    groups,
    refusing,
    write(region: string, name: string, timestamp: number, message: string) {
      const group = groups.get(`${region} ${name}`) ?? { events: [] };
      group.events.push({ eventId: String(++written), timestamp, message });
      groups.set(`${region} ${name}`, group);
    },
  });
}

interface Input {
  readonly logGroupName: string;
  readonly startTime?: number;
  readonly filterPattern?: string;
  readonly nextToken?: string;
  readonly retentionInDays?: number;
}

function filtered({ events }: Group, { startTime = 0, filterPattern, nextToken = '0' }: Input): Answer {
  const [, expression] = /^%([\w|.*-]+)%$/.exec(filterPattern ?? '%.*%') ?? [];
  if (expression === undefined) return refusal(400, 'InvalidParameterException', 'Invalid filter pattern');
  const matching = events
    .filter(({ timestamp, message }) => timestamp >= startTime && new RegExp(expression).test(message))
    .sort((one, other) => one.timestamp - other.timestamp);
  const from = Number(nextToken);
  const isLast = matching.length <= from + PAGE;
  return json({ events: matching.slice(from, from + PAGE), ...(!isLast && { nextToken: String(from + PAGE) }) });
}

function retained(group: Group, { retentionInDays = 0 }: Input): Answer {
  if (!RETENTIONS.includes(retentionInDays)) return refusal(400, 'InvalidParameterException', 'retentionInDays');
  group.retentionInDays = retentionInDays;
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: '' };
}

function regionOf({ headers }: Asked): string {
  return /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'none';
}

function json(value: object): Answer {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value) };
}

function refusal(status: number, error: string, message: string): Answer {
  return { ...json({ __type: error, message }), status };
}
