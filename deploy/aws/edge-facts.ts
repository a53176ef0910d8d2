/** What distributions name by ARN or id: functions and policies. */
import type {
  CloudFrontClient,
  GetCachePolicyCommandOutput,
  GetOriginRequestPolicyCommandOutput,
} from '@aws-sdk/client-cloudfront';
import { documentText, elementIn } from '../associate/config-xml.ts';
import type { NewPolicy } from '../associate/order-policy.ts';
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

/** Makes a policy, or finds the one of its name: the name is of the content, so it is the same. Returns its id. */
export async function ensurePolicy(client: CloudFrontClient, { name, xml }: NewPolicy): Promise<string> {
  const { CreateOriginRequestPolicyCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new CreateOriginRequestPolicyCommand({ OriginRequestPolicyConfig: undefined });
  try {
    const { output } = await sendRaw<GetOriginRequestPolicyCommandOutput>(client, command, xml);
    return output.OriginRequestPolicy?.Id ?? '';
  } catch (error) {
    if (isNamed(error, 'OriginRequestPolicyAlreadyExists')) return policyNamed(client, name);
    throw awsFailure(error, { action: 'cloudfront:CreateOriginRequestPolicy', resource: name });
  }
}

async function policyNamed(client: CloudFrontClient, name: string): Promise<string> {
  const { ListOriginRequestPoliciesCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:ListOriginRequestPolicies', resource: '*' } as const;
  const { OriginRequestPolicyList: list } = await asked(call, () =>
    client.send(new ListOriginRequestPoliciesCommand({ Type: 'custom' })),
  );
  const found = list?.Items?.find(
    ({ OriginRequestPolicy: policy }) => policy?.OriginRequestPolicyConfig?.Name === name,
  );
  return found?.OriginRequestPolicy?.Id ?? '';
}
