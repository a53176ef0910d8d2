/** What the names in a template stand for, in a stack. */
import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import type { Scope } from './evaluate.ts';
import type { Stack, StackInput } from './stack.ts';
import type { Template } from './template.ts';

/** @throws {Refusal} ValidationError for parameters that the template does not have, or that have no value. */
export function scopeOf(account: Account, stack: Stack, template: Template, input: StackInput): Scope {
  const unknown = Object.keys(input.parameters).filter((name) => !(name in (template.Parameters ?? {})));
  if (unknown.length > 0) {
    throw refusal('ValidationError', `Parameters: [${unknown.join(', ')}] do not exist in the template`);
  }
  const defaults = Object.entries(template.Parameters ?? {}).map(([name, { Default }]) => [name, Default]);
  const parameters = { ...Object.fromEntries(defaults), ...input.parameters };
  const missing = Object.keys(parameters).filter((name) => parameters[name] === undefined);
  if (missing.length > 0) throw refusal('ValidationError', `Parameters: [${missing.join(', ')}] must have values`);
  return {
    template,
    values: {
      ...parameters,
      'AWS::AccountId': account.id,
      'AWS::Partition': 'aws',
      'AWS::Region': stack.region,
      'AWS::StackId': stack.id,
      'AWS::StackName': stack.name,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    reference: (id) => stack.resources.get(id)?.physicalId,
    attribute: (id, name) => stack.resources.get(id)?.attributes[name],
  };
}
