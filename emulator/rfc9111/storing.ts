import { STATUS_CODES } from 'node:http';
import type { EdgeRequest, EdgeResponse } from '../exchange.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { variesAlways } from '../vary.ts';
import { directivesOf, isUnqualified, namedFields } from './cache-control.ts';
import { HEURISTIC_STATUSES } from './freshness.ts';

/** With any of these a response to a request with `Authorization` may be stored (section 3.5). */
const SHARED = ['public', 'must-revalidate', 's-maxage'];

/** Answers to the conditions or the range of a request, which are no part of the key. */
const OF_ONE_REQUEST = [206, 304, 412, 416];

/** Never stored (section 3.1). */
const OF_ONE_HOP = ['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'];

/**
 * Whether a shared cache may store a response. Partial ones never are here, nor what conditions brought, nor any to another method
 * than GET.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3
 */
export function mayStore(request: EdgeRequest, { status, headers }: EdgeResponse): boolean {
  const directives = directivesOf(headerOf(headers, 'cache-control'));
  const asked = directivesOf(headerOf(request.headers, 'cache-control'));
  if (request.method !== 'GET' || status < 200 || OF_ONE_REQUEST.includes(status)) return false;
  if (asked.has('no-store') || isUnqualified(directives, 'private') || variesAlways(headers)) return false;
  const mustUnderstand = directives.has('must-understand');
  if (mustUnderstand && STATUS_CODES[status] === undefined) return false;
  if (directives.has('no-store') && !mustUnderstand) return false;
  const isAuthorized = headerOf(request.headers, 'authorization') !== undefined;
  if (isAuthorized && !SHARED.some((name) => directives.has(name))) return false;
  const isExplicit = ['public', 'max-age', 's-maxage'].some((name) => directives.has(name));
  return isExplicit || headerOf(headers, 'expires') !== undefined || HEURISTIC_STATUSES.includes(status);
}

/** The headers as they are stored: with a date, and without those that `private` names. */
export function storedHeaders(headers: HeaderLines, now: number): HeaderLines {
  const named = namedFields(directivesOf(headerOf(headers, 'cache-control')), 'private') ?? [];
  const kept = withoutHeaders(headers, [...OF_ONE_HOP, ...named]);
  return headerOf(kept, 'date') === undefined ? [...kept, ['date', new Date(now).toUTCString()]] : kept;
}
