/** The viewer's country, which the function may believe only where a policy asks CloudFront for it. Pure. */

import { child, elementIn, text } from '../aws/config-xml.ts';
import { COUNTRY_HEADERS, patternsOf } from '../checks/section-rules.ts';
import type { Behavior } from './behaviors.ts';
import { behaviorFor, isWithin } from './coverage.ts';
import { kindOf } from './events.ts';
import { type AssociationFinding, refusal } from './finding.ts';
import { headerNames } from './order-policy.ts';
import { type Facts, functionsAfter, isOurs, type Wanted } from './wanted.ts';

/** Of the behaviors that `wanted` names those where the CloudFront Function holds tokens against the viewer's country. */
export function geoBehaviors(all: readonly Behavior[], wanted: Wanted): Behavior[] {
  const patterns = (wanted.config?.protected ?? []).filter(({ geo }) => geo).flatMap(patternsOf);
  const isGeo = ({ name }: Behavior): boolean =>
    patterns.some((pattern) => isWithin(name, pattern) || behaviorFor(pattern, all)?.name === name);
  const isChecked = (behavior: Behavior): boolean =>
    functionsAfter(behavior, wanted).some(
      ({ event, arn }) => event === 'viewer-request' && kindOf(arn) === 'cloudfront' && isOurs(wanted.functions, arn),
    );
  return all.filter((one) => wanted.behaviors.includes(one.name) && isGeo(one) && isChecked(one));
}

export function geoFindings(all: readonly Behavior[], wanted: Wanted, facts: Facts): AssociationFinding[] {
  return geoBehaviors(all, wanted).flatMap((behavior) => {
    const listed = listedHeaders(behavior, facts);
    const missing = COUNTRY_HEADERS.filter((header) => !listed.includes(header.toLowerCase()));
    if (missing.length === 0) return [];
    const expected = `${COUNTRY_HEADERS.join(' and ')} in its cache policy or origin request policy`;
    return [refusal('geo-header', `${behavior.name}: expected ${expected}, got none with ${missing.join(' and ')}`)];
  });
}

/** In lower case. Of a policy that was not read, and of one that lists what it leaves out: none. */
function listedHeaders({ element }: Behavior, { policies, cachePolicies }: Facts): string[] {
  const request = policies.get(text(element, 'OriginRequestPolicyId'));
  const cache = cachePolicies.get(text(element, 'CachePolicyId'));
  const configs = [
    request === undefined ? undefined : child(elementIn(request, 'OriginRequestPolicyConfig'), 'HeadersConfig'),
    cache === undefined
      ? undefined
      : child(elementIn(cache, 'CachePolicyConfig'), 'ParametersInCacheKeyAndForwardedToOrigin', 'HeadersConfig'),
  ].filter((headers) => text(headers, 'HeaderBehavior') !== 'allExcept');
  return [...configs, child(element, 'ForwardedValues')].flatMap(headerNames);
}
