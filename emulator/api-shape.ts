/**
 * The shape in which CloudFront's API has a distribution and what belongs to it, translated into
 * CloudFormation's: lists without `Quantity`, some other names, and nothing in the place of an empty text.
 *
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
 */
import type { Notation } from './properties.ts';

/** CloudFormation's names, by the API's. */
const RENAMED: Readonly<Record<string, string>> = {
  ACMCertificateArn: 'AcmCertificateArn',
  CustomHeaders: 'OriginCustomHeaders',
  IAMCertificateId: 'IamCertificateId',
  IsIPV6Enabled: 'IPV6Enabled',
  OriginSslProtocols: 'OriginSSLProtocols',
  SSLSupportMethod: 'SslSupportMethod',
};

/** Where the API has a property, by CloudFormation's name. */
const API_NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(RENAMED).map(([apiName, name]) => [name, apiName])),
  CachedMethods: 'AllowedMethods.CachedMethods',
  Locations: 'Items',
};

/** What is an object with `Items` in CloudFormation, too. */
const KEEP_ITEMS = [
  'AccessControlAllowHeaders',
  'AccessControlAllowMethods',
  'AccessControlAllowOrigins',
  'AccessControlExposeHeaders',
  'CustomHeadersConfig',
  'Members',
  'OriginGroups',
  'RemoveHeadersConfig',
  'StatusCodes',
];

/** Texts that are values even when they are empty. */
const MAY_BE_EMPTY = ['HeaderValue', 'Value'];

/** Messages name a property as the API does. */
export const API_NOTATION: Notation = {
  resolve: (value) => value,
  name: (property) => API_NAMES[property] ?? property,
  items: (property) => (property === 'Items' ? property : `${API_NAMES[property] ?? property}.Items`),
};

/** `name` is the property that holds the value. */
export function inCloudFormationShape(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => inCloudFormationShape(item));
  if (!isObject(value)) return value;
  if ('Quantity' in value && !KEEP_ITEMS.includes(name)) return inCloudFormationShape(itemsOf(value));
  return Object.fromEntries(
    Object.entries(value)
      .flatMap(([property, item]) => translated(property, item))
      .filter(([property, item]) => !isNothing(property as string, item)),
  );
}

function translated(property: string, item: unknown): [property: string, item: unknown][] {
  switch (property) {
    case 'Quantity':
      return [];
    case 'AllowedMethods': {
      const cached = isObject(item) ? inCloudFormationShape(item.CachedMethods) : undefined;
      return [
        [property, inCloudFormationShape(item)],
        ['CachedMethods', cached],
      ];
    }
    case 'GeoRestriction':
      return isObject(item) ? [[property, { RestrictionType: item.RestrictionType, Locations: itemsOf(item) }]] : [];
    default:
      return [[RENAMED[property] ?? property, inCloudFormationShape(item, property)]];
  }
}

function isNothing(property: string, item: unknown): boolean {
  return item === undefined || item === null || (item === '' && !MAY_BE_EMPTY.includes(property));
}

/** An empty list has none. */
function itemsOf({ Items }: Record<string, unknown>): unknown {
  return Items ?? [];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
