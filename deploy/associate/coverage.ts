/** Behaviors beside the path patterns of the settings: which of them answers for which paths. */
import { matchesWildcard } from '../../shared/access/wildcard.ts';
import { type Behavior, DEFAULT } from './behaviors.ts';

/** As one pattern: `default` has the paths of all behaviors, and the slash at the beginning may be left out. */
function pathsOf(pattern: string): string {
  if (pattern === DEFAULT) return '/*';
  return pattern.startsWith('/') ? pattern : `/${pattern}`;
}

/** Whether all paths of a pattern, or of a behavior by its name, are of the other, too. */
export function isWithin(pattern: string, other: string): boolean {
  return matchesWildcard(pathsOf(other), pathsOf(pattern));
}

/** The first behavior that has all paths of a pattern. `behaviors` as CloudFront has them, the default at the beginning. */
export function behaviorFor(pattern: string, behaviors: readonly Behavior[]): Behavior | undefined {
  const [last, ...others] = behaviors;
  return others.find(({ name }) => isWithin(pattern, name)) ?? last;
}
