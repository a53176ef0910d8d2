import { STATUS_CODES } from 'node:http';
import type { EdgeRequest, EdgeResponse } from '../exchange.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { hasConditions } from '../revalidation.ts';
import { variesAlways } from '../vary.ts';
import { directivesOf, isUnqualified, NAMING, namedFields } from './cache-control.ts';
import { HEURISTIC_STATUSES } from './freshness.ts';
import { responseControl } from './response-control.ts';
import { keyOf, referredKey } from './targets.ts';

/** With any of these a response to a request with `Authorization` may be stored (section 3.5). */
const SHARED = ['public', 'must-revalidate', 's-maxage'];

const PARTIAL = [206, 304];

/** Answers to the conditions or the range of a request, which are no part of the key. */
const OF_CONDITIONS = [412, 416];

/** Never stored (section 3.1; RFC 9110, section 7.6.1). */
const OF_ONE_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
];

/**
 * Whether a shared cache may store a response. Partial ones never are here, nor what conditions brought, nor
 * any to HEAD; one to POST where it says that GET would bring the same (RFC 9110, section 9.3.3).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3
 */
export function mayStore(request: EdgeRequest, response: EdgeResponse): boolean {
  const { status, headers } = response;
  const { directives, isTargeted } = responseControl(headers);
  const asked = directivesOf(headerOf(request.headers, 'cache-control'));
  if (!isStorable(response) || asked.has('no-store')) return false;
  if (OF_CONDITIONS.includes(status) && hasConditions(request)) return false;
  const isAuthorized = headerOf(request.headers, 'authorization') !== undefined;
  if (isAuthorized && !SHARED.some((name) => directives.has(name))) return false;

  const expires = isTargeted ? undefined : headerOf(headers, 'expires');
  const hasTime = directives.has('max-age') || directives.has('s-maxage') || expires !== undefined;
  if (request.method === 'POST') {
    return status === 200 && hasTime && referredKey(request, response, 'content-location') === keyOf(request);
  }
  return request.method === 'GET' && (hasTime || directives.has('public') || HEURISTIC_STATUSES.includes(status));
}

/** Whether nothing in the response itself stands against storing it. */
export function isStorable({ status, headers }: Pick<EdgeResponse, 'status' | 'headers'>): boolean {
  const { directives } = responseControl(headers);
  if (status < 200 || PARTIAL.includes(status)) return false;
  if (isUnqualified(directives, 'private') || variesAlways(headers)) return false;
  if (directives.has('must-understand')) return STATUS_CODES[status] !== undefined;
  return !directives.has('no-store');
}

/** The headers as they are stored: without those of one hop, and without those that `private` or `no-cache` names. */
export function storedHeaders(headers: HeaderLines): HeaderLines {
  const { directives } = responseControl(headers);
  return withoutHeaders(headers, [...OF_ONE_HOP, ...NAMING.flatMap((name) => namedFields(directives, name))]);
}
