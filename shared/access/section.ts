import type { ProtectedSection } from '../config.ts';
import { matchesWildcard } from './wildcard.ts';

/**
 * The first section whose path pattern matches, undefined for a public path. `path` is the
 * once-decoded path, so that the answer does not depend on which cache behavior the viewer's
 * spelling selected.
 */
export function sectionOf(sections: readonly ProtectedSection[], path: string): ProtectedSection | undefined {
  return sections.find((section) => matchesWildcard(section.path, path));
}
