/** Staging distributions and the policies that send traffic to them. */
import type { CloudFrontClient, CopyDistributionCommandOutput, TrafficConfig } from '@aws-sdk/client-cloudfront';
import { EdgeError } from '../../config/errors.ts';
import { type LiveDistribution, liveDistribution } from './distribution-xml.ts';
import { asked, awsFailure, changeFailure, isNamed } from './failure.ts';
import { sendRaw } from './raw-xml.ts';

/**
 * The viewers that get the staging distribution: those who send a header, or a share of all, from 0.001 to 0.15.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment.html
 */
export type Traffic =
  | { readonly header: string; readonly value: string }
  | { readonly weight: number; readonly stickinessSeconds: number };

/** A staging distribution, as its primary is at `etag`. `reference` makes a second call make no second copy. */
export async function copyDistribution(
  client: CloudFrontClient,
  { id, etag }: Pick<LiveDistribution, 'id' | 'etag'>,
  reference: string,
): Promise<LiveDistribution> {
  const { CopyDistributionCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new CopyDistributionCommand({
    PrimaryDistributionId: id,
    IfMatch: etag,
    Staging: true,
    Enabled: true,
    CallerReference: reference,
  });
  const call = { action: 'cloudfront:CopyDistribution', resource: `distribution ${id}` } as const;
  const { output, xml } = await asked(call, () => sendRaw<CopyDistributionCommandOutput>(client, command));
  return liveDistribution(output.ETag, xml);
}

/** Returns its id. @throws {EdgeError} ERR_AWS_UNREACHABLE for an answer without one. */
export async function createStagingPolicy(
  client: CloudFrontClient,
  domainName: string,
  traffic: Traffic,
): Promise<string> {
  const { CreateContinuousDeploymentPolicyCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:CreateContinuousDeploymentPolicy', resource: domainName } as const;
  const command = new CreateContinuousDeploymentPolicyCommand({
    ContinuousDeploymentPolicyConfig: {
      StagingDistributionDnsNames: { Quantity: 1, Items: [domainName] },
      Enabled: true,
      TrafficConfig: trafficConfig(traffic),
    },
  });
  const { ContinuousDeploymentPolicy: policy } = await asked(call, () => client.send(command));
  if (policy?.Id) return policy.Id;
  throw new EdgeError('ERR_AWS_UNREACHABLE', `${call.action}: expected an id, got none`);
}

function trafficConfig(traffic: Traffic): TrafficConfig {
  if ('header' in traffic) {
    return { Type: 'SingleHeader', SingleHeaderConfig: { Header: traffic.header, Value: traffic.value } };
  }
  const { weight, stickinessSeconds } = traffic;
  const stickiness = { IdleTTL: stickinessSeconds, MaximumTTL: stickinessSeconds };
  return { Type: 'SingleWeight', SingleWeightConfig: { Weight: weight, SessionStickinessConfig: stickiness } };
}

/** Id of the distribution that a policy sends traffic to; null: there is none any more. */
export async function stagingOf(client: CloudFrontClient, policy: string): Promise<string | null> {
  const { GetContinuousDeploymentPolicyCommand, paginateListDistributions } = await import(
    '@aws-sdk/client-cloudfront'
  );
  const call = { action: 'cloudfront:GetContinuousDeploymentPolicy', resource: `policy ${policy}` } as const;
  const { ContinuousDeploymentPolicy: found } = await asked(call, () =>
    client.send(new GetContinuousDeploymentPolicyCommand({ Id: policy })),
  );
  const [domainName] = found?.ContinuousDeploymentPolicyConfig?.StagingDistributionDnsNames?.Items ?? [];
  return asked({ action: 'cloudfront:ListDistributions', resource: '*' }, async () => {
    for await (const { DistributionList: page } of paginateListDistributions({ client }, {})) {
      const one = page?.Items?.find(({ DomainName }) => DomainName === domainName);
      if (one?.Id !== undefined) return one.Id;
    }
    return null;
  });
}

/** One that is not there any more is as deleted. */
export async function deleteStagingPolicy(client: CloudFrontClient, policy: string): Promise<void> {
  const { DeleteContinuousDeploymentPolicyCommand, GetContinuousDeploymentPolicyCommand } = await import(
    '@aws-sdk/client-cloudfront'
  );
  try {
    const { ETag } = await client.send(new GetContinuousDeploymentPolicyCommand({ Id: policy }));
    await client.send(new DeleteContinuousDeploymentPolicyCommand({ Id: policy, IfMatch: ETag }));
  } catch (error) {
    if (isNamed(error, 'NoSuchContinuousDeploymentPolicy')) return;
    throw awsFailure(error, { action: 'cloudfront:DeleteContinuousDeploymentPolicy', resource: `policy ${policy}` });
  }
}

export async function deleteDistribution(client: CloudFrontClient, { id, etag }: LiveDistribution): Promise<void> {
  const { DeleteDistributionCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:DeleteDistribution', resource: `distribution ${id}` } as const;
  await asked(call, () => client.send(new DeleteDistributionCommand({ Id: id, IfMatch: etag })));
}

/**
 * Gives the primary the configuration of its staging distribution, but for what is its own: aliases and the like.
 *
 * @throws {EdgeError} ERR_ASSOCIATION_REFUSED when one of the two was changed since it was read.
 */
export async function promoteStaging(
  client: CloudFrontClient,
  primary: LiveDistribution,
  staging: LiveDistribution,
): Promise<LiveDistribution> {
  const { UpdateDistributionWithStagingConfigCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new UpdateDistributionWithStagingConfigCommand({
    Id: primary.id,
    StagingDistributionId: staging.id,
    IfMatch: `${primary.etag}, ${staging.etag}`,
  });
  try {
    const { output, xml } = await sendRaw<CopyDistributionCommandOutput>(client, command);
    return liveDistribution(output.ETag, xml);
  } catch (error) {
    if (isNamed(error, 'PreconditionFailed')) {
      const got = 'a change by somebody else (run promote again, and look at what it shows)';
      const text = `${primary.id}: expected it as it was shown, got ${got}`;
      throw changeFailure(error, new EdgeError('ERR_ASSOCIATION_REFUSED', text));
    }
    if (error instanceof EdgeError) throw error;
    const call = { action: 'cloudfront:UpdateDistribution', resource: `distribution ${primary.id}` } as const;
    throw changeFailure(error, awsFailure(error, call));
  }
}
