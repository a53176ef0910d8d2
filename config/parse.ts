/**
 * The only code that sees untrusted settings: `custom.edgekeeper` of serverless.yml becomes an
 * `EdgeConfig`, or an error that names the setting. It runs in the build and in the CLI.
 */
import { matchesWildcard } from '../shared/access/wildcard.ts';
import type {
  EdgeConfig,
  Failover,
  Objectives,
  ProtectedSection,
  Region,
  Rewrites,
  SignedPaths,
} from '../shared/config.ts';
import { parseAssociate } from './associate.ts';
import { AWS_REGIONS } from './aws-regions.ts';
import { ConfigError } from './errors.ts';
import { parseHealth } from './health.ts';
import { exactlyWhatCloudFrontMatches, FILE, pathPattern, protectedSection } from './protected-section.ts';
import { fraction, integer, list, oneOf, record, text } from './read.ts';
import { routesOf } from './routes.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_STATUS_CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/** Without 503 a failed connection does not fail over, without 504 a timeout does not. */
const NEEDED_STATUS_CODES = [503, 504];

const ORIGIN_ID = /^[A-Za-z0-9_.-]{1,128}$/;

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath */
const PREFIX = /^(?=.{2,255}$)(?:\/[A-Za-z0-9_.~-]+)+$/;

const PREFIX_EXPECTED = 'a path such as /site, without a slash at its end';

const OBJECT_NAME = /^[A-Za-z0-9_~-][A-Za-z0-9_.~-]*\.[A-Za-z0-9]+$/;

const YEAR_SECONDS = 31_536_000;

/** @throws {ConfigError} for the first setting that is missing, wrong or unknown. */
export function parseConfig(input: unknown): EdgeConfig {
  const root = record(input, 'custom.edgekeeper', [
    'regions',
    'protected',
    'signed',
    'leewaySeconds',
    'failover',
    'health',
    'rewrites',
    'objectives',
    'associate',
  ]);
  const regions = parseRegions(root.regions);
  const leewaySeconds = integer(root.leewaySeconds ?? 30, 'leewaySeconds', 0, 300);
  const sections = parseSections(root.protected ?? [], leewaySeconds);
  const signed = signedPaths(root.signed ?? null);
  if (sections.length > 0 || signed !== null) checkPrefixes(regions);
  return {
    regions,
    routes: routesOf(regions),
    protected: sections,
    signed,
    failover: parseFailover(root.failover),
    health: parseHealth(root.health ?? null),
    rewrites: parseRewrites(root.rewrites ?? null),
    objectives: parseObjectives(root.objectives ?? {}),
    associate: parseAssociate(root.associate ?? []),
    sectionKeys: {},
  };
}

/** The first section that matches decides: what an earlier one covers would be open to the bearers of its tokens. */
function parseSections(input: unknown, leewaySeconds: number): ProtectedSection[] {
  const sections = list(input, 'protected', (section, path) => protectedSection(section, path, leewaySeconds));
  sections.forEach(({ path }, index) => {
    const first = sections.findIndex((earlier) => matchesWildcard(earlier.path, path));
    if (first < index) {
      const expected = `a pattern that protected[${first}].path "${sections[first]?.path}" does not cover`;
      throw new ConfigError(`protected[${index}].path`, expected, path);
    }
  });
  return sections;
}

function parseRegions(input: unknown): Region[] {
  const regions = list(input, 'regions', (value, path) => {
    const entry = record(value, path, ['region', 'originId', 'prefix']);
    return {
      ...(entry.prefix !== undefined && { prefix: text(entry.prefix, `${path}.prefix`, PREFIX, PREFIX_EXPECTED) }),
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

/**
 * Buckets hold the same objects. Where the prefix of one begins with that of another, an object has two paths: what
 * `/private/x` is behind the one is `/site/private/x` behind the other, where no section protects it.
 */
function checkPrefixes(regions: readonly Region[]): void {
  const folderOf = ({ prefix = '' }: Region): string => `${prefix}/`;
  regions.forEach((region, index) => {
    const folder = folderOf(region);
    const outer = regions.findIndex((other) => folder !== folderOf(other) && folder.startsWith(folderOf(other)));
    if (outer === -1) return;
    const expected = `that of regions[${outer}], or one outside of it, since protected paths would be open there`;
    throw new ConfigError(`regions[${index}].prefix`, expected, region.prefix);
  });
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

/** A key group takes five keys. */
const MAX_KEYS = 5;

function signedPaths(value: unknown): SignedPaths | null {
  if (value === null) return null;
  const signed = record(value, 'signed', ['path', 'publicKeys']);
  const publicKeys = list(signed.publicKeys, 'signed.publicKeys', (item, at) =>
    text(item, at, FILE, 'the path of a file'),
  );
  if (publicKeys.length === 0 || publicKeys.length > MAX_KEYS) {
    throw new ConfigError('signed.publicKeys', `one to ${MAX_KEYS} files`, publicKeys);
  }
  const path = pathPattern(signed.path, 'signed.path');
  exactlyWhatCloudFrontMatches(path, 'signed.path');
  return { path, publicKeys };
}

function parseRewrites(input: unknown): Rewrites | null {
  if (input === null) return null;
  const { directoryIndex, trailingSlash = 'leave' } = record(input, 'rewrites', ['directoryIndex', 'trailingSlash']);
  return {
    directoryIndex: text(
      directoryIndex,
      'rewrites.directoryIndex',
      OBJECT_NAME,
      'the name of an object such as index.html',
    ),
    trailingSlash: oneOf(trailingSlash, 'rewrites.trailingSlash', ['leave', 'redirect']),
  };
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

const HOUR_SECONDS = 3600;

/** What is not there has its default. */
export function parseObjectives(input: unknown): Objectives {
  const objectives = record(input, 'objectives', ['availability', 'failoverSeconds', 'recoverySeconds']);
  return {
    availability: fraction(objectives.availability ?? 1, 'objectives.availability'),
    failoverSeconds: integer(objectives.failoverSeconds ?? 3, 'objectives.failoverSeconds', 1, HOUR_SECONDS),
    recoverySeconds: integer(objectives.recoverySeconds ?? 30, 'objectives.recoverySeconds', 1, HOUR_SECONDS),
  };
}
