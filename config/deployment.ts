/**
 * What `custom.edgekeeper` says of the deployed resources and of no function: how the distribution is served, what
 * watches it, what of the stack is made. Parsed as all settings are.
 */
import { type AssociatedDistribution, parseAssociate } from './associate.ts';
import { ConfigError } from './errors.ts';
import { exactlyWhatCloudFrontMatches, pathPattern } from './protected-section.ts';
import { flag, integer, list, oneOf, record, text } from './read.ts';

export interface Deployment {
  readonly distribution: DistributionSettings;
  readonly api: Api | null;
  readonly logs: AccessLogs | null;
  readonly monitoring: Monitoring | null;
  readonly deploy: DeployedParts;
  /** What `serverless deploy` associates at its end. */
  readonly associate: readonly AssociatedDistribution[];
}

export interface DistributionSettings {
  readonly httpVersion: 'http2' | 'http2and3';
  readonly ipv6: boolean;
  readonly priceClass: string;
  /** Alternate domain names; one may begin with `*.`. */
  readonly aliases: readonly string[];
  /** Null: CloudFront's own, for its own domain name. */
  readonly viewerCertificate: ViewerCertificate | null;
  /** ARN; null: none. */
  readonly webAcl: string | null;
}

export interface ViewerCertificate {
  readonly arn: string;
  /** Name of a security policy, the oldest version of TLS with the ciphers to it. */
  readonly minimumTls: string;
}

/** A custom origin that the distribution only passes on to. */
export interface Api {
  readonly domain: string;
  readonly path: string;
}

export interface AccessLogs {
  /** After so many a log is deleted. */
  readonly days: number;
  /** Whether query strings are in it, and the addresses that pages were linked from: tokens may be in both. */
  readonly queryStrings: boolean;
}

export interface Monitoring {
  readonly dashboard: boolean;
  readonly alarms: boolean;
  /** Whom alarms are sent to by a topic that is made for it; null: nobody. */
  readonly email: string | null;
  /** ARNs of topics that are there already. An alarm takes those of its own region. */
  readonly topics: readonly string[];
  /** Of 100 requests, so many answered 5xx are an alarm. */
  readonly errorRatePercent: number;
  /** CloudFront's own, which cost: cache hit rate, origin latency, rates by status. */
  readonly additionalMetrics: boolean;
  /** Those of the buckets, which cost: requests, errors, time to first byte. */
  readonly requestMetrics: boolean;
}

export interface DeployedParts {
  /** `none`: the functions and the key value store alone, for a distribution that is made elsewhere. */
  readonly distribution: 'create' | 'none';
  /** `existing`: those of a stack that was removed. */
  readonly buckets: 'create' | 'existing';
}

/** The settings that are read here. */
export const DEPLOYMENT_SETTINGS = ['distribution', 'api', 'logs', 'monitoring', 'deploy', 'associate'];

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html */
const SECURITY_POLICIES = ['TLSv1.2_2021', 'TLSv1.2_2025', 'TLSv1.3_2025'];

const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ALIAS = new RegExp(DOMAIN.source.replace('^', '^(?:\\*\\.)?'));
const CERTIFICATE = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[A-Za-z0-9-]+$/;
const WEB_ACL = /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[A-Za-z0-9_-]+\/[A-Za-z0-9-]+$/;
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

const MAX_LOG_DAYS = 3650;

/**
 * @param input `custom.edgekeeper` as written
 * @throws {ConfigError} for the first of these settings that is wrong or unknown; of the others it reads none.
 */
export function parseDeployment(input: unknown): Deployment {
  const root = Object(input) as Record<string, unknown>;
  return {
    distribution: distributionSettings(root.distribution ?? {}),
    api: orNull(root.api, api),
    logs: orNull(root.logs, accessLogs),
    monitoring: orNull(root.monitoring, monitoring),
    deploy: deployedParts(root.deploy ?? {}),
    associate: parseAssociate(root.associate ?? []),
  };
}

function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value);
}

function distributionSettings(value: unknown): DistributionSettings {
  const setting = record(value, 'distribution', [
    'httpVersion',
    'ipv6',
    'priceClass',
    'aliases',
    'certificate',
    'minimumTls',
    'webAcl',
  ]);
  const aliases = list(setting.aliases ?? [], 'distribution.aliases', (item, at) =>
    text(item, at, ALIAS, 'a domain name such as www.example.com'),
  );
  return {
    httpVersion: oneOf(setting.httpVersion ?? 'http2', 'distribution.httpVersion', ['http2', 'http2and3']),
    ipv6: flag(setting.ipv6 ?? true, 'distribution.ipv6'),
    priceClass: oneOf(setting.priceClass ?? 'PriceClass_100', 'distribution.priceClass', [
      'PriceClass_100',
      'PriceClass_200',
      'PriceClass_All',
    ]),
    aliases,
    viewerCertificate: viewerCertificate(setting, aliases),
    webAcl: orNull(setting.webAcl, (arn) =>
      text(arn, 'distribution.webAcl', WEB_ACL, 'the ARN of a global web ACL, which is in us-east-1'),
    ),
  };
}

function viewerCertificate(setting: Record<string, unknown>, aliases: readonly string[]): ViewerCertificate | null {
  const { certificate = null, minimumTls = null } = setting;
  if (certificate === null) {
    if (aliases.length > 0) throw new ConfigError('distribution.certificate', 'one for the aliases', certificate);
    if (minimumTls !== null) {
      const expected = "none without a certificate: CloudFront's own domain name takes TLSv1 and newer";
      throw new ConfigError('distribution.minimumTls', expected, minimumTls);
    }
    return null;
  }
  const expected = 'the ARN of a certificate in us-east-1, where CloudFront takes them from';
  return {
    arn: text(certificate, 'distribution.certificate', CERTIFICATE, expected),
    minimumTls: oneOf(minimumTls ?? 'TLSv1.2_2021', 'distribution.minimumTls', SECURITY_POLICIES),
  };
}

function api(value: unknown): Api {
  const { domain, path = '/api/*' } = record(value, 'api', ['domain', 'path']);
  const pattern = pathPattern(path, 'api.path');
  exactlyWhatCloudFrontMatches(pattern, 'api.path');
  return { domain: text(domain, 'api.domain', DOMAIN, 'a domain name such as api.example.com'), path: pattern };
}

function accessLogs(value: unknown): AccessLogs {
  const { days = 90, queryStrings = false } = record(value, 'logs', ['days', 'queryStrings']);
  return { days: integer(days, 'logs.days', 1, MAX_LOG_DAYS), queryStrings: flag(queryStrings, 'logs.queryStrings') };
}

const MONITORING = { dashboard: true, alarms: true, additionalMetrics: false, requestMetrics: false };

function monitoring(value: unknown): Monitoring {
  const setting = record(value, 'monitoring', [...Object.keys(MONITORING), 'email', 'topics', 'errorRatePercent']);
  const has = (name: keyof typeof MONITORING) => flag(setting[name] ?? MONITORING[name], `monitoring.${name}`);
  return {
    dashboard: has('dashboard'),
    alarms: has('alarms'),
    email: orNull(setting.email, (email) =>
      text(email, 'monitoring.email', EMAIL, 'an address such as ops@example.com'),
    ),
    topics: list(setting.topics ?? [], 'monitoring.topics', (item, at) =>
      text(item, at, TOPIC, 'the ARN of an SNS topic'),
    ),
    errorRatePercent: integer(setting.errorRatePercent ?? 5, 'monitoring.errorRatePercent', 1, 100),
    additionalMetrics: has('additionalMetrics'),
    requestMetrics: has('requestMetrics'),
  };
}

function deployedParts(value: unknown): DeployedParts {
  const { distribution = 'create', buckets = 'create' } = record(value, 'deploy', ['distribution', 'buckets']);
  return {
    distribution: oneOf(distribution, 'deploy.distribution', ['create', 'none']),
    buckets: oneOf(buckets, 'deploy.buckets', ['create', 'existing']),
  };
}
