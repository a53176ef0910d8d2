/** AWS::IAM::Role: whom it trusts, and what it may. */
import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import { at, type Kind, living, type Properties, valuesOf } from './resource.ts';

/** Of the trust policy, and of all inline policies together; white space does not count. */
const MAX_TRUST_CHARACTERS = 2_048;
const MAX_INLINE_CHARACTERS = 10_240;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const IAM_ROLE: Kind = {
  name: 'RoleName',
  isGlobal: true,
  identify: (name, { account }) => ({
    physicalId: name,
    attributes: { Arn: `arn:aws:iam::${account.id}:role/${name}`, RoleId: `AROA${name.toUpperCase()}` },
  }),
  apply(name, properties) {
    const policies = (properties.Policies ?? []) as readonly Properties[];
    if (properties.AssumeRolePolicyDocument === undefined) {
      throw refusal('InvalidRequest', '#: required key [AssumeRolePolicyDocument] not found');
    }
    tooLong(properties.AssumeRolePolicyDocument, MAX_TRUST_CHARACTERS, name);
    tooLong(
      policies.map(({ PolicyDocument }) => PolicyDocument),
      MAX_INLINE_CHARACTERS,
      name,
    );
    for (const { Effect, Action, Resource } of valuesOf(policies, 'Statement').flat() as Properties[]) {
      const isComplete = ['Allow', 'Deny'].includes(String(Effect)) && isSaid(Action) && isSaid(Resource);
      if (!isComplete) throw refusal('MalformedPolicyDocument', 'Policy statement must contain resources and actions.');
    }
  },
};

/**
 * Holds that a role is there, and may be taken by a service.
 *
 * @throws {Refusal} as Lambda says it.
 */
export function trusts(account: Account, arn: unknown, service: string): void {
  const role = living(account, 'AWS::IAM::Role', arn);
  const principals = valuesOf(at(role?.properties, 'AssumeRolePolicyDocument'), 'Service').flat();
  if (!principals.includes(service)) {
    throw refusal('InvalidParameterValue', `The role defined for the function cannot be assumed by ${service}.`);
  }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && [value].flat().length > 0;
}

function tooLong(document: unknown, max: number, name: string): void {
  if (JSON.stringify(document).length > max)
    throw refusal('LimitExceeded', `Maximum policy size of ${max} bytes exceeded for role ${name}`);
}
