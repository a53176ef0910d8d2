/** Each change of the packaged service that leaves to CloudFormation what a rule asks for: none of them has a finding. */
import type { Mutation } from './mutation.ts';

export const NOTHING = { Ref: 'AWS::NoValue' };
export const PARAMETER = { Ref: 'Parameter' };
export const DYNAMIC = '{{resolve:ssm:/films/value}}';

export const either = (value: unknown, other: unknown = NOTHING) => ({ 'Fn::If': ['IsProduction', value, other] });

export type Unread = readonly [rule: string, what: string, change: Mutation['change']];
