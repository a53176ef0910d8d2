/** The settings' protected paths beside the live behaviors: what packaging refuses of a template. Pure. */
import type { Behavior } from './behaviors.ts';
import { answersFor } from './coverage.ts';
import { kindOf } from './events.ts';
import { type AssociationFinding, refusal } from './finding.ts';
import { functionsAt, type Wanted } from './wanted.ts';

/** Sections that only the other kind of function knows: the one that comes there would refuse all their viewers. */
export function runtimeFindings(all: readonly Behavior[], { name }: Behavior, wanted: Wanted): AssociationFinding[] {
  const viewer = functionsAt(name, wanted).find(({ event }) => event === 'viewer-request');
  if (viewer === undefined) return [];
  const runtime = kindOf(viewer.arn) === 'lambda' ? 'lambda-edge' : 'cloudfront-function';
  return (wanted.config?.protected ?? [])
    .filter((section) => section.runtime !== runtime && answersFor(name, section.path, all))
    .map(({ path, runtime: other }) => {
      const expected = `a behavior ${path} for the section of runtime ${other}`;
      return refusal('section-runtime', `${name}: expected ${expected}, got none before ${viewer.arn}`);
    });
}
