/**
 * Edge locations of CloudFront, two dozen of its several hundred. Of those that share a regional edge cache
 * the one in that region's own city is first.
 *
 * Cities are those that AWS lists; the names are IATA codes, and positions those of the airports, as
 * OurAirports has them (public domain). AWS does not publish which regional edge cache an edge location goes
 * through: here it is the one that AWS recommends for Origin Shield to that part of the world, otherwise
 * the nearest.
 *
 * @see https://aws.amazon.com/cloudfront/features/
 * @see https://ourairports.com/data/
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html#choose-origin-shield-region
 */
import type { Position } from '../config/aws-regions.ts';
import type { EdgeLocation } from './edge-location.ts';

/** An edge location, and where it is. */
export interface PlacedEdgeLocation extends Position {
  readonly location: EdgeLocation;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

const at = (
  name: string,
  city: string,
  country: string,
  latitude: number,
  longitude: number,
  region: string,
): PlacedEdgeLocation => ({
  location: { name, serverIp: '192.0.2.1', region },
  city,
  country,
  latitude,
  longitude,
});

export const EDGE_LOCATIONS: readonly PlacedEdgeLocation[] = [
  at('NRT', 'Tokyo', 'JP', 35.7647, 140.386, 'ap-northeast-1'),
  at('ICN', 'Seoul', 'KR', 37.4691, 126.451, 'ap-northeast-2'),
  at('BOM', 'Mumbai', 'IN', 19.0887, 72.8679, 'ap-south-1'),
  at('DEL', 'New Delhi', 'IN', 28.5665, 77.1031, 'ap-south-1'),
  at('SIN', 'Singapore', 'SG', 1.3502, 103.994, 'ap-southeast-1'),
  at('HKG', 'Hong Kong', 'HK', 22.3089, 113.915, 'ap-southeast-1'),
  at('SYD', 'Sydney', 'AU', -33.9461, 151.177, 'ap-southeast-2'),
  at('FRA', 'Frankfurt', 'DE', 50.0333, 8.5706, 'eu-central-1'),
  at('MXP', 'Milan', 'IT', 45.6306, 8.7281, 'eu-central-1'),
  at('DUB', 'Dublin', 'IE', 53.4213, -6.2701, 'eu-west-1'),
  at('JNB', 'Johannesburg', 'ZA', -26.1392, 28.246, 'eu-west-1'),
  at('LHR', 'London', 'GB', 51.4775, -0.4614, 'eu-west-2'),
  at('CDG', 'Paris', 'FR', 49.0128, 2.55, 'eu-west-2'),
  at('ARN', 'Stockholm', 'SE', 59.6519, 17.9186, 'eu-west-2'),
  at('DXB', 'Dubai', 'AE', 25.2528, 55.3644, 'me-central-1'),
  at('GRU', 'Sao Paulo', 'BR', -23.4356, -46.4731, 'sa-east-1'),
  at('EZE', 'Buenos Aires', 'AR', -34.8222, -58.5358, 'sa-east-1'),
  at('IAD', 'Ashburn', 'US', 38.9445, -77.4558, 'us-east-1'),
  at('JFK', 'New York', 'US', 40.6398, -73.7789, 'us-east-1'),
  at('YUL', 'Montreal', 'CA', 45.4706, -73.7408, 'us-east-1'),
  at('CMH', 'Columbus', 'US', 39.998, -82.8919, 'us-east-2'),
  at('ORD', 'Chicago', 'US', 41.9786, -87.9047, 'us-east-2'),
  at('SFO', 'San Francisco', 'US', 37.619, -122.375, 'us-west-1'),
  at('LAX', 'Los Angeles', 'US', 33.9425, -118.408, 'us-west-1'),
  at('HIO', 'Portland', 'US', 45.5404, -122.9498, 'us-west-2'),
];
