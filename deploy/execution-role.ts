/** What the role may do that makes the stack of the secondary region: no more than that stack has, and only through CloudFormation. */
import type { Template } from './template.ts';

interface Policy {
  readonly PolicyDocument: { readonly Statement: object[] };
}

const THROUGH_CLOUDFORMATION = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] } };

/** A statement over named resources, with `${AWS::AccountId}` in their ARNs. */
export function throughCloudFormation(actions: readonly string[], arns: readonly string[]): object {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: arns.map((arn) => ({ 'Fn::Sub': arn })),
    Condition: THROUGH_CLOUDFORMATION,
  };
}

/** Nothing in a template without that role. */
export function allowExecution(template: Template, statements: readonly object[]): void {
  const [policy] = (template.Resources.StackSetExecutionRole?.Properties.Policies ?? []) as Policy[];
  policy?.PolicyDocument.Statement.push(...statements);
}
