/**
 * The origin response event of Lambda@Edge, and what a function gives back, checked.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import type { Distribution, Origin } from '../distribution.ts';
import { reasonPhrase } from '../error-page.ts';
import type { EdgeRequest } from '../exchange.ts';
import { checkHeader, isDisallowed, ORIGIN_RESPONSE_READ_ONLY } from '../function-headers.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';

type LambdaHeaders = Record<string, { key?: string; value: string }[]>;

export function originResponseEvent(
  distribution: Distribution,
  request: EdgeRequest,
  origin: Origin,
  sent: HeaderLines,
  status: number,
  received: HeaderLines,
) {
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: distribution.domainName,
            distributionId: distribution.id,
            eventType: 'origin-response',
            requestId: request.id,
          },
          request: {
            clientIp: request.viewerIp,
            headers: lambdaHeaders(sent),
            method: request.method,
            origin: originOf(origin),
            querystring: request.query ?? '',
            uri: request.uri,
          },
          response: {
            headers: lambdaHeaders(received),
            status: String(status),
            statusDescription: reasonPhrase(status),
          },
        },
      },
    ],
  };
}

function originOf(origin: Origin): object {
  const common = {
    customHeaders: lambdaHeaders([...origin.customHeaders].map(([name, value]) => [name, value])),
    domainName: origin.domainName,
    path: origin.path,
    readTimeout: origin.readTimeoutSeconds,
    responseCompletionTimeout: origin.readTimeoutSeconds,
  };
  if (origin.type === 's3') return { s3: { ...common, authMethod: 'none', region: '' } };
  return { custom: { ...common, keepaliveTimeout: 5, port: 443, protocol: 'https', sslProtocols: ['TLSv1.2'] } };
}

function lambdaHeaders(lines: HeaderLines): LambdaHeaders {
  const headers: LambdaHeaders = {};
  for (const [name, value] of lines) {
    if (isDisallowed(name)) continue;
    headers[name] = [...(headers[name] ?? []), { key: capitalized(name), value }];
  }
  return headers;
}

function capitalized(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

export interface ChangedResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  /** Null: the origin's body passes through. */
  readonly body: Buffer | null;
}

/** The quota of a body that a function makes at an origin event, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** @throws {ValidationFault} for a response that CloudFront would not take. */
export function changedResponse(returned: unknown, received: HeaderLines): ChangedResponse {
  if (typeof returned !== 'object' || returned === null) throw new ValidationFault('it is not an object');
  const { status, headers, body, bodyEncoding } = returned as Record<string, unknown>;
  const code = Number(status);
  if (!/^[2-5]\d\d$/.test(String(status))) throw new ValidationFault('the status is not from 200 to 599');
  const lines = headerLinesOf(headers);
  for (const name of ORIGIN_RESPONSE_READ_ONLY) {
    if (headerOf(lines, name) !== headerOf(received, name)) {
      throw new ValidationFault(`the header ${name} is read-only`);
    }
  }
  const bytes = bodyOf(body, bodyEncoding);
  return { status: code, headers: bytes === null ? withLengthOf(received, lines) : lines, body: bytes };
}

/** The length of a body that passes through is the origin's, whatever the function says. */
function withLengthOf(received: HeaderLines, lines: HeaderLines): HeaderLines {
  const length = headerOf(received, 'content-length');
  const others = withoutHeaders(lines, ['content-length']);
  return length === undefined ? others : [...others, ['content-length', length]];
}

function headerLinesOf(headers: unknown): HeaderLines {
  if (typeof headers !== 'object' || headers === null) return [];
  const lines: HeaderLines = [];
  for (const [name, items] of Object.entries(headers)) {
    if (!Array.isArray(items)) throw new ValidationFault(`the header ${name} is not a list`);
    for (const item of items) {
      const { key, value } = Object(item) as { key?: unknown; value?: unknown };
      if (typeof value !== 'string') throw new ValidationFault(`the header ${name} has no value`);
      if (key !== undefined && String(key).toLowerCase() !== name) {
        throw new ValidationFault(`the header ${name} has another key`);
      }
      checkHeader(name, value);
      lines.push([name, value]);
    }
  }
  return lines;
}

function bodyOf(body: unknown, encoding: unknown): Buffer | null {
  if (body === undefined || body === null) return null;
  if (typeof body !== 'string') throw new ValidationFault('the body is not a string');
  const bytes = Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) throw new ValidationFault('the body is larger than 1 MB');
  return bytes;
}
