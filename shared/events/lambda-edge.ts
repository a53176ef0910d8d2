/**
 * The origin response event of a Lambda@Edge function, as far as our functions read it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import type { CloudFrontHeaders, CloudFrontResponseEvent, CloudFrontResultResponse } from 'aws-lambda';

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

/** All lines of a header as one value; null when there is none. */
export function headerValue(headers: Headers, name: string): string | null {
  const lines = headers[name];
  return lines === undefined || lines.length === 0 ? null : lines.map((line) => line.value).join(', ');
}

/** Sets a header to one line. CloudFront capitalizes the name, which is written in lower case here. */
export function setHeader(headers: Headers, name: string, value: string): void {
  headers[name] = [{ value: value }];
}
