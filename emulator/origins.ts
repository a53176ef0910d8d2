import { REGIONAL_EDGE_CACHES } from '../config/aws-regions.ts';
import { EdgeError, unexpected } from '../config/errors.ts';
import { FAILOVER_STATUS_CODES } from '../config/status-codes.ts';
import type { Origin, OriginGroup, ProtocolPolicy } from './distribution.ts';
import type { HeaderLine, HeaderLines } from './headers.ts';
import { checkCustomHeaders } from './origin-custom-headers.ts';
import type { Properties } from './properties.ts';
import { ValidationFault } from './validation-fault.ts';

const PROTOCOL_POLICIES: readonly ProtocolPolicy[] = ['http-only', 'https-only', 'match-viewer'];

/**
 * An origin of a distribution.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID unless it says of which kind it is, for a custom header that CloudFront
 * refuses, or for an Origin Shield where there is no regional edge cache.
 */
export function originOf(origin: Properties): Origin {
  const s3 = origin.optionalObject('S3OriginConfig');
  const vpc = origin.optionalObject('VpcOriginConfig');
  const custom = origin.optionalObject('CustomOriginConfig') ?? vpc;
  if ((s3 === null) === (custom === null)) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      origin.where,
      'one of S3OriginConfig, CustomOriginConfig and VpcOriginConfig',
      s3 === null ? 'neither' : 'both',
    );
  }
  custom?.without(['OriginSSLProtocols'], 'TLS is spoken as Node.js speaks it');
  vpc?.without(['VpcOriginId', 'OwnerAccountId'], 'what stands in for the origin is reached directly');
  const identity = s3?.optionalText('OriginAccessIdentity') ?? '';
  const accessControl = origin.optionalText('OriginAccessControlId') ?? '';
  return {
    id: origin.text('Id'),
    type: s3 === null ? 'custom' : 's3',
    domainName: origin.text('DomainName'),
    hasAccessControl: accessControl !== '',
    signing: accessControl !== '' ? 'always' : identity !== '' ? 'identity' : 'none',
    bucketPolicy: null,
    shieldRegion: shieldRegionOf(origin),
    path: origin.optionalText('OriginPath') ?? '',
    customHeaders: customHeadersOf(origin),
    connectionAttempts: origin.number('ConnectionAttempts', 3),
    connectionTimeoutSeconds: origin.number('ConnectionTimeout', 10),
    readTimeoutSeconds: (s3 ?? custom)?.number('OriginReadTimeout', 30) ?? 30,
    keepaliveTimeoutSeconds: custom?.number('OriginKeepaliveTimeout', 5) ?? 5,
    responseCompletionTimeoutSeconds: origin.number('ResponseCompletionTimeout', null) || null,
    protocolPolicy: protocolPolicyOf(custom),
    httpPort: custom?.number('HTTPPort', 80) ?? 80,
    httpsPort: custom?.number('HTTPSPort', 443) ?? 443,
  };
}

/**
 * A region alone enables it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
 */
function shieldRegionOf(origin: Properties): string | null {
  const shield = origin.optionalObject('OriginShield');
  const region = shield?.optionalText('OriginShieldRegion') ?? null;
  const isEnabled =
    shield !== null && (shield.value('Enabled') === undefined ? region !== null : shield.flag('Enabled'));
  if (!isEnabled) return null;
  return shield.oneOf('OriginShieldRegion', REGIONAL_EDGE_CACHES);
}

/** A VPC origin has none. */
function protocolPolicyOf(custom: Properties | null): ProtocolPolicy {
  const isGiven = (custom?.optionalText('OriginProtocolPolicy') ?? null) !== null;
  return isGiven && custom !== null ? custom.oneOf('OriginProtocolPolicy', PROTOCOL_POLICIES) : 'match-viewer';
}

function customHeadersOf(origin: Properties): HeaderLines {
  const lines = origin
    .objects('OriginCustomHeaders')
    .map((header): HeaderLine => [header.text('HeaderName').toLowerCase(), secretText(header, 'HeaderValue')]);
  try {
    checkCustomHeaders(lines);
    return lines;
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    const where = `${origin.where}.OriginCustomHeaders`;
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'headers that CloudFront adds to requests', error.message);
  }
}

/** @throws {EdgeError} as `text` does, without what is there. */
function secretText(properties: Properties, name: string): string {
  try {
    return properties.text(name);
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    throw new EdgeError(error.code, error.message.replace(/, got [\s\S]*/, ', got something else'));
  }
}

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for a group of other than two origins, or a status that nothing fails over by. */
export function originGroupsOf(config: Properties): OriginGroup[] {
  const groups = config.optionalObject('OriginGroups');
  groups?.without(['Quantity'], '');
  return (groups?.objects('Items') ?? []).map((group) => {
    const codes = group.object('FailoverCriteria').object('StatusCodes');
    const members = group.object('Members');
    const isInOrder = (group.optionalText('SelectionCriteria') ?? 'default') === 'default';
    group.without(['SelectionCriteria'], isInOrder ? '' : 'the members are asked in their order');
    codes.without(['Quantity'], '');
    members.without(['Quantity'], '');
    const [primary, secondary, ...more] = members.objects('Items').map((member) => member.text('OriginId'));
    if (primary === undefined || secondary === undefined || more.length > 0) {
      throw unexpected(
        'ERR_TEMPLATE_INVALID',
        `${members.where}.Items`,
        'two members',
        members.objects('Items').length,
      );
    }
    const statusCodes = codes.numbers('Items');
    const refused = statusCodes.find((code) => !FAILOVER_STATUS_CODES.includes(code));
    if (refused !== undefined) {
      throw unexpected(
        'ERR_TEMPLATE_INVALID',
        `${codes.where}.Items`,
        `only ${FAILOVER_STATUS_CODES.join(', ')}`,
        refused,
      );
    }
    return { id: group.text('Id'), statusCodes, originIds: [primary, secondary] };
  });
}
