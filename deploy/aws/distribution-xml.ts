/** Distributions as they are deployed: read whole, and sent back whole. */
import type { CloudFrontClient, GetDistributionCommandOutput } from '@aws-sdk/client-cloudfront';
import type { Element } from '@xmldom/xmldom';
import { EdgeError } from '../../config/errors.ts';
import { documentText, elementIn, text } from './config-xml.ts';
import { asked, awsFailure, changeFailure, isNamed } from './failure.ts';
import { sendRaw } from './raw-xml.ts';

export interface LiveDistribution {
  readonly id: string;
  readonly arn: string;
  readonly domainName: string;
  /** `InProgress` or `Deployed`. */
  readonly status: string;
  readonly etag: string;
  readonly config: Element;
}

/** @throws {EdgeError} ERR_AWS_NOT_FOUND, what `asked` throws, or ERR_DISTRIBUTION_UNREADABLE. */
export async function readDistribution(client: CloudFrontClient, id: string): Promise<LiveDistribution> {
  const { GetDistributionCommand } = await import('@aws-sdk/client-cloudfront');
  const call = { action: 'cloudfront:GetDistribution', resource: `distribution ${id}` } as const;
  const { output, xml } = await asked(call, () =>
    sendRaw<GetDistributionCommandOutput>(client, new GetDistributionCommand({ Id: id })),
  );
  return liveDistribution(output.ETag, xml);
}

/** From an answer that holds a distribution. */
export function liveDistribution(etag: string | undefined, xml: string): LiveDistribution {
  const whole = elementIn(xml, 'Distribution');
  if (etag === undefined) {
    throw new EdgeError('ERR_DISTRIBUTION_UNREADABLE', "CloudFront's answer: expected an ETag, got none");
  }
  return {
    id: text(whole, 'Id'),
    arn: text(whole, 'ARN'),
    domainName: text(whole, 'DomainName'),
    status: text(whole, 'Status'),
    etag,
    config: elementIn(xml, 'DistributionConfig'),
  };
}

/**
 * Sends a configuration back. Null: somebody else has changed it since it was read.
 *
 * @throws {EdgeError} what `asked` throws.
 */
export async function updateDistribution(
  client: CloudFrontClient,
  { id, etag }: Pick<LiveDistribution, 'id' | 'etag'>,
  config: Element,
): Promise<LiveDistribution | null> {
  const { UpdateDistributionCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new UpdateDistributionCommand({ Id: id, IfMatch: etag, DistributionConfig: undefined });
  try {
    const { output, xml } = await sendRaw<GetDistributionCommandOutput>(client, command, documentText(config));
    return liveDistribution(output.ETag, xml);
  } catch (error) {
    if (isNamed(error, 'PreconditionFailed')) return null;
    if (error instanceof EdgeError) throw error;
    const call = { action: 'cloudfront:UpdateDistribution', resource: `distribution ${id}` } as const;
    throw changeFailure(error, awsFailure(error, call));
  }
}

/** Name of the CloudFormation stack that made a distribution; null: none did. */
export async function stackOf(client: CloudFrontClient, arn: string): Promise<string | null> {
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-cloudfront');
  const { Tags } = await asked({ action: 'cloudfront:ListTagsForResource', resource: arn }, () =>
    client.send(new ListTagsForResourceCommand({ Resource: arn })),
  );
  return Tags?.Items?.find(({ Key }) => Key === 'aws:cloudformation:stack-name')?.Value ?? null;
}
