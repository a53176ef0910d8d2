/**
 * What a Lambda@Edge function gives back, checked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
 */
import type { EdgeRequest } from '../exchange.ts';
import {
  isDisallowed,
  ORIGIN_RESPONSE_READ_ONLY,
  VIEWER_COUNTRY,
  VIEWER_REQUEST_READ_ONLY,
} from '../function-headers.ts';
import { checkTarget } from '../function-target.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';
import { headerLinesOf } from './headers.ts';

/** A response of a function's own. */
export interface FunctionResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  /** Null: at the origin response, the origin's body passes through. */
  readonly body: Buffer | null;
}

/** The quota of a response that a function makes at a viewer event, headers and body together, in bytes. */
const MAX_VIEWER_RESPONSE_BYTES = 40 * 1024;

/** The quota of a body that a function makes at an origin event, in bytes. */
const MAX_ORIGIN_BODY_BYTES = 1024 * 1024;

/**
 * A request or a response, from what the function returned at the viewer request: a response has a status.
 *
 * @throws {ValidationFault} for what CloudFront would not take.
 */
export function viewerRequestResult(returned: unknown, request: EdgeRequest): EdgeRequest | FunctionResponse {
  const fields = record(returned);
  return 'status' in fields ? generatedResponse(fields) : changedRequest(fields, request);
}

function changedRequest(fields: Record<string, unknown>, request: EdgeRequest): EdgeRequest {
  const { clientIp, method, uri, querystring } = fields;
  if (method !== request.method) throw new ValidationFault('request.method is read-only');
  if (clientIp !== request.viewerIp) throw new ValidationFault('request.clientIp is read-only');
  if (typeof querystring !== 'string') throw new ValidationFault('request.querystring is not a string');
  const query = changedQuery(querystring, request.query);
  checkTarget(uri, query, request);
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(VIEWER_REQUEST_READ_ONLY, headers, request.headers);
  if (headerOf(request.headers, VIEWER_COUNTRY) === undefined && headerOf(headers, VIEWER_COUNTRY) !== undefined) {
    throw new ValidationFault(`the header ${VIEWER_COUNTRY} is not a function's to add`);
  }
  const hidden = request.headers.filter(([name]) => isDisallowed(name));
  return { ...request, uri, query, headers: [...hidden, ...headers] };
}

/** A bare `?` is shown to functions as no query string; it stays when they leave it so. */
function changedQuery(returned: string, query: string | undefined): string | undefined {
  if (returned === (query ?? '')) return query;
  return returned === '' ? undefined : returned;
}

function generatedResponse(fields: Record<string, unknown>): FunctionResponse {
  const { statusDescription, body, bodyEncoding } = fields;
  const status = statusOf(fields.status);
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(VIEWER_REQUEST_READ_ONLY, headers, []);
  if (statusDescription !== undefined && typeof statusDescription !== 'string') {
    throw new ValidationFault('the status description is not a string');
  }
  const bytes = bodyOf(body, bodyEncoding);
  if (status === 204 && bytes !== null && bytes.length > 0) throw new ValidationFault('a response of 204 has a body');
  const size = headers.reduce(
    (sum, line) => sum + Buffer.byteLength(line.join('')),
    Buffer.byteLength(String(body ?? '')),
  );
  if (size > MAX_VIEWER_RESPONSE_BYTES) throw new ValidationFault('the response is larger than 40 KB');
  return { status, headers, body: bytes };
}

/** @throws {ValidationFault} for a response that CloudFront would not take at the origin response. */
export function changedResponse(returned: unknown, received: HeaderLines): FunctionResponse {
  const fields = record(returned);
  const status = statusOf(fields.status);
  const headers = headerLinesOf(fields.headers);
  checkReadOnly(ORIGIN_RESPONSE_READ_ONLY, headers, received);
  const bytes = bodyOf(fields.body, fields.bodyEncoding);
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
  if (encoding === undefined || encoding === 'text') return Buffer.from(body);
  if (encoding !== 'base64') throw new ValidationFault('the body encoding is neither text nor base64');
  const bytes = Buffer.from(body, 'base64');
  if (bytes.toString('base64') !== body) throw new ValidationFault('the body is not valid base64');
  return bytes;
}

function record(returned: unknown): Record<string, unknown> {
  if (typeof returned === 'object' && returned !== null) return returned as Record<string, unknown>;
  throw new ValidationFault('it is not an object');
}
