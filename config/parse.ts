/**
 * The only code that sees untrusted settings: `custom.edgekeeper` of serverless.yml becomes an
 * `EdgeConfig`, or an error that names the setting. It runs in the build and in the CLI.
 */
import type { Carrier, EdgeConfig, Failover, ProtectedSection, Region, SignedPaths } from '../shared/config.ts';
import { AWS_REGIONS } from './aws-regions.ts';
import { ConfigError } from './errors.ts';
import { routesOf } from './routes.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_STATUS_CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/** Without 503 a failed connection does not fail over, without 504 a timeout does not. */
const NEEDED_STATUS_CODES = [503, 504];

/**
 * Of what CloudFront allows, without the delimiters: `@` is also requested as `%40`, for which
 * CloudFront would select another behavior than the one that is meant to be protected.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
const PATH_PATTERN = /^\/[A-Za-z0-9_\-.*?/~]{0,254}$/;

/** A cookie name that is a parameter name too: nothing in it is ever encoded. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** In the order in which they are looked at, however the setting has them. */
const CARRIERS: readonly Carrier[] = ['query', 'header', 'cookie'];

const ORIGIN_ID = /^[A-Za-z0-9_.-]{1,128}$/;

const YEAR_SECONDS = 31_536_000;

/** @throws {ConfigError} for the first setting that is missing, wrong or unknown. */
export function parseConfig(input: unknown): EdgeConfig {
  const root = record(input, 'custom.edgekeeper', ['regions', 'protected', 'signed', 'leewaySeconds', 'failover']);
  const regions = parseRegions(root.regions);
  return {
    regions,
    routes: routesOf(regions),
    protected: list(root.protected ?? [], 'protected', protectedSection),
    signed: signedPaths(root.signed ?? null),
    leewaySeconds: integer(root.leewaySeconds ?? 30, 'leewaySeconds', 0, 300),
    failover: parseFailover(root.failover),
  };
}

function parseRegions(input: unknown): Region[] {
  const regions = list(input, 'regions', (value, path) => {
    const entry = record(value, path, ['region', 'originId']);
    return {
      region: awsRegion(entry.region, `${path}.region`),
      originId: text(
        entry.originId,
        `${path}.originId`,
        ORIGIN_ID,
        'an origin id of letters, digits, "_", "." and "-"',
      ),
    };
  });
  if (regions.length < 2) throw new ConfigError('regions', 'at least two regions', regions);
  distinct(regions, 'region');
  distinct(regions, 'originId');
  return regions;
}

function distinct(regions: readonly Region[], field: keyof Region): void {
  regions.forEach((entry, index) => {
    const first = regions.findIndex((other) => other[field] === entry[field]);
    if (first !== index) {
      throw new ConfigError(`regions[${index}].${field}`, `another than regions[${first}].${field}`, entry[field]);
    }
  });
}

function awsRegion(value: unknown, path: string): string {
  if (typeof value === 'string' && Object.hasOwn(AWS_REGIONS, value)) return value;
  throw new ConfigError(path, 'an AWS region such as eu-west-1', value);
}

function protectedSection(value: unknown, path: string): ProtectedSection {
  const section = record(value, path, ['path', 'runtime', 'carriers', 'name', 'algorithms', 'issuer', 'audience']);
  only(section.runtime, 'cloudfront-function', `${path}.runtime`);
  only(section.algorithms, ['HS256'], `${path}.algorithms`);
  return {
    path: pathPattern(section.path, `${path}.path`),
    carriers: carriersIn(section.carriers, `${path}.carriers`),
    name: text(section.name, `${path}.name`, NAME, 'a name of letters, digits, "_" and "-"'),
    issuer: stringOrNull(section.issuer, `${path}.issuer`),
    audience: stringOrNull(section.audience, `${path}.audience`),
  };
}

function carriersIn(value: unknown, path: string): Carrier[] {
  const named = list(value, path, (item, at) => {
    if (CARRIERS.includes(item as Carrier)) return item as Carrier;
    throw new ConfigError(at, `one of ${CARRIERS.join(', ')}`, item);
  });
  if (named.length === 0) throw new ConfigError(path, `at least one of ${CARRIERS.join(', ')}`, value);
  return CARRIERS.filter((carrier) => named.includes(carrier));
}

/** A key group takes five keys. */
const MAX_KEYS = 5;

function signedPaths(value: unknown): SignedPaths | null {
  if (value === null) return null;
  const signed = record(value, 'signed', ['path', 'publicKeys']);
  const publicKeys = list(signed.publicKeys, 'signed.publicKeys', file);
  if (publicKeys.length === 0 || publicKeys.length > MAX_KEYS) {
    throw new ConfigError('signed.publicKeys', `one to ${MAX_KEYS} files`, publicKeys);
  }
  return { path: pathPattern(signed.path, 'signed.path'), publicKeys };
}

function file(value: unknown, path: string): string {
  return text(value, path, /\S/, 'the path of a file');
}

function pathPattern(value: unknown, path: string): string {
  return text(value, path, PATH_PATTERN, 'a path pattern of "/", letters, digits, "_-.~*?"');
}

function parseFailover(input: unknown): Failover {
  const failover = record(input, 'failover', ['statusCodes', 'maxAgeSeconds', 'retryAfterSeconds']);
  const statusCodes = list(failover.statusCodes, 'failover.statusCodes', failoverStatusCode);
  for (const code of NEEDED_STATUS_CODES) {
    if (!statusCodes.includes(code)) {
      throw new ConfigError(
        'failover.statusCodes',
        'a list with 503 (connection failed) and 504 (timed out)',
        statusCodes,
      );
    }
  }
  return {
    statusCodes,
    maxAgeSeconds: integer(failover.maxAgeSeconds, 'failover.maxAgeSeconds', 1, YEAR_SECONDS),
    retryAfterSeconds: integer(failover.retryAfterSeconds, 'failover.retryAfterSeconds', 1, YEAR_SECONDS),
  };
}

function failoverStatusCode(value: unknown, path: string): number {
  if (typeof value === 'number' && FAILOVER_STATUS_CODES.includes(value)) return value;
  throw new ConfigError(path, `one of ${FAILOVER_STATUS_CODES.join(', ')}`, value);
}

/** A setting that has one value in this version; written out, so that later versions can add others. */
function only(value: unknown, expected: string | readonly string[], path: string): void {
  if (JSON.stringify(value) !== JSON.stringify(expected)) throw new ConfigError(path, JSON.stringify(expected), value);
}

function text(value: unknown, path: string, pattern: RegExp, expected: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ConfigError(path, expected, value);
}

/** Null has to be written: which issuer or audience is not checked stays visible in the settings. */
function stringOrNull(value: unknown, path: string): string | null {
  if (value === null || (typeof value === 'string' && value !== '')) return value;
  throw new ConfigError(path, 'a non-empty string, or null for any', value);
}

function integer(value: unknown, path: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new ConfigError(path, `a whole number from ${min} to ${max}`, value);
}

function list<T>(value: unknown, path: string, item: (value: unknown, path: string) => T): T[] {
  if (!Array.isArray(value)) throw new ConfigError(path, 'a list', value);
  return value.map((entry, index) => item(entry, `${path}[${index}]`));
}

function record(value: unknown, path: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(path, 'an object', value);
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw new ConfigError(`${path}.${name}`, `one of ${known.join(', ')}`, name);
  }
  return value as Record<string, unknown>;
}
