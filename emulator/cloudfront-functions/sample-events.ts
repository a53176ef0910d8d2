/**
 * Events of CloudFront Functions for unit tests of handlers, as the emulator gives them to functions.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import {
  type RequestSample,
  type ResponseSample,
  SAMPLE_DISTRIBUTION,
  sampleRequest,
  sampleResponse,
} from '../sample-request.ts';
import { viewerRequestEvent } from './event.ts';
import { viewerResponseEvent } from './response-event.ts';

/** With the helper of runtime 2.0, which is in the event and not in its JSON. */
export type SampleEvent = CloudFrontFunctionsEvent & {
  readonly request: { rawQueryString(): string | undefined };
};

export interface ViewerResponseSample extends RequestSample {
  /** What the viewer is about to be sent; `set-cookie` among its headers becomes its cookies. */
  readonly response?: ResponseSample;
}

/** A request as the viewer sent it. There is no `response` in it, although its type has one. */
export function viewerRequest(sample: RequestSample = {}): SampleEvent {
  return withHelper(viewerRequestEvent(SAMPLE_DISTRIBUTION, sampleRequest(sample)));
}

/** The answer that the viewer is about to be sent, and the viewer's request. */
export function viewerResponse(sample: ViewerResponseSample = {}): SampleEvent {
  return withHelper(viewerResponseEvent(SAMPLE_DISTRIBUTION, sampleRequest(sample), sampleResponse(sample.response)));
}

function withHelper({ rawQueryString, ...event }: ReturnType<typeof viewerRequestEvent>): SampleEvent {
  Object.defineProperty(event.request, 'rawQueryString', { value: () => rawQueryString });
  return event as unknown as SampleEvent;
}
