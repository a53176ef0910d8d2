/** A request on its way through the edge, and its answer. */
import type { Readable } from 'node:stream';
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

export type Body = Buffer | Readable | null;
