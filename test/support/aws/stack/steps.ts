/** One step of a stack: a resource is made, changed or removed, and events say so. */
import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../account.ts';
import { isRefusal, refusal } from '../request.ts';
import { kindOf } from './kinds.ts';
import { holdsPermission } from './permissions.ts';
import { at, type Place, type Resource } from './resource.ts';
import type { Stack } from './stack.ts';

/** Why a resource is removed; policies differ by it. */
export type Removal = 'deletion' | 'replacement' | 'rollback';

type Planned = Pick<Resource, 'logicalId' | 'type' | 'properties' | 'deletionPolicy' | 'replacePolicy'>;

/** An event of the stack itself. */
export function tell(account: Account, stack: Stack, status: string, reason?: string): void {
  stack.status = status;
  push(
    account,
    stack,
    { logicalId: stack.name, physicalId: stack.id, type: 'AWS::CloudFormation::Stack' },
    status,
    reason,
  );
}

/** Returns what AWS says against it; undefined: it is made. */
export function makeOne(
  account: Account,
  stack: Stack,
  planned: Planned,
  verb: 'CREATE' | 'UPDATE',
): string | undefined {
  return attempt(account, stack, planned, verb, () => {
    const place = placeOf(account, stack);
    const kind = kindOf(planned.type);
    const named = kind.name === undefined ? undefined : at(planned.properties, kind.name);
    const name = named === undefined ? undefined : String(named);
    const region = kind.isGlobal === true ? 'global' : stack.region;
    const isTaken = [...account.resources].some(
      (other) => name !== undefined && other.type === planned.type && other.region === region && other.name === name,
    );
    if (isTaken) throw refusal('AlreadyExists', `${name} already exists`);
    const known = name ?? `${stack.name}-${planned.logicalId}-${account.now().getTime().toString(36).toUpperCase()}`;
    holdsPermission(place, 'make', planned.type, known, planned.properties);
    kind.apply?.(known, planned.properties, place);
    const identity = { attributes: {}, ...kind.identify(known, place, planned.properties) };
    const resource: Resource = { ...planned, ...identity, region, name };
    account.resources.add(resource);
    stack.resources.set(planned.logicalId, resource);
    return resource.physicalId;
  });
}

/** Changes it in its place or, where its name changes or its type knows no change, puts another one there. */
export function changeOne(account: Account, stack: Stack, existing: Resource, planned: Planned): string | undefined {
  const kind = kindOf(existing.type);
  const isRenamed =
    kind.name !== undefined &&
    !isDeepStrictEqual(at(existing.properties, kind.name), at(planned.properties, kind.name));
  if (kind.isImmutable === true || isRenamed || existing.type !== planned.type)
    return makeOne(account, stack, planned, 'UPDATE');
  return attempt(account, stack, existing, 'UPDATE', () => {
    const [place, name] = [placeOf(account, stack), existing.name ?? existing.physicalId];
    holdsPermission(place, 'make', existing.type, name, planned.properties);
    kind.apply?.(name, planned.properties, place, existing.properties);
    existing.properties = planned.properties;
    return existing.physicalId;
  });
}

/** Whether it is gone, or retained. */
export function removeOne(account: Account, stack: Stack, resource: Resource, why: Removal): boolean {
  const forget = () => {
    if (stack.resources.get(resource.logicalId) === resource) stack.resources.delete(resource.logicalId);
  };
  if (isRetained(resource, why)) {
    push(account, stack, resource, 'DELETE_SKIPPED');
    forget();
    return true;
  }
  const failure = attempt(account, stack, resource, 'DELETE', () => {
    const place = placeOf(account, stack);
    holdsPermission(place, 'remove', resource.type, resource.name ?? resource.physicalId, resource.properties);
    kindOf(resource.type).remove?.(resource, place);
    account.resources.delete(resource);
    forget();
    return resource.physicalId;
  });
  return failure === undefined;
}

function isRetained({ deletionPolicy, replacePolicy }: Resource, why: Removal): boolean {
  if (why === 'replacement') return replacePolicy === 'Retain';
  return deletionPolicy === 'Retain' || (deletionPolicy === 'RetainExceptOnCreate' && why !== 'rollback');
}

function attempt(
  account: Account,
  stack: Stack,
  resource: Planned & { readonly physicalId?: string },
  verb: 'CREATE' | 'UPDATE' | 'DELETE',
  step: () => string,
): string | undefined {
  const subject = { physicalId: '', ...resource };
  push(account, stack, subject, `${verb}_IN_PROGRESS`);
  try {
    push(account, stack, { ...subject, physicalId: step() }, `${verb}_COMPLETE`);
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const reason = `Resource handler returned message: "${error.message}" (HandlerErrorCode: ${error.code})`;
    push(account, stack, subject, `${verb}_FAILED`, reason);
    return `The following resource(s) failed to ${verb.toLowerCase()}: [${resource.logicalId}].`;
  }
}

function push(
  account: Account,
  { events }: Stack,
  { logicalId, physicalId, type }: { readonly logicalId: string; readonly physicalId: string; readonly type: string },
  status: string,
  reason?: string,
): void {
  events.push({ id: `event-${events.length}`, logicalId, physicalId, type, status, reason, time: account.now() });
}

function placeOf(account: Account, { name, region, role }: Stack): Place {
  return { account, region, stackName: name, role };
}
