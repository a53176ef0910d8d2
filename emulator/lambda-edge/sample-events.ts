/**
 * Events of Lambda@Edge for unit tests of handlers, as the emulator gives them to functions.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import type { CloudFrontRequestEvent, CloudFrontResponseEvent } from 'aws-lambda';
import type { OriginBound } from '../exchange.ts';
import {
  type RequestSample,
  type ResponseSample,
  SAMPLE_DISTRIBUTION,
  sampleRequest,
  sampleResponse,
  type Values,
} from '../sample-request.ts';
import { type BodyQuota, ORIGIN_BODY, shownBody, VIEWER_BODY } from './body.ts';
import { originRequestEvent, originResponseEvent, viewerRequestEvent, viewerResponseEvent } from './event.ts';

export interface LambdaRequestSample extends RequestSample {
  /** The body, for a function with `IncludeBody`: of a longer one as much as CloudFront shows. Absent: no body is shown. */
  readonly body?: string | Buffer;
}

export interface OriginSample {
  /** Default: `custom`. */
  readonly type?: 's3' | 'custom';
  /** Default: `origin.example.com`. The request's `host`, too. */
  readonly domainName?: string;
  readonly path?: string;
  readonly customHeaders?: Values;
}

export interface OriginRequestSample extends LambdaRequestSample {
  readonly origin?: OriginSample;
}

export interface ViewerResponseSample extends RequestSample {
  /** What the viewer is about to be sent. */
  readonly response?: ResponseSample;
}

export interface OriginResponseSample extends RequestSample {
  readonly origin?: OriginSample;
  /** What the origin answered. */
  readonly response?: ResponseSample;
}

/** A request as the viewer sent it. */
export function viewerRequest(sample: LambdaRequestSample = {}): CloudFrontRequestEvent {
  const event = viewerRequestEvent(SAMPLE_DISTRIBUTION, sampleRequest(sample), bodyOf(sample, VIEWER_BODY));
  return event as unknown as CloudFrontRequestEvent;
}

/** A request as the origin is about to be sent it, its query string shown. */
export function originRequest(sample: OriginRequestSample = {}): CloudFrontRequestEvent {
  const event = originRequestEvent(SAMPLE_DISTRIBUTION, boundFor(sample), bodyOf(sample, ORIGIN_BODY));
  return event as unknown as CloudFrontRequestEvent;
}

/** An origin's answer, and the request that it is for. */
export function originResponse(sample: OriginResponseSample = {}): CloudFrontResponseEvent {
  const { status, headers } = sampleResponse(sample.response);
  const event = originResponseEvent(SAMPLE_DISTRIBUTION, boundFor(sample), status, headers);
  return event as unknown as CloudFrontResponseEvent;
}

/** The answer that the viewer is about to be sent, and the viewer's request. */
export function viewerResponse(sample: ViewerResponseSample = {}): CloudFrontResponseEvent {
  const event = viewerResponseEvent(SAMPLE_DISTRIBUTION, sampleRequest(sample), sampleResponse(sample.response));
  return event as unknown as CloudFrontResponseEvent;
}

function bodyOf({ body }: LambdaRequestSample, quota: BodyQuota): object | undefined {
  return body === undefined ? undefined : shownBody(Buffer.from(body), quota);
}

function boundFor({ origin = {}, ...sample }: OriginRequestSample | OriginResponseSample): OriginBound {
  const { type = 'custom', domainName = 'origin.example.com', path = '', customHeaders } = origin;
  return {
    origin: {
      id: 'origin',
      type,
      domainName,
      hasAccessControl: false,
      signing: 'none',
      bucketPolicy: null,
      shieldRegion: null,
      path,
      customHeaders: sampleResponse({ headers: customHeaders ?? {} }).headers,
      connectionAttempts: 3,
      connectionTimeoutSeconds: 10,
      readTimeoutSeconds: 30,
      keepaliveTimeoutSeconds: 5,
      responseCompletionTimeoutSeconds: null,
      protocolPolicy: 'https-only',
      httpPort: 80,
      httpsPort: 443,
    },
    standIn: null,
    changedOrigin: null,
    request: sampleRequest(sample, domainName),
    showsQuery: true,
  };
}
