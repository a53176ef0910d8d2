/** What distributions name by ARN or id: functions and policies. */
import type {
  CloudFrontClient,
  GetCachePolicyCommandOutput,
  GetOriginRequestPolicyCommandOutput,
} from '@aws-sdk/client-cloudfront';
import { EdgeError } from '../../config/errors.ts';
import { documentText, elementIn } from './config-xml.ts';
import { asked, awsFailure, isNamed } from './failure.ts';
import { sendRaw } from './raw-xml.ts';

export interface LiveFunction {
  readonly isPublished: boolean;
  readonly hasStore: boolean;
}

/** A CloudFront Function in its live stage; one that is not published is as one that is not there. */
export async function liveFunction(client: CloudFrontClient, arn: string): Promise<LiveFunction> {
  const { DescribeFunctionCommand } = await import('@aws-sdk/client-cloudfront');
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  try {
    const { FunctionSummary } = await client.send(new DescribeFunctionCommand({ Name: name, Stage: 'LIVE' }));
    const stores = FunctionSummary?.FunctionConfig?.KeyValueStoreAssociations?.Quantity ?? 0;
    return { isPublished: true, hasStore: stores > 0 };
  } catch (error) {
    if (isNamed(error, 'NoSuchFunctionExists')) return { isPublished: false, hasStore: true };
    throw awsFailure(error, { action: 'cloudfront:DescribeFunction', resource: arn });
  }
}

/** The XML of its config. */
export async function originRequestPolicy(client: CloudFrontClient, id: string): Promise<string> {
  const { GetOriginRequestPolicyCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:GetOriginRequestPolicy', resource: `origin request policy ${id}` } as const;
  const command = new GetOriginRequestPolicyCommand({ Id: id });
  const { xml } = await asked(call, () => sendRaw<GetOriginRequestPolicyCommandOutput>(client, command));
  return documentText(elementIn(xml, 'OriginRequestPolicyConfig'));
}

/** The XML of its config. */
export async function cachePolicy(client: CloudFrontClient, id: string): Promise<string> {
  const { GetCachePolicyCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:GetCachePolicy', resource: `cache policy ${id}` } as const;
  const command = new GetCachePolicyCommand({ Id: id });
  const { xml } = await asked(call, () => sendRaw<GetCachePolicyCommandOutput>(client, command));
  return documentText(elementIn(xml, 'CachePolicyConfig'));
}

/** A policy that has to be made before the configuration can name it. */
export interface NewPolicy {
  readonly name: string;
  readonly xml: string;
}

/**
 * Makes a policy, or finds the one of its name: the name is of the content, so it is the same. Returns its id.
 *
 * @throws {EdgeError} ERR_AWS_UNREACHABLE for an answer without an id, ERR_AWS_NOT_FOUND for a name that is taken by a
 * policy which is not listed, and what `awsFailure` makes.
 */
export async function ensurePolicy(client: CloudFrontClient, { name, xml }: NewPolicy): Promise<string> {
  const { CreateOriginRequestPolicyCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new CreateOriginRequestPolicyCommand({ OriginRequestPolicyConfig: undefined });
  const call = { action: 'cloudfront:CreateOriginRequestPolicy', resource: name } as const;
  try {
    const { output } = await sendRaw<GetOriginRequestPolicyCommandOutput>(client, command, xml);
    const id = output.OriginRequestPolicy?.Id;
    if (id) return id;
  } catch (error) {
    if (isNamed(error, 'OriginRequestPolicyAlreadyExists')) return policyNamed(client, name);
    throw awsFailure(error, call);
  }
  throw new EdgeError('ERR_AWS_UNREACHABLE', `${call.action}: expected the id of ${name}, got none`);
}

async function policyNamed(client: CloudFrontClient, name: string): Promise<string> {
  const { ListOriginRequestPoliciesCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:ListOriginRequestPolicies', resource: '*' } as const;
  let marker: string | undefined;
  do {
    const command = new ListOriginRequestPoliciesCommand({ Type: 'custom', Marker: marker });
    const { OriginRequestPolicyList: page } = await asked(call, () => client.send(command));
    const found = page?.Items?.find(
      ({ OriginRequestPolicy: policy }) => policy?.OriginRequestPolicyConfig?.Name === name,
    )?.OriginRequestPolicy?.Id;
    if (found) return found;
    marker = page?.NextMarker;
  } while (marker);
  throw new EdgeError('ERR_AWS_NOT_FOUND', `${call.action}: expected ${name}, whose name is taken, got none of it`);
}
