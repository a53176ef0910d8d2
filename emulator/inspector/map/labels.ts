/** Which edge locations have their name on the map: where it would lie over another, its marker says it alone. */
import type { EdgeLocationState, ShownRegion } from '../../control/answers.ts';
import { pointOf } from './projection.ts';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Names of regions with origins are all there, and come first. */
export function labelledNames(locations: readonly EdgeLocationState[], regions: readonly ShownRegion[]): Set<string> {
  const taken = regions
    .filter(({ originIds }) => originIds.length > 0)
    .flatMap((region) => {
      const [x, y] = pointOf(region);
      return [around(x, y, 9, 9), around(x, y - 17, 4 * region.region.length, 8)];
    });
  const labelled = new Set<string>();
  for (const location of locations) {
    const [x, y] = pointOf(location);
    const box = around(x, y - 11, 12, 6);
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    labelled.add(location.name);
  }
  return labelled;
}

function around(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
