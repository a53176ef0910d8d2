/**
 * Where AWS regions are, and which of them hold a regional edge cache.
 *
 * Positions are those of the metropolitan area that AWS names for the region, to a tenth of a
 * degree, which is enough to order regions by distance.
 *
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */

/** Degrees north and east. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const at = (latitude: number, longitude: number): Position => ({ latitude, longitude });

export const AWS_REGIONS: Readonly<Record<string, Position>> = {
  'af-south-1': at(-33.9, 18.4),
  'ap-east-1': at(22.3, 114.2),
  'ap-northeast-1': at(35.7, 139.7),
  'ap-northeast-2': at(37.6, 127.0),
  'ap-northeast-3': at(34.7, 135.5),
  'ap-south-1': at(19.1, 72.9),
  'ap-south-2': at(17.4, 78.5),
  'ap-southeast-1': at(1.3, 103.8),
  'ap-southeast-2': at(-33.9, 151.2),
  'ap-southeast-3': at(-6.2, 106.8),
  'ap-southeast-4': at(-37.8, 145.0),
  'ap-southeast-5': at(3.1, 101.7),
  'ap-southeast-7': at(13.8, 100.5),
  'ca-central-1': at(45.5, -73.6),
  'ca-west-1': at(51.0, -114.1),
  'eu-central-1': at(50.1, 8.7),
  'eu-central-2': at(47.4, 8.5),
  'eu-north-1': at(59.3, 18.1),
  'eu-south-1': at(45.5, 9.2),
  'eu-south-2': at(40.4, -3.7),
  'eu-west-1': at(53.3, -6.3),
  'eu-west-2': at(51.5, -0.1),
  'eu-west-3': at(48.9, 2.4),
  'il-central-1': at(32.1, 34.8),
  'me-central-1': at(25.2, 55.3),
  'me-south-1': at(26.2, 50.6),
  'mx-central-1': at(20.6, -100.4),
  'sa-east-1': at(-23.6, -46.6),
  'us-east-1': at(38.9, -77.4),
  'us-east-2': at(40.0, -83.0),
  'us-west-1': at(37.4, -122.0),
  'us-west-2': at(45.5, -122.7),
};

/**
 * Regions in which CloudFront has regional edge caches.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
 */
export const REGIONAL_EDGE_CACHES = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'me-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;
