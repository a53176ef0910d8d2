/** AWS CloudFormation: what `serverless deploy` and `remove` ask of it. A stack is in its last state at once. */
import type { Account } from './account.ts';
import { type Answer, type AwsRequest, refusal } from './request.ts';
import { valuesOf } from './stack/resource.ts';
import { createStack, deleteStack, type Stack, type StackEvent, updateStack } from './stack/stack.ts';
import { MAX_BODY_BYTES, MAX_FETCHED_BYTES, parseTemplate, type Template } from './stack/template.ts';
import { type Node, xml } from './xml.ts';

interface Call {
  readonly parameters: URLSearchParams;
  readonly account: Account;
  readonly region: string;
}

const NAMESPACE = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';

/** Only from these states may a stack be changed. */
const SETTLED = /^(?:CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE(?![\s\S])/;

const ACTIONS: Readonly<Record<string, (call: Call) => Node>> = {
  CreateStack(call) {
    const name = call.parameters.get('StackName') ?? '';
    if (stackNamed(name, call) !== undefined) throw refusal('AlreadyExistsException', `Stack [${name}] already exists`);
    const onFailure = call.parameters.get('OnFailure') ?? undefined;
    return { StackId: createStack(call.account, { name, region: call.region, onFailure, ...inputOf(call) }).id };
  },
  UpdateStack(call) {
    const stack = requiredStack(call);
    if (!SETTLED.test(stack.status)) {
      throw refusal('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    }
    updateStack(call.account, stack, inputOf(call));
    return { StackId: stack.id };
  },
  /** One that is not there is no error. */
  DeleteStack(call) {
    const stack = stackNamed(call.parameters.get('StackName') ?? '', call);
    if (stack !== undefined) deleteStack(call.account, stack);
    return {};
  },
  DescribeStacks: (call) => ({
    Stacks: { member: [described(requiredStack(call, (name) => `Stack with id ${name}`))] },
  }),
  DescribeStackEvents: (call) => ({
    StackEvents: {
      member: requiredStack(call)
        .events.map(eventOf(requiredStack(call)))
        .reverse(),
    },
  }),
  DescribeStackResource(call) {
    const stack = requiredStack(call, (name) => `Stack '${name}'`);
    const id = call.parameters.get('LogicalResourceId') ?? '';
    const found = summaries(stack).find(({ LogicalResourceId }) => LogicalResourceId === id);
    if (found === undefined) throw refusal('ValidationError', `Resource ${id} does not exist for stack ${stack.name}`);
    return { StackResourceDetail: { ...found, StackName: stack.name, StackId: stack.id } };
  },
  ListStackResources: (call) => ({ StackResourceSummaries: { member: summaries(requiredStack(call)) } }),
  ValidateTemplate(call) {
    const needed = capabilities(parseTemplate(textOf(call)));
    return { Capabilities: { member: needed } };
  },
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html */
export function cloudformation({ body, region }: AwsRequest, account: Account): Answer {
  const parameters = new URLSearchParams(body.toString());
  const action = parameters.get('Action') ?? '';
  const act = ACTIONS[action];
  if (act === undefined) throw refusal('InvalidAction', `Could not find operation ${action}`);
  const result = act({ parameters, account, region });
  return { body: xml({ [`${action}Response ${NAMESPACE}`]: { [`${action}Result`]: result } }) };
}

function stackNamed(name: string, { account, region }: Call): Stack | undefined {
  return (
    account.stacks.get(name) ??
    [...account.stacks.values()].find(
      (stack) => stack.name === name && stack.region === region && stack.status !== 'DELETE_COMPLETE',
    )
  );
}

/** @throws {Refusal} ValidationError; each action has words of its own for it. */
function requiredStack(call: Call, subjectOf = (name: string) => `Stack [${name}]`): Stack {
  const name = call.parameters.get('StackName') ?? '';
  const stack = stackNamed(name, call);
  if (stack === undefined) throw refusal('ValidationError', `${subjectOf(name)} does not exist`);
  return stack;
}

function inputOf(call: Call) {
  const text = textOf(call);
  const given = members(call.parameters, 'Capabilities').map(({ '': name }) => name);
  const needed = capabilities(parseTemplate(text));
  if (!needed.every((capability) => given.includes(capability))) {
    throw refusal('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
  }
  const pairs = (list: string, key: string, value: string) =>
    Object.fromEntries(members(call.parameters, list).map((member) => [member[key], member[value] ?? '']));
  return {
    text,
    parameters: pairs('Parameters', 'ParameterKey', 'ParameterValue'),
    tags: pairs('Tags', 'Key', 'Value'),
  };
}

/** `Tags.member.1.Key=STAGE` */
function members(parameters: URLSearchParams, list: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [name, value] of parameters) {
    const [, index, key = ''] = new RegExp(`^${list}\\.member\\.(\\d+)(?:\\.(\\w+))?(?![\\s\\S])`).exec(name) ?? [];
    if (index !== undefined) found[Number(index) - 1] = { ...found[Number(index) - 1], [key]: value };
  }
  return found;
}

function textOf({ parameters, account }: Call): string {
  const body = parameters.get('TemplateBody');
  if (body !== null) {
    if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return body;
    const message = `Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${MAX_BODY_BYTES}`;
    throw refusal('ValidationError', `1 validation error detected: ${message}`);
  }
  const url = parameters.get('TemplateURL') ?? '';
  const [, bucket = '', key = ''] = /^https:\/\/s3(?:\.[a-z0-9-]+)?\.amazonaws\.com\/([^/]+)\/(.+)$/.exec(url) ?? [];
  const object = account.buckets.get(bucket)?.objects.get(decodeURIComponent(key));
  if (object === undefined) throw refusal('ValidationError', 'S3 error: The specified key does not exist.');
  if (object.body.length > MAX_FETCHED_BYTES) {
    throw refusal('ValidationError', `Template may not exceed ${MAX_FETCHED_BYTES} bytes in size.`);
  }
  return object.body.toString();
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
function capabilities({ Resources }: Template): string[] {
  const roles = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (roles.length === 0) return [];
  return [valuesOf(roles, 'RoleName').length > 0 ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'];
}

function described({ id, name, status, events, outputs, input }: Stack): Node {
  return {
    StackId: id,
    StackName: name,
    CreationTime: (events[0]?.time ?? new Date(0)).toISOString(),
    StackStatus: status,
    EnableTerminationProtection: false,
    Tags: { member: Object.entries(input.tags).map(([Key, Value]) => ({ Key, Value })) },
    Outputs: { member: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) },
  };
}

function eventOf({ id: StackId, name: StackName }: Stack): (event: StackEvent) => Node {
  return ({ id, logicalId, physicalId, type, status, reason, time }) => ({
    ...{ EventId: id, StackId, StackName, LogicalResourceId: logicalId, PhysicalResourceId: physicalId },
    ...{ ResourceType: type, ResourceStatus: status, ResourceStatusReason: reason, Timestamp: time.toISOString() },
  });
}

function summaries({ resources, events }: Stack) {
  return [...resources.values()].map(({ logicalId, physicalId, type }) => {
    const { status = '', time = new Date(0) } = events.findLast((event) => event.logicalId === logicalId) ?? {};
    const state = { ResourceStatus: status, LastUpdatedTimestamp: time.toISOString() };
    return { LogicalResourceId: logicalId, PhysicalResourceId: physicalId, ResourceType: type, ...state };
  });
}
