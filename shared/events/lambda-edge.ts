/**
 * The events of Lambda@Edge functions, as far as ours read them.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import type {
  CloudFrontHeaders,
  CloudFrontRequest,
  CloudFrontRequestEvent,
  CloudFrontResponseEvent,
  CloudFrontResultResponse,
} from 'aws-lambda';
import type { EdgeResponse } from '../access/refusal.ts';
import type { Pair } from '../access/signed-credential.ts';
import type { Field, ViewerRequest } from './cloudfront-functions.ts';

export type Headers = CloudFrontHeaders;

/** Exactly one of `s3` and `custom`. */
export interface RequestOrigin {
  readonly s3?: OriginDetails | undefined;
  readonly custom?: OriginDetails | undefined;
}

interface OriginDetails {
  readonly customHeaders: Headers;
  readonly domainName: string;
}

export interface OriginRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly origin?: RequestOrigin | undefined;
}

/** What the function returns. The origin's body is out of reach: it passes through unless `body` is set. */
export type OriginResponse = CloudFrontResultResponse & { headers: Headers };

export interface OriginResponseEvent {
  readonly requestId: string;
  readonly request: OriginRequest;
  readonly response: OriginResponse;
}

export function originResponseEvent(event: CloudFrontResponseEvent): OriginResponseEvent {
  const record = event.Records[0];
  if (record === undefined) throw new Error('Records: expected one record, got none');
  return { requestId: record.cf.config.requestId, request: record.cf.request, response: record.cf.response };
}

export function requestOf(event: CloudFrontRequestEvent): CloudFrontRequest {
  const record = event.Records[0];
  if (record === undefined) throw new Error('Records: expected one record, got none');
  return record.cf.request;
}

/** A response that is made at the edge. */
export function resultOf(response: EdgeResponse): CloudFrontResultResponse {
  const headers: Headers = {};
  Object.keys(response.headers).forEach((name) => {
    setHeader(headers, name, response.headers[name] as string);
  });
  return { status: String(response.status), headers: headers };
}

/** The request in the shape of CloudFront Functions, which the rules of access read. */
export function viewerRequestOf(request: CloudFrontRequest): ViewerRequest {
  const headers: Record<string, Field> = {};
  Object.keys(request.headers)
    .filter((name) => name !== 'cookie')
    .forEach((name) => {
      headers[name] = fieldOf((request.headers[name] || []).map((line) => line.value));
    });
  return {
    method: request.method,
    uri: request.uri,
    querystring: fieldsOf(queryPairs(request)),
    headers: headers,
    cookies: fieldsOf(cookiePairs(request)),
    rawQueryString: () => request.querystring || undefined,
  };
}

/** Takes out of the request what was taken out of `changed`, its other shape; what stays, stays as it was sent. */
export function removeWhatIsGone(request: CloudFrontRequest, changed: ViewerRequest): void {
  const headers: Headers = request.headers;
  const query = queryPairs(request).filter((pair) => changed.querystring[pair[0]] !== undefined);
  const cookies = cookiePairs(request).filter((pair) => changed.cookies[pair[0]] !== undefined);
  Object.keys(headers).forEach((name) => {
    if (changed.headers[name] === undefined) delete headers[name];
  });
  if (cookies.length > 0) setHeader(headers, 'cookie', cookies.map((pair) => pair[2]).join('; '));
  request.querystring = query.map((pair) => pair[2]).join('&');
}

/** Name, value, and both as they were sent. */
type SentPair = readonly [name: string, value: string, sent: string];

function queryPairs(request: CloudFrontRequest): SentPair[] {
  return request.querystring === '' ? [] : request.querystring.split('&').map(pairOf);
}

/** In the order in which they came. */
export function cookiesOf(request: CloudFrontRequest): Pair[] {
  return cookiePairs(request).map((pair) => [pair[0], pair[1]]);
}

function cookiePairs(request: CloudFrontRequest): SentPair[] {
  const lines = (request.headers.cookie || []).map((line) => line.value);
  const cookies = lines.length === 0 ? [] : lines.join(';').split(';');
  return cookies.map((text) => pairOf(text.trim())).filter((pair) => pair[2] !== '');
}

function pairOf(sent: string): SentPair {
  const equals = sent.indexOf('=');
  return equals === -1 ? [sent, '', sent] : [sent.slice(0, equals), sent.slice(equals + 1), sent];
}

/** Without a prototype: a name such as `__proto__` is a name. */
function fieldsOf(pairs: readonly SentPair[]): Record<string, Field> {
  const values: Record<string, string[]> = Object.create(null);
  pairs.forEach((pair) => {
    const known = values[pair[0]];
    if (known) known.push(pair[1]);
    else values[pair[0]] = [pair[1]];
  });
  const fields: Record<string, Field> = Object.create(null);
  Object.keys(values).forEach((name) => {
    fields[name] = fieldOf(values[name] as string[]);
  });
  return fields;
}

function fieldOf(values: readonly string[]): Field {
  const field: Field = { value: values[0] || '' };
  if (values.length > 1) field.multiValue = values.map((value) => ({ value: value }));
  return field;
}

/** All lines of a header as one value; null when there is none. */
export function headerValue(headers: Headers, name: string): string | null {
  const lines = headers[name];
  return lines === undefined || lines.length === 0 ? null : lines.map((line) => line.value).join(', ');
}

/** Sets a header to one line. CloudFront capitalizes the name, which is written in lower case here. */
export function setHeader(headers: Headers, name: string, value: string): void {
  headers[name] = [{ value: value }];
}
