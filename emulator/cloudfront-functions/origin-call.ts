/**
 * What a CloudFront Function asks for with the helpers for origins, checked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 */
import { isIP } from 'node:net';
import { FAILOVER_STATUS_CODES } from '../../config/status-codes.ts';
import type { CacheBehavior, Distribution, Origin } from '../distribution.ts';
import { isDisallowed } from '../function-headers.ts';
import { signingOf } from '../origin-access.ts';
import type { OriginChoice } from '../origin-choice.ts';
import { ValidationFault } from '../validation-fault.ts';

/** The last call of one of the helpers, as the function made it. */
export interface OriginCall {
  readonly method: string;
  readonly arguments: readonly unknown[];
}

type Parameters = Record<string, unknown>;

/**
 * @param headers names of the headers of the request that the function returned
 * @throws {ValidationFault} for what CloudFront would not take.
 */
export function originChoice(
  call: OriginCall | null,
  distribution: Distribution,
  behavior: CacheBehavior,
  headers: readonly string[],
): OriginChoice | null {
  if (call === null) return null;
  const [first, second] = call.arguments;
  switch (call.method) {
    case 'updateRequestOrigin':
      return {
        target: null,
        origins: [updated(parameters(first, 'parameters'), assigned(distribution, behavior), headers)],
      };
    case 'selectRequestOriginById': {
      const origin = overridden(known(distribution, first), optional(second, 'originOverrides'));
      return { target: origin.id, origins: [origin] };
    }
    default:
      return groupOf(parameters(first, 'parameters'), distribution);
  }
}

/** Of an origin group, the primary is what a function changes. */
function assigned(distribution: Distribution, { targetOriginId }: CacheBehavior): Origin {
  const group = distribution.originGroups.get(targetOriginId);
  return known(distribution, group === undefined ? targetOriginId : group.originIds[0]);
}

function groupOf(asked: Parameters, distribution: Distribution): OriginChoice {
  const { originIds, failoverCriteria, selectionCriteria = 'default' } = asked;
  check(Array.isArray(originIds) && originIds.length === 2, 'originIds must name two origins');
  const [primary, secondary] = (originIds as unknown[]).map((item) => {
    if (typeof item === 'string') return known(distribution, item);
    const { originId, originOverrides } = parameters(item, 'originIds');
    return overridden(known(distribution, originId), optional(originOverrides, 'originOverrides'));
  }) as [Origin, Origin];
  check(selectionCriteria === 'default' || selectionCriteria === 'media-quality-score', 'selectionCriteria');
  const { statusCodes } = parameters(failoverCriteria, 'failoverCriteria');
  const isAllowed =
    Array.isArray(statusCodes) &&
    statusCodes.length > 0 &&
    statusCodes.every((code) => FAILOVER_STATUS_CODES.includes(code));
  check(isAllowed, `failoverCriteria.statusCodes must be some of ${FAILOVER_STATUS_CODES.join(', ')}`);
  const group = { id: 'request', statusCodes: statusCodes as number[], originIds: [primary.id, secondary.id] as const };
  return { target: group, origins: [primary, secondary] };
}

/** `sni` and `allowedCertificateNames` are checked, and have no effect: origins are asked without TLS. */
function overridden(origin: Origin, asked: Parameters): Origin {
  const { hostHeader, sni, allowedCertificateNames: names } = asked;
  if (hostHeader !== undefined) {
    check(isDomainName(hostHeader, 253), 'hostHeader must be a domain name');
    check(origin.type === 'custom', 'hostHeader is not for Amazon S3 origins');
    check(!origin.hasAccessControl, 'hostHeader is not for origins with origin access control');
  }
  if (sni !== undefined) {
    check(isDomainName(sni, 253), 'sni must be a domain name');
    check(origin.type === 'custom', 'sni is not for Amazon S3 origins');
  }
  if (names !== undefined) {
    const isList = Array.isArray(names) && names.length <= 20;
    check(
      isList &&
        names.every(
          (name) => typeof name === 'string' && isDomainName(name.replace(/^\*\./, ''), 64) && name.length <= 64,
        ),
      'allowedCertificateNames must be at most 20 names of at most 64 characters',
    );
    check(origin.type === 'custom', 'allowedCertificateNames is not for Amazon S3 origins');
  }
  return hostHeader === undefined ? origin : { ...origin, hostHeader: hostHeader as string };
}

function updated(asked: Parameters, origin: Origin, headers: readonly string[]): Origin {
  const { domainName, originPath, customHeaders, connectionAttempts, originShield, mTLSConfig } = asked;
  if (domainName !== undefined) checkDomain(domainName);
  if (originPath !== undefined) checkPath(originPath);
  if (customHeaders !== undefined) checkCustomHeaders(parameters(customHeaders, 'customHeaders'), headers);
  checkWhole(connectionAttempts, 1, 3, 'connectionAttempts');
  checkConnection(asked);
  check(mTLSConfig === undefined || mTLSConfig === 'inherit' || mTLSConfig === 'off', 'mTLSConfig');
  const timeouts = timeoutsOf(asked.timeouts, origin);
  const next: Origin = {
    ...origin,
    ...timeouts,
    ...accessControl(asked.originAccessControlConfig, origin),
    ...(domainName !== undefined && {
      domainName: domainName as string,
      type: isBucket(domainName as string) ? 's3' : 'custom',
    }),
    ...(originPath !== undefined && { path: originPath as string }),
    ...(customHeaders !== undefined && { customHeaders: Object.entries(customHeaders as Record<string, string>) }),
    ...(connectionAttempts !== undefined && { connectionAttempts: connectionAttempts as number }),
    ...(originShield !== undefined && { shieldRegion: shieldRegionOf(parameters(originShield, 'originShield')) }),
  };
  return overridden(next, asked);
}

/** A bucket's own endpoint; its website endpoint is a custom origin. */
function isBucket(domainName: string): boolean {
  return /^[^:]+\.s3\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(domainName.toLowerCase());
}

function checkDomain(domainName: unknown): void {
  check(isDomainName(domainName, 253), 'domainName must be a domain name');
  if (!isBucket(domainName as string)) return;
  check((domainName as string).length <= 128, 'domainName of a bucket has at most 128 characters');
  check(domainName === (domainName as string).toLowerCase(), 'domainName of a bucket is in lower case');
}

function isDomainName(value: unknown, maxLength: number): boolean {
  return (
    typeof value === 'string' &&
    value.length <= maxLength &&
    /^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?$/i.test(value) &&
    isIP(value) === 0
  );
}

/** An empty path is taken: the origin has none then. */
function checkPath(path: unknown): void {
  const isPath = typeof path === 'string' && (path === '' || /^\/[!"$->@-~]*[!"$-.0->@-~]$/.test(path));
  check(isPath, 'originPath must begin with "/", not end with it, and be encoded');
  check((path as string).length <= 255, 'originPath has at most 255 characters');
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-denylist */
const NO_CUSTOM_HEADERS =
  /^(cache-control|connection|content-length|cookie|host|if-.*|max-forwards|pragma|proxy-(authenticate|authorization|connection)|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip)$/;

function checkCustomHeaders(customHeaders: Parameters, requestHeaders: readonly string[]): void {
  const entries = Object.entries(customHeaders);
  check(entries.length <= 30, 'customHeaders has at most 30 headers');
  for (const [name, value] of entries) {
    check(/^[a-z0-9!#$%&'*+\-.^_`|~]{1,256}$/.test(name), 'customHeaders must have header names in lower case');
    check(
      typeof value === 'string' && value.length <= 1_783 && /^[\t -~\u0080-\uffff]*$/.test(value),
      `customHeaders.${name}`,
    );
    check(!isDisallowed(name) && !NO_CUSTOM_HEADERS.test(name), `customHeaders: ${name} is not allowed`);
    check(!requestHeaders.includes(name), `customHeaders: ${name} is in the request, too`);
  }
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
  check(characters <= 10_240, 'customHeaders has at most 10,240 characters');
}

function shieldRegionOf({ enabled, region }: Parameters): string | null {
  check(typeof enabled === 'boolean', 'originShield.enabled must be true or false');
  check(enabled === false || (typeof region === 'string' && region !== ''), 'originShield.region is required');
  return enabled === false ? null : (region as string);
}

function accessControl(config: unknown, origin: Origin): Pick<Origin, 'hasAccessControl' | 'signing'> {
  if (config === undefined) return { hasAccessControl: origin.hasAccessControl, signing: origin.signing };
  const { enabled, signingBehavior, signingProtocol, originType } = parameters(config, 'originAccessControlConfig');
  check(typeof enabled === 'boolean', 'originAccessControlConfig.enabled must be true or false');
  if (enabled === false) return { hasAccessControl: false, signing: 'none' };
  oneOf(signingBehavior, ['always', 'never', 'no-override'], 'originAccessControlConfig.signingBehavior');
  oneOf(signingProtocol, ['sigv4'], 'originAccessControlConfig.signingProtocol');
  oneOf(originType, ['s3', 'mediapackagev2', 'mediastore', 'lambda'], 'originAccessControlConfig.originType');
  return { hasAccessControl: true, signing: signingOf(signingBehavior as string) };
}

function timeoutsOf(asked: unknown, origin: Origin): Partial<Origin> {
  const { readTimeout, responseCompletionTimeout, keepAliveTimeout, connectionTimeout } = optional(asked, 'timeouts');
  checkWhole(readTimeout, 1, 120, 'timeouts.readTimeout');
  checkWhole(keepAliveTimeout, 1, 120, 'timeouts.keepAliveTimeout');
  checkWhole(connectionTimeout, 1, 10, 'timeouts.connectionTimeout');
  const readTimeoutSeconds = (readTimeout as number | undefined) ?? origin.readTimeoutSeconds;
  checkWhole(
    responseCompletionTimeout,
    readTimeoutSeconds,
    Number.MAX_SAFE_INTEGER,
    'timeouts.responseCompletionTimeout',
  );
  return {
    readTimeoutSeconds,
    connectionTimeoutSeconds: (connectionTimeout as number | undefined) ?? origin.connectionTimeoutSeconds,
    keepaliveTimeoutSeconds: (keepAliveTimeout as number | undefined) ?? origin.keepaliveTimeoutSeconds,
    responseCompletionTimeoutSeconds:
      (responseCompletionTimeout as number | undefined) ?? origin.responseCompletionTimeoutSeconds,
  };
}

/** Checked alone: what stands in for an origin is asked in its own way. */
function checkConnection({ customOriginConfig, domainName }: Parameters): void {
  if (customOriginConfig === undefined) return;
  const { port, protocol, sslProtocols, ipAddressType } = parameters(customOriginConfig, 'customOriginConfig');
  check(port !== undefined, 'customOriginConfig.port is required');
  checkWhole(port, 1, 65_535, 'customOriginConfig.port');
  oneOf(protocol, ['http', 'https'], 'customOriginConfig.protocol');
  check(Array.isArray(sslProtocols) && sslProtocols.length > 0, 'customOriginConfig.sslProtocols is required');
  for (const item of sslProtocols as unknown[]) {
    oneOf(item, ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'], 'customOriginConfig.sslProtocols');
  }
  if (ipAddressType === undefined) return;
  oneOf(ipAddressType, ['ipv4', 'ipv6', 'dualstack'], 'customOriginConfig.ipAddressType');
  check(domainName !== undefined, 'customOriginConfig.ipAddressType needs a domainName');
}

function known(distribution: Distribution, id: unknown): Origin {
  const origin = typeof id === 'string' ? distribution.origins.get(id) : undefined;
  if (origin === undefined) throw fault('the origin is not one of the distribution');
  return origin;
}

function parameters(value: unknown, what: string): Parameters {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} must be an object`);
  return value as Parameters;
}

/** JSON makes null of an argument that is absent. */
function optional(value: unknown, what: string): Parameters {
  return value === undefined || value === null ? {} : parameters(value, what);
}

function checkWhole(value: unknown, least: number, most: number, what: string): void {
  if (value === undefined) return;
  check(Number.isInteger(value) && (value as number) >= least && (value as number) <= most, `${what} is out of range`);
}

function oneOf(value: unknown, allowed: readonly string[], what: string): void {
  check(allowed.includes(value as string), `${what} must be one of ${allowed.join(', ')}`);
}

function check(isRight: boolean, what: string): void {
  if (!isRight) throw fault(what);
}

function fault(what: string): ValidationFault {
  return new ValidationFault(`origin rewrite: ${what}`);
}
