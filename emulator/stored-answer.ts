import { randomBytes } from 'node:crypto';
import { type ByteRange, byteRange, byteRanges } from './byte-range.ts';
import type { StoredResponse } from './cache.ts';
import type { EdgeRequest, EdgeResponse } from './exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from './headers.ts';
import { httpDate } from './rfc9111/http-date.ts';

const BODY_HEADERS = ['content-length', 'content-range', 'content-type'];

/**
 * What a stored response answers to a request: its conditions and its range are met from the store.
 * `headers` are the stored ones, as they are to be sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.2
 */
export function storedAnswer(stored: StoredResponse, headers: HeaderLines, request: EdgeRequest): EdgeResponse {
  const { status, body } = stored;
  if (status !== 200) return { status, headers, body };
  if (isNotModified(request.headers, headers, stored.storedAt)) return notModified(headers);
  const isWhole = request.method === 'HEAD' || isOtherVersion(request.headers, headers, stored.storedAt);
  const ranges = isWhole ? null : byteRanges(headerOf(request.headers, 'range'), body.length);
  if (ranges === null) return { status, headers, body };
  if (ranges === 'unsatisfiable') {
    const size: [string, string] = ['content-range', `bytes */${body.length}`];
    return { status: 416, headers: [...withoutHeaders(headers, BODY_HEADERS), size], body: null };
  }
  const [only] = ranges;
  return ranges.length === 1 && only !== undefined
    ? part(bytesOf(body, only), headers, contentRange(only, body.length))
    : parts(body, headers, ranges);
}

/**
 * What a stored part of an object answers, `start` being its first byte and `size` the object's; null
 * unless one range of it, of this version, is asked for.
 */
export function partialAnswer(
  { body, storedAt }: StoredResponse,
  { start, size }: { readonly start: number; readonly size: number },
  headers: HeaderLines,
  request: EdgeRequest,
): EdgeResponse | null {
  const range = byteRange(headerOf(request.headers, 'range'), size);
  if (range === null || range === 'unsatisfiable' || isOtherVersion(request.headers, headers, storedAt)) return null;
  if (range.start < start || range.start + range.length > start + body.length) return null;
  if (isNotModified(request.headers, headers, storedAt)) return notModified(headers);
  return part(bytesOf(body, { ...range, start: range.start - start }), headers, contentRange(range, size));
}

function notModified(headers: HeaderLines): EdgeResponse {
  return { status: 304, headers: withoutHeaders(headers, BODY_HEADERS), body: null };
}

function part(bytes: Buffer, headers: HeaderLines, range: string): EdgeResponse {
  const lines = withHeader(headers, 'content-range', range);
  return { status: 206, headers: withHeader(lines, 'content-length', String(bytes.length)), body: bytes };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-14.6 */
function parts(body: Buffer, headers: HeaderLines, ranges: readonly ByteRange[]): EdgeResponse {
  const boundary = randomBytes(16).toString('hex');
  const type = headerOf(headers, 'content-type');
  const describing = type === undefined ? '' : `Content-Type: ${type}\r\n`;
  const whole = Buffer.concat([
    ...ranges.flatMap((range) => [
      Buffer.from(`\r\n--${boundary}\r\n${describing}Content-Range: ${contentRange(range, body.length)}\r\n\r\n`),
      bytesOf(body, range),
    ]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const lines = withHeader(headers, 'content-type', `multipart/byteranges; boundary=${boundary}`);
  return { status: 206, headers: withHeader(lines, 'content-length', String(whole.length)), body: whole };
}

function contentRange({ start, length }: ByteRange, size: number): string {
  return `bytes ${start}-${start + length - 1}/${size}`;
}

function bytesOf(body: Buffer, { start, length }: ByteRange): Buffer {
  return body.subarray(start, start + length);
}

/**
 * `If-Range` names a version other than the stored one: then the whole object is the answer. A date names a
 * version where the response is younger than that by a second at least.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
function isOtherVersion(asked: HeaderLines, stored: HeaderLines, storedAt: number): boolean {
  const version = headerOf(asked, 'if-range');
  if (version === undefined) return false;
  if (version.includes('"')) return version.startsWith('W/') || version !== headerOf(stored, 'etag');
  const modified = httpDate(headerOf(stored, 'last-modified'), storedAt);
  const date = httpDate(headerOf(stored, 'date'), storedAt) ?? storedAt;
  return version !== headerOf(stored, 'last-modified') || modified === null || date - modified < 1000;
}

/**
 * `If-None-Match` decides where it is there, otherwise `If-Modified-Since` (RFC 9110, section 13.2.2),
 * which a response without `Last-Modified` meets by its `Date`. What is no date is no condition.
 */
function isNotModified(asked: HeaderLines, stored: HeaderLines, storedAt: number): boolean {
  const tags = headerOf(asked, 'if-none-match');
  const tag = headerOf(stored, 'etag');
  if (tags !== undefined) {
    if (tags.trim() === '*') return true;
    return tag !== undefined && listedTags(tags).some((other) => weak(other) === weak(tag));
  }
  const since = httpDate(headerOf(asked, 'if-modified-since'), storedAt);
  const modified = httpDate(headerOf(stored, 'last-modified') ?? headerOf(stored, 'date'), storedAt);
  return since !== null && modified !== null && modified <= since;
}

/** A comma may be part of a quoted tag. */
function listedTags(field: string): readonly string[] {
  return field.match(/(?:W\/)?"[^"]*"|[^\s,]+/g) ?? [];
}

function weak(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
