/** Which origin a function chose for one request, and how the distribution looks to that request then. */
import type { CacheBehavior, Distribution, Origin, OriginGroup } from './distribution.ts';
import type { OriginNetwork } from './stages/07-origin.ts';

export interface OriginChoice {
  /** In place of the behavior's target: the id of an origin, or a group of this request's own; null: the target stays. */
  readonly target: string | OriginGroup | null;
  /** Origins as they are for this request, in place of those of the same id. */
  readonly origins: readonly Origin[];
}

interface Edge {
  readonly distribution: Distribution;
  readonly network: OriginNetwork;
}

export interface ChosenEdge extends Edge {
  /** The behavior, with its target for this request. */
  readonly target: CacheBehavior;
  readonly group: OriginGroup | null;
}

/**
 * An origin with the domain name of another of the distribution is reached where that one is; with any
 * other domain name, where it is reached itself.
 */
export function withChoice(edge: Edge, behavior: CacheBehavior, choice: OriginChoice | null): ChosenEdge {
  const { distribution, network } = edge;
  if (choice === null) return { distribution, network, target: behavior, group: null };
  const origins = new Map(distribution.origins);
  for (const origin of choice.origins) origins.set(origin.id, origin);
  const isId = typeof choice.target === 'string';
  return {
    distribution: { ...distribution, origins },
    network: { ...network, addressOf: (id) => network.addressOf(standInOf(distribution, origins.get(id), id)) },
    target: isId ? { ...behavior, targetOriginId: choice.target as string } : behavior,
    group: isId ? null : (choice.target as OriginGroup | null),
  };
}

function standInOf(distribution: Distribution, origin: Origin | undefined, id: string): string {
  if (origin?.domainName === distribution.origins.get(id)?.domainName) return id;
  return [...distribution.origins.values()].find(({ domainName }) => domainName === origin?.domainName)?.id ?? id;
}
