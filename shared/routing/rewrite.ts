/** Paths of a site as objects of a bucket: S3's REST endpoint, unlike its website endpoint, knows no directories. */
import { canonicalPath } from '../access/canonical-path.ts';
import { sectionOf } from '../access/section.ts';
import { matchesWildcard } from '../access/wildcard.ts';
import type { ProtectedSection, Rewrites } from '../config.ts';

/** What is asked of the bucket instead, or where the viewer is sent; undefined: the path stays. */
export interface Rewritten {
  readonly uri?: string;
  /** Relative, so that the viewer's own path token and query string play no part. */
  readonly location?: string;
}

/** Where the viewer is let in by: a rewrite never leads from one into another. */
export interface Doors {
  readonly sections: readonly ProtectedSection[];
  /** Path pattern of CloudFront's own signatures; null: there is none. */
  readonly signed: string | null;
}

/**
 * `/guide/` becomes `/guide/index.html`, and `/guide` is sent to `/guide/`: a last segment without a dot is a
 * directory. What would be let in by another rule than the path that was asked for stays as it is.
 */
export function rewritten(uri: string, rewrites: Rewrites, doors: Doors): Rewritten | undefined {
  const segment = uri.slice(uri.lastIndexOf('/') + 1);
  if (segment === '') {
    const index = uri + rewrites.directoryIndex;
    return haveOneDoor(uri, index, doors) ? { uri: index } : undefined;
  }
  const isDirectory = rewrites.trailingSlash === 'redirect' && !segment.includes('.');
  return isDirectory && haveOneDoor(uri, `${uri}/`, doors) ? { location: `./${segment}/` } : undefined;
}

function haveOneDoor(before: string, after: string, doors: Doors): boolean {
  const from = canonicalPath(before);
  const to = canonicalPath(after);
  if (from === undefined || to === undefined) return false;
  if (sectionOf(doors.sections, from) !== sectionOf(doors.sections, to)) return false;
  return doors.signed === null || matchesWildcard(doors.signed, before) === matchesWildcard(doors.signed, after);
}
