/** A CloudFormation stack: made, changed, rolled back and deleted, one resource after the other. */
import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import { evaluate, isTrue, type Scope } from './evaluate.ts';
import type { Resource } from './resource.ts';
import { scopeOf } from './scope.ts';
import { changeOne, makeOne, type Removal, removeOne, tell } from './steps.ts';
import { isReady, parseTemplate, type Template, type TemplateResource } from './template.ts';

export interface StackEvent {
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly time: Date;
}

/** What a stack is made of. */
export interface StackInput {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** ARN or name of the role that makes its resources; undefined: whoever asks may do everything. */
  readonly role: string | undefined;
  status: string;
  input: StackInput;
  template: Template;
  outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: Map<string, Resource>;
  /** From the first on. */
  readonly events: StackEvent[];
}

interface StackInit extends StackInput {
  readonly name: string;
  readonly region: string;
  readonly role?: string | undefined;
  readonly onFailure?: string | undefined;
}

/**
 * Makes all resources; after the first failure they are deleted again, and with `onFailure` `DELETE` the stack, too.
 *
 * @throws {Refusal} for a template that is none. That a resource fails is no error: status and events say it.
 */
export function createStack(account: Account, { name, region, role, onFailure, ...input }: StackInit): Stack {
  const template = parseTemplate(input.text);
  const id = `arn:aws:cloudformation:${region}:${account.id}:stack/${name}/${account.stacks.size + 1}`;
  const stack: Stack = {
    ...{ id, name, region, role, input, template },
    status: 'CREATE_IN_PROGRESS',
    outputs: {},
    resources: new Map(),
    events: [],
  };
  const scope = scopeOf(account, stack, template, input);
  account.stacks.set(id, stack);
  tell(account, stack, 'CREATE_IN_PROGRESS', 'User Initiated');
  const failure = carryOut(account, stack, template, scope);
  if (failure === undefined) {
    finish(account, stack, 'CREATE_COMPLETE', scope);
    return stack;
  }
  const word = onFailure === 'DELETE' ? 'DELETE' : 'ROLLBACK';
  tell(account, stack, `${word}_IN_PROGRESS`, failure);
  removeAll(account, stack, [...stack.resources.values()], 'rollback');
  tell(account, stack, `${word}_COMPLETE`);
  return stack;
}

/**
 * Makes what is new, changes what differs, then removes what is gone; after the first failure all of it is put back.
 *
 * @throws {Refusal} ValidationError for a template that is none, and when nothing differs.
 */
export function updateStack(account: Account, stack: Stack, input: StackInput): void {
  const template = parseTemplate(input.text);
  const { parameters, tags } = stack.input;
  if (isDeepStrictEqual([template, input.parameters, input.tags], [stack.template, parameters, tags])) {
    throw refusal('ValidationError', 'No updates are to be performed.');
  }
  const before = [...stack.resources.values()].map((resource) => ({ resource, properties: resource.properties }));
  const scope = scopeOf(account, stack, template, input);
  tell(account, stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
  const failure = carryOut(account, stack, template, scope);
  if (failure !== undefined) {
    tell(account, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', failure);
    putBack(account, stack, before);
    return;
  }
  tell(account, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const gone = before.map(({ resource }) => resource).filter((resource) => isGone(resource, stack, scope));
  const [replaced, removed] = [true, false].map((is) =>
    gone.filter(({ logicalId }) => logicalId in template.Resources === is),
  );
  removeAll(account, stack, replaced ?? [], 'replacement');
  removeAll(account, stack, removed ?? [], 'deletion');
  Object.assign(stack, { template, input });
  finish(account, stack, 'UPDATE_COMPLETE', scope);
}

/** Deletes what no policy retains, in the opposite order. */
export function deleteStack(account: Account, stack: Stack): void {
  tell(account, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  const failure = removeAll(account, stack, [...stack.resources.values()], 'deletion');
  tell(account, stack, failure === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED', failure);
}

/** Makes and changes all that the template has, and returns what the first failure says. */
function carryOut(account: Account, stack: Stack, template: Template, scope: Scope): string | undefined {
  const waiting = new Set(
    Object.keys(template.Resources).filter((id) => isTrue(template.Resources[id]?.Condition, scope)),
  );
  const done = new Set(Object.keys(template.Resources).filter((id) => !waiting.has(id)));
  while (waiting.size > 0) {
    const id = account.choose([...waiting].filter((candidate) => isReady(template, candidate, done)));
    const resource = template.Resources[String(id)];
    if (id === undefined || resource === undefined) throw new Error('expected a resource that is ready, got none');
    const failure = bringUp(account, stack, id, resource, scope);
    if (failure !== undefined) return failure;
    waiting.delete(id);
    done.add(id);
  }
  return undefined;
}

function bringUp(
  account: Account,
  stack: Stack,
  id: string,
  resource: TemplateResource,
  scope: Scope,
): string | undefined {
  const existing = stack.resources.get(id);
  const properties = evaluate(resource.Properties ?? {}, scope) as Record<string, unknown>;
  const { Type: type, DeletionPolicy: deletionPolicy, UpdateReplacePolicy: replacePolicy } = resource;
  const planned = { logicalId: id, type, properties, deletionPolicy, replacePolicy };
  if (existing === undefined) return makeOne(account, stack, planned, 'CREATE');
  Object.assign(existing, { deletionPolicy, replacePolicy });
  return isDeepStrictEqual(existing.properties, properties) ? undefined : changeOne(account, stack, existing, planned);
}

function putBack(
  account: Account,
  stack: Stack,
  before: readonly { resource: Resource; properties: Resource['properties'] }[],
): void {
  const old = new Set(before.map(({ resource }) => resource));
  const made = [...stack.resources.values()].filter((resource) => !old.has(resource));
  for (const resource of made) stack.resources.delete(resource.logicalId);
  for (const { resource, properties } of before) {
    stack.resources.set(resource.logicalId, resource);
    if (resource.properties !== properties) changeOne(account, stack, resource, { ...resource, properties });
  }
  tell(account, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  removeAll(account, stack, made, 'rollback');
  tell(account, stack, 'UPDATE_ROLLBACK_COMPLETE');
}

/** Returns what the last one says that could not be removed; the others are. */
function removeAll(account: Account, stack: Stack, resources: readonly Resource[], why: Removal): string | undefined {
  const failed = [...resources].reverse().filter((resource) => !removeOne(account, stack, resource, why));
  return failed.length === 0
    ? undefined
    : `The following resource(s) failed to delete: [${failed.map(({ logicalId }) => logicalId).join(', ')}].`;
}

function isGone(resource: Resource, stack: Stack, { template }: Scope): boolean {
  return stack.resources.get(resource.logicalId) !== resource || !(resource.logicalId in template.Resources);
}

function finish(account: Account, stack: Stack, status: string, scope: Scope): void {
  const outputs = Object.entries(scope.template.Outputs ?? {})
    .filter(([, { Condition }]) => isTrue(Condition, scope))
    .map(([name, { Value }]) => [name, String(evaluate(Value, scope))]);
  stack.outputs = Object.fromEntries(outputs);
  tell(account, stack, status);
}
