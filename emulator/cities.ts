/**
 * Cities in which viewers may be, in ASCII. Positions are those of GeoNames (CC BY 4.0), to a hundredth of a
 * degree; regions are the first level of ISO 3166-2, time zones those of the IANA database.
 *
 * @see https://www.geonames.org/
 */
import type { PositionedPlace } from './viewer-place.ts';

export interface City extends PositionedPlace {
  readonly city: string;
  readonly region: string;
  readonly regionName: string;
  readonly timeZone: string;
}

const at = (
  city: string,
  country: string,
  region: string,
  regionName: string,
  latitude: number,
  longitude: number,
  timeZone: string,
): City => ({ city, country, region, regionName, latitude, longitude, timeZone });

export const CITIES: readonly City[] = [
  at('Auckland', 'NZ', 'AUK', 'Auckland', -36.85, 174.76, 'Pacific/Auckland'),
  at('Bogota', 'CO', 'DC', 'Bogota', 4.61, -74.08, 'America/Bogota'),
  at('Buenos Aires', 'AR', 'C', 'Buenos Aires', -34.61, -58.38, 'America/Argentina/Buenos_Aires'),
  at('Cairo', 'EG', 'C', 'Cairo', 30.06, 31.25, 'Africa/Cairo'),
  at('Chicago', 'US', 'IL', 'Illinois', 41.85, -87.65, 'America/Chicago'),
  at('Delhi', 'IN', 'DL', 'Delhi', 28.65, 77.23, 'Asia/Kolkata'),
  at('Dubai', 'AE', 'DU', 'Dubai', 25.08, 55.31, 'Asia/Dubai'),
  at('Dublin', 'IE', 'L', 'Leinster', 53.33, -6.25, 'Europe/Dublin'),
  at('Frankfurt', 'DE', 'HE', 'Hesse', 50.12, 8.68, 'Europe/Berlin'),
  at('Jakarta', 'ID', 'JK', 'Jakarta', -6.21, 106.85, 'Asia/Jakarta'),
  at('Johannesburg', 'ZA', 'GP', 'Gauteng', -26.2, 28.04, 'Africa/Johannesburg'),
  at('Lagos', 'NG', 'LA', 'Lagos', 6.45, 3.39, 'Africa/Lagos'),
  at('London', 'GB', 'ENG', 'England', 51.51, -0.13, 'Europe/London'),
  at('Los Angeles', 'US', 'CA', 'California', 34.05, -118.24, 'America/Los_Angeles'),
  at('Mexico City', 'MX', 'CMX', 'Mexico City', 19.43, -99.13, 'America/Mexico_City'),
  at('Mumbai', 'IN', 'MH', 'Maharashtra', 19.07, 72.88, 'Asia/Kolkata'),
  at('Nairobi', 'KE', '30', 'Nairobi City', -1.28, 36.82, 'Africa/Nairobi'),
  at('New York', 'US', 'NY', 'New York', 40.71, -74.01, 'America/New_York'),
  at('Paris', 'FR', 'IDF', 'Ile-de-France', 48.85, 2.35, 'Europe/Paris'),
  at('Sao Paulo', 'BR', 'SP', 'Sao Paulo', -23.55, -46.64, 'America/Sao_Paulo'),
  at('Seattle', 'US', 'WA', 'Washington', 47.61, -122.33, 'America/Los_Angeles'),
  at('Seoul', 'KR', '11', 'Seoul', 37.57, 126.98, 'Asia/Seoul'),
  at('Singapore', 'SG', '01', 'Central Singapore', 1.29, 103.85, 'Asia/Singapore'),
  at('Stockholm', 'SE', 'AB', 'Stockholm', 59.33, 18.07, 'Europe/Stockholm'),
  at('Sydney', 'AU', 'NSW', 'New South Wales', -33.87, 151.21, 'Australia/Sydney'),
  at('Tokyo', 'JP', '13', 'Tokyo', 35.69, 139.69, 'Asia/Tokyo'),
  at('Toronto', 'CA', 'ON', 'Ontario', 43.7, -79.42, 'America/Toronto'),
];

/** By its name, in whatever case; null: none of them is called so. */
export function cityNamed(name: string): City | null {
  const wanted = name.trim().toLowerCase();
  return CITIES.find(({ city }) => city.toLowerCase() === wanted) ?? null;
}
