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
    nearest(cityName) {
      const city = CITIES.find(({ name }) => name === cityName);
      return city === undefined ? null : named(nearestFirst(regions, city)[0]);
    },
    home: () => named(routes[EDGE_CACHE]?.[0]),
  };
}
