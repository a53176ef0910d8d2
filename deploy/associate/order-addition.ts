/** The origin request policy of a behavior, so that the origin response learns what the viewer request decided. */
import type { Element } from '@xmldom/xmldom';
import { ORDER_HEADER } from '../../shared/routing/region-order.ts';
import { child, text } from '../aws/config-xml.ts';
import type { NewPolicy } from '../aws/edge-facts.ts';
import type { Behavior } from './behaviors.ts';
import { changeTo } from './change.ts';
import { lack, refusal } from './finding.ts';
import { forwardsOrder, placeholder, withOrder } from './order-policy.ts';
import { type Addition, only } from './regional-origins.ts';
import type { Facts, Wanted } from './wanted.ts';

/** For a behavior with both functions. A policy is copied, never edited: others may use it. */
export function orderAddition(
  config: Element,
  { name, element }: Behavior,
  wanted: Wanted,
  facts: Facts,
): Addition & { readonly policy?: NewPolicy } {
  if (child(element, 'ForwardedValues') !== undefined) {
    const expected = 'a cache policy, or --events viewer-request';
    const got = 'the older ForwardedValues, which would put the order of the regions into the cache key';
    return only(refusal('forwarded-values', `${name}: expected ${expected}, got ${got}`));
  }
  const id = text(element, 'OriginRequestPolicyId') || null;
  const xml = id === null ? null : (facts.policies.get(id) ?? null);
  if (xml !== null && forwardsOrder(xml)) return only();
  const expected = `an origin request policy that forwards ${ORDER_HEADER}`;
  if (!wanted.withOrigins) return only(lack('order-header', `${name}: expected ${expected}, got ${id ?? 'none'}`));
  const policy = withOrder(xml, id);
  if (policy === null) {
    return only(refusal('order-policy', `${name}: expected a policy that has room for ${ORDER_HEADER}, got ${id}`));
  }
  const place = { kind: 'origin-request-policy', behavior: name } as const;
  return { changes: changeTo(config, place, placeholder(policy)), findings: [], policy };
}
