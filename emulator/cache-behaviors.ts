import { unexpected } from '../config/errors.ts';
import { functionsOf } from './associations.ts';
import type { CacheBehavior } from './distribution.ts';
import { legacyPolicies } from './forwarded-values.ts';
import { trustedKeysOf } from './key-groups.ts';
import { cachePolicyOf, originRequestPolicyOf, responseHeadersPolicyOf } from './policies.ts';
import type { Properties } from './properties.ts';
import type { Finder, ResourceType } from './resources.ts';

const GET_AND_HEAD = ['GET', 'HEAD'];

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for a policy or a key group that is not there. */
export function behaviorOf(behavior: Properties, pathPattern: string, find: Finder): CacheBehavior {
  const isLegacy = behavior.optionalObject('ForwardedValues') !== null;
  const responseHeaders = named(behavior, 'ResponseHeadersPolicyId', 'AWS::CloudFront::ResponseHeadersPolicy', find);
  behavior.without(
    ['TrustedSigners'],
    'signatures of accounts are not checked, what CloudFront would refuse is served; of trusted key groups they are',
  );
  behavior.without(['RealtimeLogConfigArn'], 'no real-time log is written');
  behavior.without(['SmoothStreaming'], 'media are not served in the format of Smooth Streaming');
  behavior.without(['FieldLevelEncryptionId'], 'fields go to the origin as they came');
  behavior.without(['GrpcConfig'], 'gRPC is not spoken');
  return {
    pathPattern,
    targetOriginId: behavior.text('TargetOriginId'),
    viewerProtocolPolicy: behavior.oneOf('ViewerProtocolPolicy', ['allow-all', 'redirect-to-https', 'https-only']),
    allowedMethods: behavior.optionalTexts('AllowedMethods') ?? GET_AND_HEAD,
    cachedMethods: behavior.optionalTexts('CachedMethods') ?? GET_AND_HEAD,
    trustedKeys: trustedKeysOf(behavior, find),
    compress: behavior.flag('Compress'),
    ...(isLegacy ? legacyPolicies(behavior) : policiesOf(behavior, find)),
    responseHeadersPolicy: responseHeaders === null ? null : responseHeadersPolicyOf(responseHeaders),
    ...functionsOf(behavior),
  };
}

/** Lifetimes of the behavior itself count with legacy settings alone. */
function policiesOf(behavior: Properties, find: Finder): Pick<CacheBehavior, 'cachePolicy' | 'originRequestPolicy'> {
  const cache = named(behavior, 'CachePolicyId', 'AWS::CloudFront::CachePolicy', find);
  if (cache === null) {
    const place = behavior.at('CachePolicyId');
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      place,
      'the id of a cache policy, or ForwardedValues beside it',
      undefined,
    );
  }
  const originRequest = named(behavior, 'OriginRequestPolicyId', 'AWS::CloudFront::OriginRequestPolicy', find);
  behavior.without(['MinTTL', 'DefaultTTL', 'MaxTTL'], 'the cache policy has its own');
  return {
    cachePolicy: cachePolicyOf(cache),
    originRequestPolicy: originRequest === null ? null : originRequestPolicyOf(originRequest),
  };
}

function named(behavior: Properties, property: string, type: ResourceType, find: Finder): Properties | null {
  const id = behavior.optionalText(property) || null;
  return id === null ? null : find(type, id, behavior.at(property));
}
