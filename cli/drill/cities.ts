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
  at('New York', 'US', 40.7, -74.0),
  at('Chicago', 'US', 41.9, -87.6),
  at('San Francisco', 'US', 37.8, -122.4),
  at('Toronto', 'CA', 43.7, -79.4),
  at('Mexico City', 'MX', 19.4, -99.1),
  at('Bogota', 'CO', 4.7, -74.1),
  at('Sao Paulo', 'BR', -23.6, -46.6),
  at('London', 'GB', 51.5, -0.1),
  at('Paris', 'FR', 48.9, 2.4),
  at('Berlin', 'DE', 52.5, 13.4),
  at('Madrid', 'ES', 40.4, -3.7),
  at('Stockholm', 'SE', 59.3, 18.1),
  at('Istanbul', 'TR', 41.0, 29.0),
  at('Lagos', 'NG', 6.5, 3.4),
  at('Johannesburg', 'ZA', -26.2, 28.0),
  at('Dubai', 'AE', 25.2, 55.3),
  at('Mumbai', 'IN', 19.1, 72.9),
  at('Singapore', 'SG', 1.4, 103.8),
  at('Tokyo', 'JP', 35.7, 139.7),
  at('Sydney', 'AU', -33.9, 151.2),
];
