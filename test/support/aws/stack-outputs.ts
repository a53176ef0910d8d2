/** CloudFormation, as far as `DescribeStacks` tells the outputs of a stack. */
import { type Answer, type Endpoint, startEndpoint } from './endpoint.ts';
import { refusesUnsigned } from './signed.ts';

export interface StackEndpoint extends Endpoint {
  /** Outputs, by stack. */
  readonly stacks: Map<string, Readonly<Record<string, string>>>;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

export async function startStackEndpoint(
  initial: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<StackEndpoint> {
  const stacks = new Map(Object.entries(initial));
  const endpoint = await startEndpoint({
    operationOf: ({ body }) => new URLSearchParams(body).get('Action') ?? 'none',
    refusal,
    answerTo(asked) {
      const unsigned = refusesUnsigned(asked, 'cloudformation');
      if (unsigned !== undefined) return refusal(403, 'MissingAuthenticationToken', unsigned);
      if (asked.operation !== 'DescribeStacks') return refusal(400, 'InvalidAction', 'no such action');
      const name = new URLSearchParams(asked.body).get('StackName') ?? '';
      const outputs = stacks.get(name);
      if (outputs === undefined) return refusal(400, 'ValidationError', `Stack with id ${name} does not exist`);
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: described(name, outputs) };
    },
  });
  return Object.assign(endpoint, { stacks });
}

function described(name: string, outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="${NAMESPACE}"><DescribeStacksResult><Stacks><member>
<StackName>${name}</StackName><StackId>arn:aws:cloudformation:us-east-1:111122223333:stack/${name}/1</StackId>
<CreationTime>2026-11-01T12:00:00.000Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus>
<Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeStacksResponse>`;
}

function refusal(status: number, error: string, message: string): Answer {
  const body = `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${error}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
