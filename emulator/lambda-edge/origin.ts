/**
 * The origin in the events of Lambda@Edge, and what a function makes of it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-request
 */
import { isIP } from 'node:net';
import type { Origin, Signing } from '../distribution.ts';
import { type HeaderLines, headerOf } from '../headers.ts';
import { checkCustomHeaders } from '../origin-custom-headers.ts';
import { ValidationFault } from '../validation-fault.ts';
import { headerLinesOf, lambdaHeaders } from './headers.ts';

export function originOf(origin: Origin): object {
  const common = {
    customHeaders: lambdaHeaders([...origin.customHeaders].map(([name, value]) => [name, value])),
    domainName: origin.domainName,
    path: origin.path,
    readTimeout: origin.readTimeoutSeconds,
    responseCompletionTimeout: shownCompletion(origin),
  };
  if (origin.type === 's3') return { s3: { ...common, ...identityOf(origin) } };
  const isPlain = origin.protocolPolicy === 'http-only';
  return {
    custom: {
      ...common,
      keepaliveTimeout: origin.keepaliveTimeoutSeconds,
      port: isPlain ? origin.httpPort : origin.httpsPort,
      protocol: isPlain ? 'http' : 'https',
      sslProtocols: ['TLSv1.2'],
    },
  };
}

/** The region is told for an origin access identity alone. */
function identityOf({ signing, domainName }: Origin): object {
  if (signing !== 'identity') return { authMethod: 'none', region: '' };
  const region = /\.s3[.-](?:dualstack\.)?([a-z0-9-]+)\.amazonaws\./.exec(domainName)?.[1] ?? '';
  return { authMethod: 'origin-access-identity', region };
}

/** Unset, it is shown as AWS's example has it, equal to the read timeout. */
function shownCompletion({ responseCompletionTimeoutSeconds, readTimeoutSeconds }: Origin): number {
  return responseCompletionTimeoutSeconds ?? readTimeoutSeconds;
}

/**
 * The origin that a function chose, in place of `assigned`, whose connection attempts and timeout it keeps.
 * `headers` are those of the request, which no custom header may repeat.
 *
 * @throws {ValidationFault} for an origin that CloudFront would not take.
 */
export function changedOrigin(returned: object, assigned: Origin, headers: HeaderLines): Origin {
  const { custom, s3 } = returned as { custom?: unknown; s3?: unknown };
  if ((custom === undefined) === (s3 === undefined)) throw new ValidationFault('request.origin is not one origin');
  const type = s3 === undefined ? 'custom' : 's3';
  const fields = Object(s3 ?? custom) as Record<string, unknown>;
  const { domainName, path, readTimeout } = fields;
  expect(isDomainName(domainName), 'domainName is not a DNS name');
  expect(isPath(path), 'path does not begin with "/", or ends with it');
  if (type === 's3') checkS3(fields, assigned);
  else checkCustom(fields);
  const customHeaders = headerLinesOf(fields.customHeaders);
  checkCustomHeaders(customHeaders);
  for (const [name] of customHeaders) {
    expect(headerOf(headers, name) === undefined, `the custom header ${name} is a header of the request, too`);
  }
  const readTimeoutSeconds = readTimeout === undefined ? assigned.readTimeoutSeconds : (readTimeout as number);
  return {
    ...assigned,
    type,
    domainName,
    path,
    customHeaders,
    readTimeoutSeconds,
    signing: signingOf(fields, assigned),
    ...timesOf(fields, assigned),
  };
}

/** An origin access control is of the bucket that it is attached to: requests to another one are not signed by it. */
function signingOf({ domainName, authMethod }: Record<string, unknown>, assigned: Origin): Signing {
  if (authMethod === 'origin-access-identity') return 'identity';
  return domainName === assigned.domainName && assigned.signing !== 'identity' ? assigned.signing : 'none';
}

function timesOf(
  { keepaliveTimeout, responseCompletionTimeout: completion }: Record<string, unknown>,
  assigned: Origin,
) {
  const isLeft = completion === undefined || completion === shownCompletion(assigned);
  return {
    keepaliveTimeoutSeconds: (keepaliveTimeout as number | undefined) ?? assigned.keepaliveTimeoutSeconds,
    responseCompletionTimeoutSeconds: isLeft
      ? assigned.responseCompletionTimeoutSeconds
      : (completion as number) || null,
  };
}

const MAX_TIMEOUT_SECONDS = 120;
const SSL_PROTOCOLS = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];
const AUTH_METHODS = ['none', 'origin-access-identity'];

function checkCustom(fields: Record<string, unknown>): void {
  const { port, protocol, keepaliveTimeout, readTimeout, sslProtocols } = fields;
  expect(port === 80 || port === 443 || isWithin(port, 1024, 65535), 'port is not 80, 443 or from 1024 to 65535');
  expect(protocol === 'http' || protocol === 'https', 'protocol is neither http nor https');
  expect(isWithin(keepaliveTimeout, 1, MAX_TIMEOUT_SECONDS), 'keepaliveTimeout is not from 1 to 120');
  expect(isWithin(readTimeout, 1, MAX_TIMEOUT_SECONDS), 'readTimeout is not from 1 to 120');
  const isKnown = Array.isArray(sslProtocols) && sslProtocols.every((name) => SSL_PROTOCOLS.includes(name));
  expect(isKnown && sslProtocols.length > 0, `sslProtocols is not a list of ${SSL_PROTOCOLS.join(', ')}`);
  checkCompletion(fields);
}

/** An origin access identity is of S3 origins alone, and its signature needs the region. */
function checkS3(fields: Record<string, unknown>, assigned: Origin): void {
  const { authMethod, region, readTimeout } = fields;
  expect(AUTH_METHODS.includes(String(authMethod)), `authMethod is not one of ${AUTH_METHODS.join(', ')}`);
  if (authMethod === 'origin-access-identity') {
    expect(assigned.type === 's3', 'authMethod is origin-access-identity in place of a custom origin');
    expect(typeof region === 'string' && region !== '', 'region is missing');
  }
  const isTimeout = readTimeout === undefined || isWithin(readTimeout, 1, MAX_TIMEOUT_SECONDS);
  expect(isTimeout, 'readTimeout is not from 1 to 120');
  checkCompletion(fields);
}

/** Zero stands for the default, as does its absence. */
function checkCompletion({ responseCompletionTimeout, readTimeout }: Record<string, unknown>): void {
  if (responseCompletionTimeout === undefined || responseCompletionTimeout === 0) return;
  const isLonger = isWithin(responseCompletionTimeout, Number(readTimeout ?? 1), Number.MAX_SAFE_INTEGER);
  expect(isLonger, 'responseCompletionTimeout is less than readTimeout');
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

function isDomainName(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9._-]{1,253}$/i.test(value) && isIP(value) === 0;
}

/** Empty: none. */
function isPath(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || /^\/[!"$-~]{0,253}[!"$-.0-~]$/.test(value));
}

function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ValidationFault(`request.origin: ${otherwise}`);
}
