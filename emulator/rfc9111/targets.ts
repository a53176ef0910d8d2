/** What a response is stored under: the target URI. */
import type { EdgeRequest, EdgeResponse } from '../exchange.ts';
import { headerOf } from '../headers.ts';

/** Host, in lower case, path and query string as they were sent. */
export function keyOf(request: EdgeRequest): string {
  const { uri, query } = request;
  return `${hostOf(request)}${uri}${query === undefined ? '' : `?${query}`}`;
}

/** A key without its host, for invalidation by path. */
export function pathOf(key: string): string {
  return key.slice(key.indexOf('/'));
}

/**
 * The key that a header of an answer refers to; null when it is of another host, or no reference. The
 * scheme is not looked at: whether TLS has ended before is not known here.
 */
export function referredKey(request: EdgeRequest, { headers }: EdgeResponse, name: string): string | null {
  const target = `http://${hostOf(request) || 'localhost'}${request.uri}`;
  const reference = headerOf(headers, name);
  if (reference === undefined || !URL.canParse(reference, target)) return null;
  const { host, pathname, search } = new URL(reference, target);
  return host === new URL(target).host ? `${hostOf(request)}${pathname}${search}` : null;
}

function hostOf({ headers }: EdgeRequest): string {
  return (headerOf(headers, 'host') ?? '').toLowerCase();
}
