import { ConfigError } from '../config/errors.ts';
import type { EdgeConfig } from '../shared/config.ts';
import type { Template } from './template.ts';

interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  LambdaFunctionAssociations?: Association[];
}

interface Association {
  readonly EventType: string;
  readonly LambdaFunctionARN: unknown;
}

interface DistributionConfig {
  readonly OriginGroups?: { readonly Items?: readonly { readonly Id: string }[] };
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors?: readonly Behavior[];
}

/**
 * With rewrites in the settings, the function at the origin request that makes the error page runs in every
 * behavior of an origin group, too. Without them nothing pays for it.
 *
 * @throws {ConfigError} for a behavior that has another function there.
 */
export function addRewrites(template: Template, { rewrites }: EdgeConfig): void {
  if (rewrites === null) return;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CloudFront::Distribution') continue;
    const {
      OriginGroups,
      DefaultCacheBehavior,
      CacheBehaviors = [],
    } = Properties.DistributionConfig as DistributionConfig;
    const groups = (OriginGroups?.Items ?? []).map(({ Id }) => Id);
    for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
      if (groups.includes(behavior.TargetOriginId)) addAssociation(behavior);
    }
  }
}

function addAssociation(behavior: Behavior): void {
  const associations = behavior.LambdaFunctionAssociations ?? [];
  if (associations.some(({ EventType }) => EventType === 'origin-request')) {
    const where = behavior.PathPattern ?? 'the default behavior';
    throw new ConfigError('rewrites', 'behaviors without a function at the origin request, or no rewrites', where);
  }
  behavior.LambdaFunctionAssociations = [
    ...associations,
    { EventType: 'origin-request', LambdaFunctionARN: { Ref: 'OriginRequestLambdaVersion' } },
  ];
}
