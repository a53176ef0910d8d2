/** Events as the engines take them, and as our own functions meet them. */
import { viewerRequest as scriptViewerRequest } from '../../emulator/cloudfront-functions/sample-events.ts';
import {
  originResponse as lambdaOriginResponse,
  viewerRequest as lambdaViewerRequest,
} from '../../emulator/lambda-edge/sample-events.ts';
import type { RequestSample, Values } from '../../emulator/sample-request.ts';

export { lambdaViewerRequest };
export type ViewerRequestInit = RequestSample;

/** A viewer request of CloudFront Functions; the engines make `request.rawQueryString()` of the text beside it. */
export function viewerRequest(init: ViewerRequestInit = {}) {
  return { ...scriptViewerRequest(init), rawQueryString: init.query };
}

export interface OriginResponseInit {
  readonly method?: string;
  readonly uri?: string;
  readonly status?: string;
  /** Of the origin's answer. */
  readonly headers?: Values;
  /** Of the request that the origin got. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** The region that answered, as the origin's custom header says it; null: no such header. */
  readonly region?: string | null;
  readonly domainName?: string;
  /** `none`: the event does not tell the origin. */
  readonly type?: 's3' | 'custom' | 'none';
}

/** An origin response of Lambda@Edge, from the bucket in us-east-1. */
export function originResponse(init: OriginResponseInit = {}) {
  const { method, uri = '/film.mp4', type = 's3', domainName = 'bucket.example.com', region = 'us-east-1' } = init;
  const event = lambdaOriginResponse({
    uri,
    ...(method !== undefined && { method }),
    headers: init.requestHeaders ?? {},
    origin: {
      type: type === 'none' ? 'custom' : type,
      domainName,
      customHeaders: region === null ? {} : { 'x-edgekeeper-origin': region },
    },
    response: { status: Number(init.status ?? 200), headers: init.headers ?? {} },
  });
  if (type === 'none') delete event.Records[0]?.cf.request.origin;
  return event;
}
