/** Where the virtual viewers of a drill are. */
import type { Position } from '../../config/aws-regions.ts';

export interface City extends Position {
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

const at = (city: string, country: string, latitude: number, longitude: number): City => ({
  city,
  country,
  latitude,
  longitude,
});

export const CITIES: readonly City[] = [
  at('Auckland', 'NZ', -36.85, 174.76),
  at('Buenos Aires', 'AR', -34.61, -58.38),
  at('Chicago', 'US', 41.85, -87.65),
  at('Dubai', 'AE', 25.08, 55.31),
  at('Dublin', 'IE', 53.33, -6.25),
  at('Frankfurt', 'DE', 50.12, 8.68),
  at('Johannesburg', 'ZA', -26.2, 28.04),
  at('Lagos', 'NG', 6.45, 3.39),
  at('London', 'GB', 51.51, -0.13),
  at('Los Angeles', 'US', 34.05, -118.24),
  at('Mexico City', 'MX', 19.43, -99.13),
  at('Mumbai', 'IN', 19.07, 72.88),
  at('New York', 'US', 40.71, -74.01),
  at('Paris', 'FR', 48.85, 2.35),
  at('Sao Paulo', 'BR', -23.55, -46.64),
  at('Seoul', 'KR', 37.57, 126.98),
  at('Singapore', 'SG', 1.29, 103.85),
  at('Sydney', 'AU', -33.87, 151.21),
  at('Tokyo', 'JP', 35.69, 139.69),
  at('Toronto', 'CA', 43.7, -79.42),
];
