import { unexpected } from '../config/errors.ts';
import { ERROR_PAGE_STATUS_CODES, SHOWN_STATUS_CODES } from '../config/status-codes.ts';
import type { CustomErrorResponse } from './distribution.ts';
import type { Properties } from './properties.ts';

/** The error caching minimum TTL, in seconds, where nothing sets another. */
export const ERROR_TTL_SECONDS = 10;

/**
 * The custom error responses of a distribution, by error status.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for a status that CloudFront does not take, a path without a
 * status, or the reverse.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html
 */
export function customErrorResponsesOf(config: Properties): Map<number, CustomErrorResponse> {
  return new Map(
    config.objects('CustomErrorResponses').map((response) => {
      const minTtlSeconds = response.number('ErrorCachingMinTTL', ERROR_TTL_SECONDS);
      return [code(response, 'ErrorCode', ERROR_PAGE_STATUS_CODES), { page: pageOf(response), minTtlSeconds }] as const;
    }),
  );
}

/** An empty path or status is an absent one. */
function pageOf(response: Properties): CustomErrorResponse['page'] {
  const path = response.optionalText('ResponsePagePath') || null;
  if (path === null && response.number('ResponseCode', null) === null) return null;
  if (path?.startsWith('/')) return { path, status: code(response, 'ResponseCode', SHOWN_STATUS_CODES) };
  throw unexpected('ERR_TEMPLATE_INVALID', `${response.where}.ResponsePagePath`, 'a path that begins with /', path);
}

function code(response: Properties, name: string, allowed: readonly number[]): number {
  const status = response.number(name, null);
  if (status !== null && allowed.includes(status)) return status;
  throw unexpected('ERR_TEMPLATE_INVALID', `${response.where}.${name}`, `one of ${allowed.join(', ')}`, status);
}
