/** Where the viewers of a city belong. */
import { nearestFirst } from '../../config/routes.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { CITIES } from './cities.ts';
import type { Regions } from './measurements.ts';

/** The edge location that all viewers arrive at. */
const EDGE_CACHE = 'us-east-1';

export function regionsOf({ regions, routes }: EdgeConfig): Regions {
  const named = (index: number | undefined): string | null => regions[index ?? 0]?.region ?? null;
  return {
    names: regions.map(({ region }) => region),
    nearest(city) {
      const place = CITIES.find((known) => known.city === city);
      return place === undefined ? null : named(nearestFirst(regions, place)[0]);
    },
    home: () => named(routes[EDGE_CACHE]?.[0]),
  };
}
