/**
 * What a Lambda@Edge function gives back, checked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
 */
import type { EdgeRequest, EdgeResponse, OriginBound } from '../exchange.ts';
import {
  checkHeaderBytes,
  isDisallowed,
  LAMBDA_VIEWER_RESPONSE_READ_ONLY,
  ORIGIN_REQUEST_READ_ONLY,
  ORIGIN_RESPONSE_READ_ONLY,
  VIEWER_REQUEST_READ_ONLY,
} from '../function-headers.ts';
import { checkTarget } from '../function-target.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';
import { bytesOf, ORIGIN_BODY, VIEWER_BODY, withBodyReplaced } from './body.ts';
import { headerLinesOf } from './headers.ts';
import { changedOrigin, originOf } from './origin.ts';

/** A response of a function's own. */
export interface FunctionResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  /** Null: at the origin response, the origin's body passes through. */
  readonly body: Buffer | null;
}

/** The quotas of a response that a function makes, headers and body together, in bytes. */
const MAX_VIEWER_RESPONSE_BYTES = 40 * 1024;
const MAX_ORIGIN_RESPONSE_BYTES = 1024 * 1024;

/** The quota of a body that a function makes at the origin response, in bytes. */
const MAX_ORIGIN_BODY_BYTES = 1024 * 1024;

/**
 * A request or a response, from what the function returned at the viewer request: a response has a status.
 *
 * @throws {ValidationFault} for what CloudFront would not take.
 */
export function viewerRequestResult(
  returned: unknown,
  request: EdgeRequest,
  includesBody: boolean,
): EdgeRequest | FunctionResponse {
  const fields = record(returned);
  if ('status' in fields) {
    const response = generatedResponse(fields, VIEWER_REQUEST_READ_ONLY, MAX_VIEWER_RESPONSE_BYTES);
    const hasBody = response.body !== null && response.body.length > 0;
    if (response.status === 204 && hasBody) throw new ValidationFault('a response of 204 has a body');
    return response;
  }
  const changed = changedRequest(fields, request, VIEWER_REQUEST_READ_ONLY);
  const added = changed.headers.find(
    ([name]) => name.startsWith('cloudfront-') && headerOf(request.headers, name) === undefined,
  );
  if (added !== undefined) throw new ValidationFault(`the header ${added[0]} is not a function's to add`);
  return includesBody ? withBodyReplaced(changed, fields.body, VIEWER_BODY) : changed;
}

/**
 * Likewise at the origin request, where the origin may be another. `standIn` of a changed origin is null.
 *
 * @throws {ValidationFault} for what CloudFront would not take.
 */
export function originRequestResult(
  returned: unknown,
  bound: OriginBound,
  includesBody: boolean,
): OriginBound | FunctionResponse {
  const fields = record(returned);
  if ('status' in fields) return generatedResponse(fields, ORIGIN_REQUEST_READ_ONLY, MAX_ORIGIN_RESPONSE_BYTES);
  const { showsQuery, request: sent } = bound;
  const seen = showsQuery ? sent : { ...sent, query: undefined };
  const changed = changedRequest(fields, seen, ORIGIN_REQUEST_READ_ONLY);
  const query = changed.query === seen.query ? sent.query : changed.query;
  const request = { ...changed, query };
  const replaced = includesBody ? withBodyReplaced(request, fields.body, ORIGIN_BODY) : request;
  return { ...withOrigin(bound, fields.origin, request.headers), request: replaced };
}

function withOrigin(bound: OriginBound, returned: unknown, headers: HeaderLines): OriginBound {
  if (returned === undefined || JSON.stringify(returned) === JSON.stringify(originOf(bound.origin))) return bound;
  const origin = record(returned);
  return { ...bound, origin: changedOrigin(origin, bound.origin, headers), changedOrigin: origin };
}

function changedRequest(
  fields: Record<string, unknown>,
  request: EdgeRequest,
  readOnly: readonly string[],
): EdgeRequest {
  const { clientIp, method, uri, querystring } = fields;
  if (method !== request.method) throw new ValidationFault('request.method is read-only');
  if (clientIp !== request.viewerIp) throw new ValidationFault('request.clientIp is read-only');
  if (typeof querystring !== 'string') throw new ValidationFault('request.querystring is not a string');
  const query = changedQuery(querystring, request.query);
  checkTarget(uri, query, request);
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(readOnly, headers, request.headers);
  return { ...request, uri, query, headers: [...hiddenOf(request.headers), ...headers] };
}

/** A bare `?` is shown to functions as no query string; it stays when they leave it so. */
function changedQuery(returned: string, query: string | undefined): string | undefined {
  if (returned === (query ?? '')) return query;
  return returned === '' ? undefined : returned;
}

function generatedResponse(
  fields: Record<string, unknown>,
  readOnly: readonly string[],
  maxBytes: number,
): FunctionResponse {
  const { statusDescription, body, bodyEncoding } = fields;
  const status = statusOf(fields.status);
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(readOnly, headers, []);
  checkHeaderBytes(headers);
  if (statusDescription !== undefined && typeof statusDescription !== 'string') {
    throw new ValidationFault('the status description is not a string');
  }
  const bytes = bodyOf(body, bodyEncoding);
  const size = headers.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value),
    Buffer.byteLength(String(body ?? '')),
  );
  if (size > maxBytes) throw new ValidationFault(`the response is larger than ${maxBytes} bytes`);
  return { status, headers, body: bytes };
}

/**
 * The headers of an answer, from what the function returned at the viewer response: nothing else is its to change.
 *
 * @throws {ValidationFault} for what CloudFront would not take.
 */
export function viewerResponseHeaders(returned: unknown, { status, headers: received }: EdgeResponse): HeaderLines {
  const fields = record(returned);
  if (String(fields.status) !== String(status)) throw new ValidationFault('response.status is read-only');
  if (fields.body !== undefined) throw new ValidationFault('response.body cannot be set at the viewer response');
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(LAMBDA_VIEWER_RESPONSE_READ_ONLY, headers, received);
  checkHeaderBytes(headers);
  return [...hiddenOf(received), ...headers];
}

function hiddenOf(headers: HeaderLines): HeaderLines {
  return headers.filter(([name]) => isDisallowed(name));
}

/** @throws {ValidationFault} for a response that CloudFront would not take at the origin response. */
export function changedResponse(returned: unknown, received: HeaderLines): FunctionResponse {
  const fields = record(returned);
  const status = statusOf(fields.status);
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(ORIGIN_RESPONSE_READ_ONLY, headers, received);
  const bytes = bodyOf(fields.body, fields.bodyEncoding);
  checkHeaderBytes(headers);
  if (bytes === null) return { status, headers: withLengthOf(received, headers), body: null };
  if (bytes.length > MAX_ORIGIN_BODY_BYTES) throw new ValidationFault('the body is larger than 1 MB');
  return { status, headers, body: bytes };
}

/** The length of a body that passes through is the origin's, whatever the function says. */
function withLengthOf(received: HeaderLines, lines: HeaderLines): HeaderLines {
  const length = headerOf(received, 'content-length');
  const others = withoutHeaders(lines, ['content-length']);
  return length === undefined ? others : [...others, ['content-length', length]];
}

function checkReadOnly(names: readonly string[], changed: HeaderLines, original: HeaderLines): void {
  for (const name of names) {
    if (headerOf(changed, name) !== headerOf(original, name)) {
      throw new ValidationFault(`the header ${name} is read-only`);
    }
  }
}

function statusOf(status: unknown): number {
  if (!/^[2-5]\d\d$/.test(String(status))) throw new ValidationFault('the status is not from 200 to 599');
  return Number(status);
}

function bodyOf(body: unknown, encoding: unknown): Buffer | null {
  if (body === undefined || body === null) return null;
  if (typeof body !== 'string') throw new ValidationFault('the body is not a string');
  return bytesOf(body, encoding ?? 'text');
}

function record(returned: unknown): Record<string, unknown> {
  if (typeof returned === 'object' && returned !== null) return returned as Record<string, unknown>;
  throw new ValidationFault('it is not an object');
}
