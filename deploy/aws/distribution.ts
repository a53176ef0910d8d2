/** The distribution that is deployed, and its functions, as CloudFront has them now. */
import type { DistributionConfig } from '@aws-sdk/client-cloudfront';
import { ORIGIN_HEADER } from '../../shared/failover/provenance.ts';
import { type AwsAccess, cloudFrontClient } from './clients.ts';
import { asked, awsFailure, isNamed } from './failure.ts';

export interface DeployedDistribution {
  readonly id: string;
  readonly domainName: string;
  /** `Deployed`, or `InProgress` while it is carried to the edge locations. */
  readonly status: string;
  readonly isEnabled: boolean;
  /** Regions whose buckets are among its origins, as their custom header says. */
  readonly regions: readonly string[];
  readonly associations: readonly Association[];
}

/** Of a function with a cache behavior. */
export interface Association {
  /** Of a Lambda function with its version. */
  readonly arn: string;
  readonly event: string;
  /** Path pattern; `*` for the default one. */
  readonly behavior: string;
}

/** When each stage of a CloudFront Function was changed, as ISO 8601; null: there is none. */
export interface PublishedFunction {
  readonly live: string | null;
  readonly development: string | null;
}

/** @throws {EdgeError} what `awsFailure` makes. */
export async function deployedDistribution(access: AwsAccess, id: string): Promise<DeployedDistribution> {
  const { GetDistributionCommand } = await import('@aws-sdk/client-cloudfront');
  const client = await cloudFrontClient(access);
  const call = { action: 'cloudfront:GetDistribution', resource: distributionArn(id) } as const;
  const { Distribution: found } = await asked(call, () => client.send(new GetDistributionCommand({ Id: id })));
  const config = found?.DistributionConfig;
  const headers = config?.Origins?.Items?.flatMap(({ CustomHeaders: custom }) => custom?.Items ?? []) ?? [];
  const regions = headers.filter(({ HeaderName: name }) => name?.toLowerCase() === ORIGIN_HEADER);
  return {
    id,
    domainName: found?.DomainName ?? '',
    status: found?.Status ?? 'unknown',
    isEnabled: config?.Enabled ?? false,
    regions: [...new Set(regions.map(({ HeaderValue: region = '' }) => region))],
    associations: associationsOf(config),
  };
}

function associationsOf(config: DistributionConfig | undefined): Association[] {
  const behaviors = [...(config?.CacheBehaviors?.Items ?? []), { PathPattern: '*', ...config?.DefaultCacheBehavior }];
  return behaviors.flatMap(
    ({ PathPattern: behavior = '*', FunctionAssociations: own, LambdaFunctionAssociations: lambda }) =>
      [
        ...(own?.Items ?? []).map(({ FunctionARN: arn, EventType: event }) => ({ arn, event })),
        ...(lambda?.Items ?? []).map(({ LambdaFunctionARN: arn, EventType: event }) => ({ arn, event })),
      ].map(({ arn = '', event = '' }) => ({ arn, event, behavior })),
  );
}

/** @throws {EdgeError} what `awsFailure` makes. */
export async function publishedFunction(access: AwsAccess, arn: string): Promise<PublishedFunction> {
  const { DescribeFunctionCommand } = await import('@aws-sdk/client-cloudfront');
  const client = await cloudFrontClient(access);
  const changed = async (stage: 'LIVE' | 'DEVELOPMENT'): Promise<string | null> => {
    try {
      const command = new DescribeFunctionCommand({ Name: arn.split('/').at(-1), Stage: stage });
      return (await client.send(command)).FunctionSummary?.FunctionMetadata?.LastModifiedTime?.toISOString() ?? null;
    } catch (error) {
      if (isNamed(error, 'NoSuchFunctionExists')) return null;
      throw awsFailure(error, { action: 'cloudfront:DescribeFunction', resource: arn });
    }
  };
  const [live, development] = await Promise.all([changed('LIVE'), changed('DEVELOPMENT')]);
  return { live, development };
}

/** Returns the id of the invalidation, which takes CloudFront a minute or two. @throws {EdgeError} what `awsFailure` makes. */
export async function createInvalidation(access: AwsAccess, id: string, paths: readonly string[]): Promise<string> {
  const { CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  const client = await cloudFrontClient(access);
  const command = new CreateInvalidationCommand({
    DistributionId: id,
    InvalidationBatch: {
      // The same for each attempt of this request, so that a lost answer makes no second one.
      CallerReference: `edgekeeper-${crypto.randomUUID()}`,
      Paths: { Quantity: paths.length, Items: [...paths] },
    },
  });
  const call = { action: 'cloudfront:CreateInvalidation', resource: distributionArn(id) } as const;
  return (await asked(call, () => client.send(command))).Invalidation?.Id ?? '';
}

function distributionArn(id: string): string {
  return `arn:aws:cloudfront::*:distribution/${id}`;
}
