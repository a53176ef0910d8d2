/** A request on its way through the edge, and its answer. */
import type { Readable } from 'node:stream';
import type { HeaderLines } from './headers.ts';
import type { OriginChoice } from './origin-choice.ts';

export interface EdgeRequest {
  readonly id: string;
  readonly method: string;
  /** As on the wire, from `/` up to the query string. */
  readonly uri: string;
  /** As on the wire, without `?`; undefined when there is none. */
  readonly query: string | undefined;
  readonly headers: HeaderLines;
  readonly viewerIp: string;
  readonly body: Readable | null;
}

export interface EdgeResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Body;
}

/** What a viewer is sent, and what `x-cache` says of it. */
export interface ViewerAnswer extends EdgeResponse {
  readonly xCache: string;
}

/** What comes of the viewer request: an answer made at the edge, or the request to go on with. */
export interface ViewerRequestResult {
  readonly answer: ViewerAnswer | null;
  readonly request: EdgeRequest;
  /** Which origin the function chose; null: the behavior's own target. */
  readonly originChoice: OriginChoice | null;
  /** What the function logged. */
  readonly lines: readonly string[];
  /** What it wrote to the log field `viewer-request-log-data`; null: nothing. */
  readonly logData: string | null;
}

export type Body = Buffer | Readable | null;
