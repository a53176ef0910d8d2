/** Where the virtual viewers of a drill are. */
import type { Position } from '../../config/aws-regions.ts';

export interface City extends Position {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

const city = (name: string, country: string, latitude: number, longitude: number): City => ({
  name,
  country,
  latitude,
  longitude,
});

export const CITIES: readonly City[] = [
  city('New York', 'US', 40.7, -74.0),
  city('Chicago', 'US', 41.9, -87.6),
  city('San Francisco', 'US', 37.8, -122.4),
  city('Toronto', 'CA', 43.7, -79.4),
  city('Mexico City', 'MX', 19.4, -99.1),
  city('Bogota', 'CO', 4.7, -74.1),
  city('Sao Paulo', 'BR', -23.6, -46.6),
  city('London', 'GB', 51.5, -0.1),
  city('Paris', 'FR', 48.9, 2.4),
  city('Berlin', 'DE', 52.5, 13.4),
  city('Madrid', 'ES', 40.4, -3.7),
  city('Stockholm', 'SE', 59.3, 18.1),
  city('Istanbul', 'TR', 41.0, 29.0),
  city('Lagos', 'NG', 6.5, 3.4),
  city('Johannesburg', 'ZA', -26.2, 28.0),
  city('Dubai', 'AE', 25.2, 55.3),
  city('Mumbai', 'IN', 19.1, 72.9),
  city('Singapore', 'SG', 1.4, 103.8),
  city('Tokyo', 'JP', 35.7, 139.7),
  city('Sydney', 'AU', -33.9, 151.2),
];
