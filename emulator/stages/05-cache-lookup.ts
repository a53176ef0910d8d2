import type { CachePolicy } from '../distribution.ts';
import type { EdgeRequest } from '../exchange.ts';
import { headerOf } from '../headers.ts';
import { selectedCookies, selectedHeaders, selectedQuery } from '../selection.ts';

/**
 * What an object is stored under: its path, and what the cache policy selects. GET and HEAD share a
 * key, OPTIONS has its own; the origin is no part of it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
 */
export function cacheKeyOf(request: EdgeRequest, policy: CachePolicy): string {
  return JSON.stringify([
    request.method === 'OPTIONS' ? 'OPTIONS' : 'GET',
    request.uri,
    selectedQuery(request, [policy]) ?? '',
    selectedHeaders(request, policy).map(([name, value]) => [name, value]),
    selectedCookies(request, [policy]) ?? '',
    acceptedEncodings(request, policy),
  ]);
}

/** The path that a key is of, with what of the query string is part of the key. */
export function pathOf(key: string): string {
  const [, uri, query] = JSON.parse(key) as string[];
  return query === '' ? `${uri}` : `${uri}?${query}`;
}

/** The path alone. */
export function uriOf(key: string): string {
  const [, uri] = JSON.parse(key) as string[];
  return `${uri}`;
}

/** `Accept-Encoding`, reduced to what the cache policy enables; `q=0` refuses an encoding. */
export function acceptedEncodings(request: EdgeRequest, policy: CachePolicy): string {
  const accepted = (headerOf(request.headers, 'accept-encoding') ?? '')
    .split(',')
    .filter((member) => !/;\s*q=0(?:\.0*)?\s*$/i.test(member))
    .map((member) => member.split(';', 1)[0]?.trim().toLowerCase());
  return [policy.brotli ? 'br' : '', policy.gzip ? 'gzip' : '']
    .filter((encoding) => encoding !== '' && accepted.includes(encoding))
    .join(',');
}
