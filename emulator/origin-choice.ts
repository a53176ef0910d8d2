/** Which origin a function chose for one request, and how the distribution looks to that request then. */
import type { CacheBehavior, Distribution, Origin, OriginGroup } from './distribution.ts';

export interface OriginChoice {
  /** In place of the behavior's target: the id of an origin, or a group of this request's own; null: the target stays. */
  readonly target: string | OriginGroup | null;
  /** Origins as they are for this request, in place of those of the same id. */
  readonly origins: readonly Origin[];
}

export interface ChosenOrigins {
  readonly distribution: Distribution;
  /** The behavior, with its target for this request. */
  readonly target: CacheBehavior;
  readonly group: OriginGroup | null;
}

/**
 * An origin with the domain name of another of the distribution is reached where that one is; with any
 * other domain name, where it is reached itself.
 */
export function withChoice(
  distribution: Distribution,
  behavior: CacheBehavior,
  choice: OriginChoice | null,
): ChosenOrigins {
  if (choice === null) return { distribution, target: behavior, group: null };
  const origins = new Map(distribution.origins);
  for (const origin of choice.origins) {
    const isMoved = origin.domainName !== distribution.origins.get(origin.id)?.domainName;
    const standIn = isMoved ? originWith(distribution, origin.domainName) : null;
    origins.set(origin.id, standIn === null ? origin : { ...origin, standIn });
  }
  const isId = typeof choice.target === 'string';
  return {
    distribution: { ...distribution, origins },
    target: isId ? { ...behavior, targetOriginId: choice.target as string } : behavior,
    group: isId ? null : (choice.target as OriginGroup | null),
  };
}

/** The one that is asked first: of a group, the primary. */
export function firstOrigin({ distribution, target, group }: ChosenOrigins): Origin {
  const { targetOriginId } = target;
  const [id] = (group ?? distribution.originGroups.get(targetOriginId))?.originIds ?? [targetOriginId];
  const origin = distribution.origins.get(id);
  if (origin === undefined) throw new Error(`unreachable: the origin ${id} was checked before`);
  return origin;
}

/** Id of the origin whose stand-in answers for a domain name; null: no origin has it. */
export function originWith({ origins }: Distribution, domainName: string): string | null {
  const found = [...origins.values()].find((origin) => origin.domainName === domainName);
  return found === undefined ? null : (found.standIn ?? found.id);
}
