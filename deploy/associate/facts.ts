/** Reads what a plan has to know beside the configuration. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { text } from '../aws/config-xml.ts';
import { type LiveDistribution, stackOf } from '../aws/distribution-xml.ts';
import { cachePolicy, liveFunction, originRequestPolicy } from '../aws/edge-facts.ts';
import { type Behavior, behaviorsOf } from './behaviors.ts';
import { kindOf } from './events.ts';
import { geoBehaviors } from './geo-findings.ts';
import { type Facts, functionsAt, type Wanted } from './wanted.ts';

export async function readFacts(client: CloudFrontClient, live: LiveDistribution, wanted: Wanted): Promise<Facts> {
  const all = behaviorsOf(live.config);
  const chosen = all.filter(({ name }) => wanted.behaviors.includes(name));
  const arns = chosen.flatMap(({ name }) => functionsAt(name, wanted)).map(({ arn }) => arn);
  const ids = idsIn(chosen, 'OriginRequestPolicyId');
  const [stack, functions, policies, cachePolicies] = await Promise.all([
    stackOf(client, live.arn),
    byName(
      arns.filter((arn) => kindOf(arn) === 'cloudfront'),
      (arn) => liveFunction(client, arn),
    ),
    byName(wanted.config === null ? [] : ids, (id) => originRequestPolicy(client, id)),
    byName(idsIn(geoBehaviors(all, wanted), 'CachePolicyId'), (id) => cachePolicy(client, id)),
  ]);
  return { distributionArn: live.arn, stack, functions, policies, cachePolicies };
}

function idsIn(behaviors: readonly Behavior[], name: string): string[] {
  return behaviors.map(({ element }) => text(element, name)).filter((id) => id !== '');
}

async function byName<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<Map<string, T>> {
  const distinct = [...new Set(names)];
  return new Map(await Promise.all(distinct.map(async (name) => [name, await read(name)] as const)));
}
