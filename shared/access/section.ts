import type { ProtectedSection } from '../config.ts';
import { matchesWildcard } from './wildcard.ts';

/**
 * The first section whose path pattern matches, null for a public path. `path` is the once-decoded
 * path, so that the answer does not depend on which cache behavior the viewer's spelling selected.
 */
export function sectionOf(sections: readonly ProtectedSection[], path: string): ProtectedSection | null {
  for (let i = 0; i < sections.length; i++) {
    const section = sections[i] as ProtectedSection;
    if (matchesWildcard(section.path, path)) return section;
  }
  return null;
}
