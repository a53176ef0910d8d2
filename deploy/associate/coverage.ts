/** Behaviors beside the path patterns of the settings: which of them answers for which paths. */
import { matchesWildcard } from '../../shared/access/wildcard.ts';
import { type Behavior, DEFAULT } from './behaviors.ts';

/** A behavior's paths as one pattern: `default` answers for all of them, and the slash at the beginning may be left out. */
function pathsOf(name: string): string {
  if (name === DEFAULT) return '/*';
  return name.startsWith('/') ? name : `/${name}`;
}

/** Whether all paths of a behavior are of the pattern. */
export function isWithin(name: string, pattern: string): boolean {
  return matchesWildcard(pathsOf(pattern), pathsOf(name));
}

/** Behaviors of the same pattern; the slash at the beginning may be left out. */
export function behaviorsFor(pattern: string, behaviors: readonly Behavior[]): Behavior[] {
  return behaviors.filter(({ name }) => name !== DEFAULT && pathsOf(name) === pathsOf(pattern));
}

/** Whether all paths of the pattern come to the behavior, or may, since the distribution has none of their own for them. */
export function answersFor(name: string, pattern: string, behaviors: readonly Behavior[]): boolean {
  return matchesWildcard(pathsOf(name), pathsOf(pattern)) && behaviorsFor(pattern, behaviors).length === 0;
}
