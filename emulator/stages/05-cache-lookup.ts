import { byteRange } from '../byte-range.ts';
import type { Cache, StoredResponse } from '../cache.ts';
import type { CachePolicy } from '../distribution.ts';
import { ERROR } from '../error-page.ts';
import type { EdgeRequest, EdgeResponse, ViewerAnswer } from '../exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from '../headers.ts';
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
    selectedHeaders(request, policy),
    selectedCookies(request, [policy]) ?? '',
    acceptedEncodings(request, policy),
  ]);
}

/** `Accept-Encoding`, reduced to what the cache policy enables. */
export function acceptedEncodings(request: EdgeRequest, policy: CachePolicy): string {
  const accepted = headerOf(request.headers, 'accept-encoding') ?? '';
  return [policy.brotli && /\bbr\b/.test(accepted) ? 'br' : '', policy.gzip && /\bgzip\b/.test(accepted) ? 'gzip' : '']
    .filter((encoding) => encoding !== '')
    .join(',');
}

const BODY_HEADERS = ['content-length', 'content-type'];

/** The answer from the cache, or null on a miss. `now` is epoch milliseconds. */
export function cachedAnswer(cache: Cache, key: string, request: EdgeRequest, now: number): ViewerAnswer | null {
  const stored = cache.get(key, now);
  if (stored === null) return null;
  const age = String(Math.floor((now - stored.storedAt) / 1000));
  return { ...answerFrom(stored, withHeader(stored.headers, 'age', age), request), xCache: xCacheOf(stored) };
}

function xCacheOf(stored: StoredResponse): string {
  return stored.status >= 400 ? ERROR : 'Hit from cloudfront';
}

function answerFrom(stored: StoredResponse, headers: HeaderLines, request: EdgeRequest): EdgeResponse {
  const { status, body } = stored;
  if (status !== 200) return { status, headers, body };
  if (isNotModified(request.headers, headers)) {
    return { status: 304, headers: withoutHeaders(headers, BODY_HEADERS), body: null };
  }
  const range = isOtherVersion(request.headers, headers)
    ? null
    : byteRange(headerOf(request.headers, 'range'), body.length);
  if (range === null) return { status, headers, body };
  if (range === 'unsatisfiable') {
    const size: [string, string] = ['content-range', `bytes */${body.length}`];
    return { status: 416, headers: [...withoutHeaders(headers, BODY_HEADERS), size], body: null };
  }
  const { start, length } = range;
  const lines = withHeader(headers, 'content-range', `bytes ${start}-${start + length - 1}/${body.length}`);
  return {
    status: 206,
    headers: withHeader(lines, 'content-length', String(length)),
    body: body.subarray(start, start + length),
  };
}

/** `If-Range` names a version other than the stored one: then the whole object is the answer. */
function isOtherVersion(asked: HeaderLines, stored: HeaderLines): boolean {
  const version = headerOf(asked, 'if-range');
  return version !== undefined && version !== headerOf(stored, 'etag') && version !== headerOf(stored, 'last-modified');
}

/** `If-None-Match` decides where it is there, otherwise `If-Modified-Since` (RFC 9110, section 13.2.2). */
function isNotModified(asked: HeaderLines, stored: HeaderLines): boolean {
  const tags = headerOf(asked, 'if-none-match');
  const tag = headerOf(stored, 'etag');
  if (tags !== undefined) {
    if (tags.trim() === '*') return true;
    return tag !== undefined && tags.split(',').some((other) => weak(other) === weak(tag));
  }
  const since = Date.parse(headerOf(asked, 'if-modified-since') ?? '');
  return Date.parse(headerOf(stored, 'last-modified') ?? '') <= since;
}

function weak(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
