/** AWS::CloudFormation::StackSet: stacks of one template in other regions. */
import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import { at, type Kind, living, type Properties, valuesOf } from './resource.ts';
import { createStack, deleteStack, type Stack, updateStack } from './stack.ts';
import { MAX_BODY_BYTES } from './template.ts';

export const STACK_SET: Kind = {
  name: 'StackSetName',
  identify: (name) => ({ physicalId: `${name}:1`, attributes: { StackSetId: `${name}:1` } }),
  apply(name, properties, place) {
    const { account } = place;
    checkRoles(properties, account);
    const text = String(properties.TemplateBody);
    if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
      throw refusal('InvalidRequest', `Template body is longer than ${MAX_BODY_BYTES} bytes`);
    }
    const given = (properties.Parameters ?? []) as { ParameterKey: string; ParameterValue: string }[];
    const parameters = Object.fromEntries(
      given.map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    );
    const regions = valuesOf(properties.StackInstancesGroup, 'Regions').flat() as string[];
    const instances = instancesOf(account, name);
    for (const region of regions) {
      const instance = instances.find((stack) => stack.region === region);
      bringUp(account, instance, {
        name: `StackSet-${name}-1`,
        region,
        role: String(properties.ExecutionRoleName),
        text,
        parameters,
        tags: {},
      });
    }
    for (const instance of instances) if (!regions.includes(instance.region)) remove(account, instance);
  },
  remove({ name = '' }, { account }) {
    for (const instance of instancesOf(account, name)) remove(account, instance);
  },
};

type Input = Parameters<typeof createStack>[1];

function bringUp(account: Account, instance: Stack | undefined, input: Input): void {
  if (instance === undefined) {
    didStabilize(createStack(account, input));
    return;
  }
  const { text, parameters } = instance.input;
  if (text === input.text && JSON.stringify(parameters) === JSON.stringify(input.parameters)) return;
  updateStack(account, instance, input);
  didStabilize(instance);
}

function remove(account: Account, instance: Stack): void {
  deleteStack(account, instance);
  didStabilize(instance);
}

function didStabilize({ status, events, region }: Stack): void {
  if (['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE'].includes(status)) return;
  const { logicalId, type, reason } = events.find((event) => event.status.endsWith('_FAILED')) ?? {};
  const message = `ResourceLogicalId:${logicalId}, ResourceType:${type}, ResourceStatusReason:${reason}`;
  throw refusal('NotStabilized', `Stack in ${region} did not stabilize: ${message}`);
}

function instancesOf(account: Account, name: string): Stack[] {
  return [...account.stacks.values()].filter(
    (stack) => stack.name.startsWith(`StackSet-${name}-`) && !/^(DELETE|ROLLBACK)_COMPLETE/.test(stack.status),
  );
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html */
function checkRoles(properties: Properties, account: Account): void {
  const administration = living(account, 'AWS::IAM::Role', properties.AdministrationRoleARN);
  const execution = living(account, 'AWS::IAM::Role', properties.ExecutionRoleName);
  const trusted = valuesOf(at(administration?.properties, 'AssumeRolePolicyDocument'), 'Service').flat();
  if (!trusted.includes('cloudformation.amazonaws.com') || execution === undefined) {
    throw refusal(
      'InvalidRequest',
      `Account ${account.id} should have '${properties.ExecutionRoleName}' role with trust relationship.`,
    );
  }
}
