import { unexpected } from '../config/errors.ts';
import type { Origin, OriginGroup } from './distribution.ts';
import type { HeaderLine, HeaderLines } from './headers.ts';
import { checkCustomHeaders } from './origin-custom-headers.ts';
import type { Properties } from './properties.ts';
import { ValidationFault } from './validation-fault.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/**
 * An origin of a distribution.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID unless it says of which kind it is, or for a custom header that CloudFront refuses.
 */
export function originOf(origin: Properties): Origin {
  const s3 = origin.optionalObject('S3OriginConfig');
  const custom = origin.optionalObject('CustomOriginConfig');
  if ((s3 === null) === (custom === null)) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      origin.where,
      'one of S3OriginConfig and CustomOriginConfig',
      s3 === null ? 'neither' : 'both',
    );
  }
  s3?.without(['OriginAccessIdentity'], '');
  custom?.without(
    ['HTTPPort', 'HTTPSPort', 'OriginProtocolPolicy', 'OriginSSLProtocols', 'OriginKeepaliveTimeout'],
    'what stands in for the origin says whether HTTP or HTTPS is spoken, and at which port',
  );
  origin.without(['OriginAccessControlId'], 'requests to the local folder are not signed');
  const accessControl = origin.optionalText('OriginAccessControlId') ?? '';
  return {
    id: origin.text('Id'),
    type: s3 === null ? 'custom' : 's3',
    domainName: origin.text('DomainName'),
    hasAccessControl: accessControl !== '',
    path: origin.optionalText('OriginPath') ?? '',
    customHeaders: customHeadersOf(origin),
    connectionAttempts: origin.number('ConnectionAttempts', 3),
    connectionTimeoutSeconds: origin.number('ConnectionTimeout', 10),
    readTimeoutSeconds: (s3 ?? custom)?.number('OriginReadTimeout', 30) ?? 30,
  };
}

function customHeadersOf(origin: Properties): HeaderLines {
  const lines = origin
    .objects('OriginCustomHeaders')
    .map((header): HeaderLine => [header.text('HeaderName').toLowerCase(), header.text('HeaderValue')]);
  try {
    checkCustomHeaders(lines);
    return lines;
  } catch (error) {
    if (!(error instanceof ValidationFault)) throw error;
    const where = `${origin.where}.OriginCustomHeaders`;
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'headers that CloudFront adds to requests', error.message);
  }
}

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for a group of other than two origins, or a status that nothing fails over by. */
export function originGroupsOf(config: Properties): OriginGroup[] {
  const groups = config.optionalObject('OriginGroups');
  groups?.without(['Quantity'], '');
  return (groups?.objects('Items') ?? []).map((group) => {
    const codes = group.object('FailoverCriteria').object('StatusCodes');
    const members = group.object('Members');
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
    const refused = statusCodes.find((code) => !FAILOVER_CODES.includes(code));
    if (refused !== undefined) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${codes.where}.Items`, `only ${FAILOVER_CODES.join(', ')}`, refused);
    }
    return { id: group.text('Id'), statusCodes, originIds: [primary, secondary] };
  });
}
