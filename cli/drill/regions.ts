/** Where the viewers of a city belong. */
import { distance } from '../../config/great-circle.ts';
import { nearestFirst } from '../../config/routes.ts';
import { cityNamed } from '../../emulator/cities.ts';
import { EDGE_LOCATIONS } from '../../emulator/edge-locations.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import type { Regions } from './measurements.ts';

export function regionsOf({ regions, routes }: EdgeConfig): Regions {
  const named = (index: number | undefined): string | null => regions[index ?? 0]?.region ?? null;
  return {
    names: regions.map(({ region }) => region),
    nearest(name) {
      const city = cityNamed(name);
      return city === null ? null : named(nearestFirst(regions, city)[0]);
    },
    home(name) {
      const city = cityNamed(name);
      if (city === null) return null;
      const [nearest] = EDGE_LOCATIONS.toSorted((a, b) => distance(city, a) - distance(city, b));
      return named(routes[nearest?.location.region ?? '']?.[0]);
    },
  };
}
