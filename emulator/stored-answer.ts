import { byteRange } from './byte-range.ts';
import type { StoredResponse } from './cache.ts';
import type { EdgeRequest, EdgeResponse } from './exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from './headers.ts';

const BODY_HEADERS = ['content-length', 'content-type'];

/**
 * What a stored response answers to a request: its conditions and its range are met from the store.
 * `headers` are the stored ones, as they are to be sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.2
 */
export function storedAnswer(stored: StoredResponse, headers: HeaderLines, request: EdgeRequest): EdgeResponse {
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
  if (version === undefined) return false;
  return version.startsWith('W/') || ![headerOf(stored, 'etag'), headerOf(stored, 'last-modified')].includes(version);
}

/**
 * `If-None-Match` decides where it is there, otherwise `If-Modified-Since` (RFC 9110, section 13.2.2),
 * which a response without `Last-Modified` meets by its `Date`.
 */
function isNotModified(asked: HeaderLines, stored: HeaderLines): boolean {
  const tags = headerOf(asked, 'if-none-match');
  const tag = headerOf(stored, 'etag');
  if (tags !== undefined) {
    if (tags.trim() === '*') return true;
    return tag !== undefined && listedTags(tags).some((other) => weak(other) === weak(tag));
  }
  const since = Date.parse(headerOf(asked, 'if-modified-since') ?? '');
  return Date.parse(headerOf(stored, 'last-modified') ?? headerOf(stored, 'date') ?? '') <= since;
}

/** A comma may be part of a quoted tag. */
function listedTags(field: string): readonly string[] {
  return field.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
}

function weak(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
