/** A request on its way through the edge, and its answer. */
import type { Readable } from 'node:stream';
import type { OriginGroup } from './distribution.ts';
import type { HeaderLines } from './headers.ts';

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

/** `isFetched`: it came from an origin or the cache, and is not a page or answer made at the edge. */
export interface EdgeAnswer extends ViewerAnswer {
  readonly isFetched: boolean;
}

/** What comes of the viewer request: an answer made at the edge, or the request to go on with. */
export interface ViewerRequestResult {
  readonly answer: ViewerAnswer | null;
  readonly request: EdgeRequest;
  /** The origin group that the function chose; null: the behavior's own target. */
  readonly originGroup: OriginGroup | null;
  /** What the function logged. */
  readonly lines: readonly string[];
}

export type Body = Buffer | Readable | null;
