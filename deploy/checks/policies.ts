/** What the policies of a behavior send to the origin, and put into the cache key. */
import type { CheckedTemplate } from './finding.ts';
import { type CheckedBehavior, listOf, objectOf, type Properties, referred } from './read.ts';

/** A policy that a behavior names. */
export interface CheckedPolicy {
  /** The property that names it. */
  readonly name: 'CachePolicyId' | 'OriginRequestPolicyId';
  /** Id of a managed policy, or of one that is not in the template; null: its settings are in `properties`. */
  readonly id: string | null;
  readonly properties: Properties;
}

/** In the order in which they are in a behavior; without those that it does not have. */
export function policiesOf({ Resources }: CheckedTemplate, { properties }: CheckedBehavior): CheckedPolicy[] {
  const names = [
    ['CachePolicyId', 'CachePolicyConfig'],
    ['OriginRequestPolicyId', 'OriginRequestPolicyConfig'],
  ] as const;
  return names.flatMap(([name, config]) => {
    const named = properties[name];
    if (named === undefined) return [];
    const resource = Resources[referred(named) ?? ''];
    const outer = objectOf(objectOf(resource?.Properties)[config]);
    const inner = objectOf(outer.ParametersInCacheKeyAndForwardedToOrigin);
    return [{ name, id: resource === undefined ? String(named) : null, properties: { ...outer, ...inner } }];
  });
}

/** Headers that the policies list, in lower case; null when one of the policies cannot be read. */
export function listedHeaders(template: CheckedTemplate, behavior: CheckedBehavior): readonly string[] | null {
  const policies = policiesOf(template, behavior);
  if (policies.some(({ id }) => id !== null)) return null;
  return policies.flatMap(({ properties: { HeadersConfig } }) =>
    listOf(objectOf(HeadersConfig).Headers).map((header) => String(header).toLowerCase()),
  );
}
