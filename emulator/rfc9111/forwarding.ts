import type { CacheBehavior, Distribution, RequestPolicy, Selection } from '../distribution.ts';
import { isSelected } from '../selection.ts';

const ALL: Selection = { behavior: 'all', names: [] };
const ALL_BUT_HOST: Selection = { behavior: 'allExcept', names: ['host'] };

/**
 * The distribution with policies that let all of a request through to the origin, as an HTTP cache has to:
 * an origin may vary by any of it. Only `Host` is as the policies have it: without one that forwards it,
 * the origin is told its own name.
 */
export function forwardingAll(distribution: Distribution): Distribution {
  return { ...distribution, behaviors: distribution.behaviors.map(withAllForwarded) };
}

function withAllForwarded(behavior: CacheBehavior): CacheBehavior {
  const { cachePolicy, originRequestPolicy } = behavior;
  const forwardsHost = [cachePolicy, originRequestPolicy].some((policy) =>
    isSelected(policy?.headers ?? ALL_BUT_HOST, 'host'),
  );
  const headers = forwardsHost ? ALL : ALL_BUT_HOST;
  const open = <T extends RequestPolicy>(policy: T): T => ({ ...policy, headers, cookies: ALL, queryStrings: ALL });
  return {
    ...behavior,
    cachePolicy: { ...open(cachePolicy), gzip: false, brotli: false },
    originRequestPolicy: originRequestPolicy === null ? null : open(originRequestPolicy),
  };
}
