/** AWS STS: who asks. */
import type { Account } from './account.ts';
import { type Answer, type AwsRequest, refusal } from './request.ts';
import { xml } from './xml.ts';

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export function sts(request: AwsRequest, { id }: Account): Answer {
  const action = new URLSearchParams(request.body.toString()).get('Action');
  if (action !== 'GetCallerIdentity') throw refusal('InvalidAction', `Could not find operation ${action}`);
  const identity = { Arn: `arn:aws:iam::${id}:user/deployer`, UserId: 'AIDEXAMPLE', Account: id };
  return { body: xml({ GetCallerIdentityResponse: { GetCallerIdentityResult: identity } }) };
}
