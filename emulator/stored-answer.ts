import { randomBytes } from 'node:crypto';
import { type ByteRange, byteRanges } from './byte-range.ts';
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
  const ranges = isOtherVersion(request.headers, headers)
    ? null
    : byteRanges(headerOf(request.headers, 'range'), body.length);
  if (ranges === null) return { status, headers, body };
  if (ranges === 'unsatisfiable') {
    const size: [string, string] = ['content-range', `bytes */${body.length}`];
    return { status: 416, headers: [...withoutHeaders(headers, BODY_HEADERS), size], body: null };
  }
  const [only] = ranges;
  return ranges.length === 1 && only !== undefined ? part(body, headers, only) : parts(body, headers, ranges);
}

function part(body: Buffer, headers: HeaderLines, range: ByteRange): EdgeResponse {
  const lines = withHeader(headers, 'content-range', contentRange(range, body));
  return {
    status: 206,
    headers: withHeader(lines, 'content-length', String(range.length)),
    body: bytesOf(body, range),
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-14.6 */
function parts(body: Buffer, headers: HeaderLines, ranges: readonly ByteRange[]): EdgeResponse {
  const boundary = randomBytes(16).toString('hex');
  const type = headerOf(headers, 'content-type');
  const describing = type === undefined ? '' : `Content-Type: ${type}\r\n`;
  const whole = Buffer.concat([
    ...ranges.flatMap((range) => [
      Buffer.from(`\r\n--${boundary}\r\n${describing}Content-Range: ${contentRange(range, body)}\r\n\r\n`),
      bytesOf(body, range),
    ]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const lines = withHeader(headers, 'content-type', `multipart/byteranges; boundary=${boundary}`);
  return { status: 206, headers: withHeader(lines, 'content-length', String(whole.length)), body: whole };
}

function contentRange({ start, length }: ByteRange, body: Buffer): string {
  return `bytes ${start}-${start + length - 1}/${body.length}`;
}

function bytesOf(body: Buffer, { start, length }: ByteRange): Buffer {
  return body.subarray(start, start + length);
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
  const since = headerOf(asked, 'if-modified-since');
  if (since === undefined) return false;
  return Date.parse(headerOf(stored, 'last-modified') ?? headerOf(stored, 'date') ?? '') <= Date.parse(since);
}

/** A comma may be part of a quoted tag. */
function listedTags(field: string): readonly string[] {
  return field.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
}

function weak(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
