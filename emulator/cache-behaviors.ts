import { unexpected } from '../config/errors.ts';
import { functionsOf } from './associations.ts';
import type { CacheBehavior } from './distribution.ts';
import type { Policies } from './policies.ts';
import type { Properties } from './properties.ts';

const GET_AND_HEAD = ['GET', 'HEAD'];

/** The ids of the public keys in each key group. */
export type KeyGroups = ReadonlyMap<string, readonly string[]>;

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for a policy or a key group that is not there. */
export function behaviorOf(
  behavior: Properties,
  pathPattern: string,
  policies: Policies,
  keyGroups: KeyGroups,
): CacheBehavior {
  return {
    pathPattern,
    targetOriginId: behavior.text('TargetOriginId'),
    viewerProtocolPolicy: behavior.oneOf('ViewerProtocolPolicy', ['allow-all', 'redirect-to-https', 'https-only']),
    allowedMethods: behavior.optionalTexts('AllowedMethods') ?? GET_AND_HEAD,
    cachedMethods: behavior.optionalTexts('CachedMethods') ?? GET_AND_HEAD,
    trustedKeys: trustedKeysOf(behavior, keyGroups),
    compress: behavior.flag('Compress'),
    cachePolicy: policyNamed(behavior, 'CachePolicyId', policies.cache, 'AWS::CloudFront::CachePolicy'),
    originRequestPolicy: optionalPolicy(behavior, 'OriginRequestPolicyId', policies.originRequest),
    responseHeadersPolicy: optionalPolicy(behavior, 'ResponseHeadersPolicyId', policies.responseHeaders),
    ...functionsOf(behavior),
  };
}

function policyNamed<T>(behavior: Properties, key: string, known: ReadonlyMap<string, T>, type: string): T {
  const id = behavior.text(key);
  const policy = known.get(id);
  if (policy === undefined)
    throw unexpected('ERR_TEMPLATE_INVALID', `${behavior.where}.${key}`, `an ${type} of this template`, id);
  return policy;
}

function optionalPolicy<T>(behavior: Properties, key: string, known: ReadonlyMap<string, T>): T | null {
  return behavior.optionalText(key) === null ? null : policyNamed(behavior, key, known, 'policy resource');
}

function trustedKeysOf(behavior: Properties, keyGroups: KeyGroups): string[] | null {
  const groups = behavior.optionalTexts('TrustedKeyGroups') ?? [];
  const keys = groups.flatMap((id) => {
    const group = keyGroups.get(id);
    if (group === undefined) {
      throw unexpected(
        'ERR_TEMPLATE_INVALID',
        `${behavior.where}.TrustedKeyGroups`,
        'a key group of this template',
        id,
      );
    }
    return group;
  });
  return groups.length === 0 ? null : keys;
}
