/** What a way back leaves open. */
import type { Element } from '@xmldom/xmldom';
import { type Behavior, behaviorsOf } from './behaviors.ts';
import { type AssociationFinding, warning } from './finding.ts';
import { unguarded } from './plan.ts';
import type { WantedFunction } from './wanted.ts';

/** Behaviors that lose their viewer request function, and those that reach without one what `functions` still guard. */
export function openings(
  live: Element,
  planned: Element,
  functions: readonly WantedFunction[],
): readonly AssociationFinding[] {
  const after = behaviorsOf(planned);
  const opened = behaviorsOf(live)
    .filter(hasCheck)
    .filter(({ name }) => after.some((behavior) => behavior.name === name && !hasCheck(behavior)))
    .map(({ name }) => {
      const expected = 'a viewer request function, as it has now';
      return warning('opened-behavior', `${name}: expected ${expected}, got none: whom it refuses is let in`);
    });
  return [...opened, ...unguarded(planned, { functions })];
}

function hasCheck({ functions }: Behavior): boolean {
  return functions.some(({ event }) => event === 'viewer-request');
}
