/**
 * The event of a CloudFront Function, and what a function gives back, checked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
import { cookiePairs, splitPair } from '../cookies.ts';
import type { Distribution } from '../distribution.ts';
import type { EdgeRequest } from '../exchange.ts';
import { checkHeader, checkHeaderBytes, isDisallowed, VIEWER_REQUEST_READ_ONLY } from '../function-headers.ts';
import { checkTarget } from '../function-target.ts';
import { type HeaderLine, type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';

interface Value {
  value: string;
  /** Of a cookie in a response, as one text. */
  attributes?: string;
}

export interface Field extends Value {
  multiValue?: Value[];
}

export type Fields = Record<string, Field>;

/** What events say of a distribution. */
export type Named = Pick<Distribution, 'id' | 'domainName'>;

export function viewerRequestEvent(distribution: Named, request: EdgeRequest) {
  const visible = request.headers.filter(([name]) => name !== 'cookie' && !isDisallowed(name));
  return {
    version: '1.0',
    context: {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      eventType: 'viewer-request',
      requestId: request.id,
    },
    viewer: { ip: request.viewerIp },
    request: {
      method: request.method,
      uri: request.uri,
      querystring: fieldsOf(queryPairs(request.query)),
      headers: fieldsOf(visible),
      cookies: fieldsOf(cookiePairs(request.headers)),
    },
    /** Taken out again by the realm, which makes `request.rawQueryString()` of it. */
    rawQueryString: request.query,
  };
}

/** @throws {ValidationFault} for a request that CloudFront would not take. */
export function changedRequest(returned: Record<string, unknown>, request: EdgeRequest): EdgeRequest {
  const { method, uri } = returned;
  if (method !== request.method) throw new ValidationFault('request.method is read-only');
  const query = changedQuery(returned.querystring, request.query);
  checkTarget(uri, query, request);
  const headers = changedHeaders(fields(returned.headers, 'headers'), request.headers);
  const cookies = pairsOf(fields(returned.cookies, 'cookies'), fieldsOf(cookiePairs(request.headers)));
  const cookie = cookies.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('; ');
  return {
    ...request,
    uri,
    query,
    headers: cookie === '' ? headers : [...headers, ['cookie', cookie]],
  };
}

function changedHeaders(returned: Fields, original: HeaderLines): HeaderLines {
  const hidden = original.filter(([name]) => name !== 'cookie' && isDisallowed(name));
  const visible = original.filter(([name]) => name !== 'cookie' && !isDisallowed(name));
  const changed = pairsOf(returned, fieldsOf(visible));
  for (const [name, value] of changed) checkHeader(name, value, 'request.headers');
  for (const name of VIEWER_REQUEST_READ_ONLY) {
    if (headerOf(original, name) !== headerOf(changed, name)) {
      throw new ValidationFault(`request.headers: ${name} is read-only`);
    }
  }
  return [...hidden, ...changed];
}

function changedQuery(returned: unknown, query: string | undefined): string | undefined {
  if (typeof returned === 'string') return returned === '' ? undefined : returned;
  const original = fieldsOf(queryPairs(query));
  const changed = fields(returned, 'querystring');
  if (JSON.stringify(changed) === JSON.stringify(original)) return query;
  const text = pairsOf(changed, original)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&');
  return text === '' ? undefined : text;
}

/** A response made by the function, checked. */
export interface GeneratedResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Buffer | null;
}

/** @throws {ValidationFault} for a response that CloudFront would not take. */
export function generatedResponse(returned: Record<string, unknown>): GeneratedResponse {
  const statusCode = statusOf(returned.statusCode);
  const lines = pairsOf(fields(returned.headers ?? {}, 'headers'), {});
  for (const [name, field] of Object.entries(fields(returned.cookies ?? {}, 'cookies'))) {
    for (const { value, attributes } of field.multiValue ?? [field]) {
      lines.push(['set-cookie', `${name}=${value}${attributes === undefined ? '' : `; ${attributes}`}`]);
    }
  }
  for (const [name, value] of lines) checkHeader(name, value, 'response.headers');
  checkHeaderBytes(lines);
  return { status: statusCode, headers: withoutHeaders(lines, FRAMING), body: bodyOf(returned.body) };
}

/** @throws {ValidationFault} for anything but a whole number from 200 to 599. */
export function statusOf(status: unknown): number {
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new ValidationFault('response.statusCode must be a whole number from 200 to 599');
}

/** Follow from the body, whatever the function says of them. */
export const FRAMING = ['content-length', 'transfer-encoding'];

/** What the memory of a function could hold; no quota is documented. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

export function bodyOf(body: unknown): Buffer | null {
  if (body === undefined || body === null) return null;
  const bytes = bytesOf(body);
  if (bytes.length > MAX_BODY_BYTES) throw new ValidationFault('response.body is larger than the memory of a function');
  return bytes;
}

function bytesOf(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  const { encoding, data } = Object(body) as { encoding?: unknown; data?: unknown };
  if (typeof data === 'string' && (encoding === 'text' || encoding === 'base64')) {
    const bytes = Buffer.from(data, encoding === 'text' ? 'utf8' : 'base64');
    if (encoding === 'text' || bytes.toString('base64') === data) return bytes;
    throw new ValidationFault('response.body is not valid base64');
  }
  throw new ValidationFault('response.body must be a string, or an object with encoding and data in it');
}

export function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null) throw new ValidationFault(`${what} must be an object`);
  for (const [name, field] of Object.entries(value)) {
    const many = field?.multiValue ?? [];
    if (!isValue(field) || !Array.isArray(many) || !many.every(isValue)) {
      throw new ValidationFault(`${what}.${name} must have a string as value`);
    }
  }
  return value as Fields;
}

function isValue(field: unknown): field is Value {
  const { value, attributes } = Object(field) as Record<string, unknown>;
  return typeof value === 'string' && (attributes === undefined || typeof attributes === 'string');
}

/** One field a name; `multiValue` where the name came more than once. */
export function fieldsOf(pairs: readonly Readonly<HeaderLine>[]): Fields {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return Object.fromEntries(
    [...values].map(([name, all]) => {
      const field: Field = { value: all[0] as string };
      if (all.length > 1) field.multiValue = all.map((value) => ({ value }));
      return [name, field];
    }),
  );
}

/** `multiValue` counts when the function changed it; otherwise a changed `value` replaces the first. */
export function pairsOf(changed: Fields, original: Fields): HeaderLines {
  return Object.entries(changed).flatMap(([name, field]): HeaderLines => {
    const many = field.multiValue;
    if (many === undefined) return [[name, field.value]];
    const before = original[name];
    const values = many.map(({ value }) => value);
    const isUntouched = JSON.stringify(many) === JSON.stringify(before?.multiValue);
    if (isUntouched && field.value !== before?.value) values[0] = field.value;
    return values.map((value) => [name, value]);
  });
}

function queryPairs(query: string | undefined): HeaderLines {
  if (query === undefined || query === '') return [];
  return query.split('&').map((pair) => splitPair(pair));
}
