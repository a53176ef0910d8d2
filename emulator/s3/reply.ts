/**
 * How S3's REST endpoint answers a reader. A missing key is 404 to who may list the bucket, 403 to others.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import { extname } from 'node:path';
import { lookup } from 'mime-types';
import { type ByteRange, byteRange } from '../byte-range.ts';
import { isAllowed, type Rule } from './bucket-policy.ts';
import type { StoredObject } from './objects.ts';

/** An answer before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | number>;
  readonly body: { readonly path: string; readonly range: ByteRange } | { readonly error: ErrorElements } | null;
}

/** What the XML of an error holds, in its order. */
export type ErrorElements = Readonly<Record<string, string | number>>;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const ERRORS: Readonly<Record<number, ErrorElements>> = {
  403: { Code: 'AccessDenied', Message: 'Access Denied' },
  404: { Code: 'NoSuchKey', Message: 'The specified key does not exist.' },
  405: { Code: 'MethodNotAllowed', Message: 'The specified method is not allowed against this resource.' },
  412: { Code: 'PreconditionFailed', Message: 'At least one of the pre-conditions you specified did not hold' },
  416: { Code: 'InvalidRange', Message: 'The requested range is not satisfiable' },
  500: { Code: 'InternalError', Message: 'We encountered an internal error. Please try again.' },
  503: { Code: 'ServiceUnavailable', Message: 'Service is unable to handle request.' },
};

/** Decides how S3 would answer one to whom these rules apply; sends nothing. */
export async function replyTo(
  { method = '', url: target = '', headers }: IncomingMessage,
  findObject: (key: string) => Promise<StoredObject | null>,
  rules: readonly Rule[],
): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') {
    return failure(405, { Method: method, ResourceType: 'OBJECT' }, { Allow: 'GET, HEAD' });
  }
  const key = keyOf(target);
  if (key === null) {
    return failure(400, { Code: 'InvalidURI', Message: "Couldn't parse the specified URI.", URI: target });
  }
  if (!isAllowed(rules, 's3:GetObject', key)) return failure(403);
  const object = await findObject(key);
  if (object === null) return isAllowed(rules, 's3:ListBucket', null) ? failure(404, { Key: key }) : failure(403);

  const condition = failedCondition(headers, object);
  if (condition !== null) return failure(412, { Condition: condition });
  if (isUnchanged(headers, object)) return { status: 304, headers: validators(object), body: null };

  const range = isSameVersion(headers['if-range'], object) ? byteRange(headers.range, object.size) : null;
  if (range !== 'unsatisfiable') return success(object, range);
  return failure(
    416,
    { RangeRequested: headers.range ?? '', ActualObjectSize: object.size },
    { 'Content-Range': `bytes */${object.size}` },
  );
}

/**
 * The key that a target names: decoded once, and "+" is a space. Null when it cannot be decoded.
 * `URL` would resolve dots and re-encode what has to be read as it came.
 */
function keyOf(target: string): string | null {
  if (!target.startsWith('/')) return null;
  const [path = ''] = target.slice(1).split('?', 1);
  try {
    return decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** The condition that does not hold, if any. A matching If-Match outweighs If-Unmodified-Since. */
function failedCondition(headers: IncomingHttpHeaders, object: StoredObject): string | null {
  const match = headers['if-match'];
  if (match !== undefined) return matchesEtag(match, object) ? null : 'If-Match';
  return object.modified > dateOf(headers['if-unmodified-since']) ? 'If-Unmodified-Since' : null;
}

/** If-None-Match, which takes weak ETags too, outweighs If-Modified-Since. */
function isUnchanged(headers: IncomingHttpHeaders, object: StoredObject): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return matchesEtag(noneMatch.replaceAll('W/', ''), object);
  return object.modified <= dateOf(headers['if-modified-since']);
}

/** Whether If-Range, an ETag or a date, is absent or of the object as it is. */
function isSameVersion(ifRange: string | string[] | undefined, object: StoredObject): boolean {
  if (typeof ifRange !== 'string') return true;
  return matchesEtag(ifRange, object) || dateOf(ifRange) === object.modified;
}

/** S3 takes ETags with or without their quotes. */
function matchesEtag(field: string, { md5 }: StoredObject): boolean {
  const tags = field.split(',').map((tag) => tag.trim());
  return tags.some((tag) => tag === '*' || tag === md5 || tag === `"${md5}"`);
}

/** Of no date, or none that can be read: NaN, to which nothing compares. */
function dateOf(field: string | undefined): number {
  return Date.parse(field ?? '');
}

function success(object: StoredObject, range: ByteRange | null): Reply {
  const { start, length } = range ?? { start: 0, length: object.size };
  return {
    status: range === null ? 200 : 206,
    headers: {
      ...validators(object),
      'Accept-Ranges': 'bytes',
      ...(range && { 'Content-Range': `bytes ${start}-${start + length - 1}/${object.size}` }),
      'Content-Type': lookup(extname(object.key)) || 'binary/octet-stream',
      'Content-Length': length,
    },
    body: { path: object.path, range: { start, length } },
  };
}

function validators({ key, modified, md5 }: StoredObject): Record<string, string> {
  return {
    'Last-Modified': new Date(modified).toUTCString(),
    ETag: `"${md5}"`,
    'x-amz-server-side-encryption': 'AES256',
    // A replica keeps the version id of its source, so it depends on nothing that regions differ in.
    'x-amz-version-id': createHash('sha256').update(`${key}\n${md5}`).digest('hex').slice(0, 32),
  };
}

/** An error, with what its XML holds beyond code and message. */
export function failure(status: number, details: ErrorElements = {}, headers: Record<string, string> = {}): Reply {
  const reason = STATUS_CODES[status] ?? 'Unknown Error';
  const known = ERRORS[status] ?? { Code: reason.replaceAll(/\W/g, ''), Message: reason };
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/xml' },
    body: { error: { ...known, ...details } },
  };
}

export function errorXml(elements: ErrorElements): string {
  const content = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content.join('')}</Error>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
