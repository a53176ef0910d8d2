/** A request on its way through the edge, and its answer. */
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Arrival } from './arrival.ts';
import type { Origin } from './distribution.ts';
import type { HeaderLines } from './headers.ts';
import type { OriginChoice } from './origin-choice.ts';
import type { Trace } from './trace.ts';

export interface EdgeRequest {
  readonly id: string;
  /** What the viewer counts as speaking. */
  readonly scheme: 'http' | 'https';
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string;
  readonly method: string;
  /** As on the wire, from `/` up to the query string. */
  readonly uri: string;
  /** As on the wire, without `?`; undefined when there is none. */
  readonly query: string | undefined;
  readonly headers: HeaderLines;
  readonly viewerIp: string;
  /** The port of the viewer's connection; absent: not known. */
  readonly viewerPort?: number | undefined;
  /** Absent: at home, as the edge has it. */
  readonly arrival?: Arrival;
  readonly body: Readable | null;
  /** Asks for a WebSocket connection. */
  readonly isWebSocket?: true;
  /** Passes an interim response (1xx) of the origin on to the viewer; absent: it is not passed on. */
  readonly onInterim?: OnInterim;
  /** Told of each stage; absent: nobody asks. */
  readonly trace?: Trace;
}

export type OnInterim = (status: number, headers: HeaderLines) => void;

export interface EdgeResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Body;
  /** With 101: the connection to the origin, over which no more HTTP is spoken. */
  readonly tunnel?: Tunnel;
}

export interface Tunnel {
  readonly socket: Socket;
  /** What came with the answer. */
  readonly head: Buffer;
}

/** What a viewer is sent, and what `x-cache` says of it. */
export interface ViewerAnswer extends EdgeResponse {
  readonly xCache: string;
  /** Whether Origin Shield had it, in another region than that of the regional edge cache. */
  readonly isShieldHit?: boolean;
  /** What is wrong with what a function gave back, where this is CloudFront's word on it. */
  readonly fault?: string;
}

/** `isFetched`: it came from an origin or the cache, and is not a page or answer made at the edge. */
export interface EdgeAnswer extends ViewerAnswer {
  readonly isFetched: boolean;
  /** Made by a function, or CloudFront's word on its failure: it has no custom error response. */
  readonly isOfFunction?: true;
  /** When what a cache had was stored, and how long it is good; absent: it came from no cache. */
  readonly times?: ObjectTimes;
}

/** Epoch milliseconds. */
export interface ObjectTimes {
  /** When it was stored, or last confirmed by the origin. */
  readonly storedAt: number;
  /** The first moment at which it is no longer served unasked. */
  readonly expiresAt: number;
  /** Until then it is served while it is asked for anew. */
  readonly staleUntil: number;
  /** Until then it is served when the origin fails; infinite where the origin sets no bound. */
  readonly staleIfErrorUntil: number;
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

/** What comes of the viewer response: the answer to go on with, or a page of CloudFront's own in its place. */
export interface ViewerResponseResult {
  readonly failure: ViewerAnswer | null;
  readonly response: EdgeResponse;
  /** What the function logged. */
  readonly lines: readonly string[];
  /** What it wrote to the log field `viewer-response-log-data`; null: nothing. */
  readonly logData: string | null;
}

/** A request on its way to one origin: what a function at the origin request sees and may change. */
export interface OriginBound {
  readonly origin: Origin;
  /** Id of the origin whose stand-in answers; null: no origin of the distribution has the domain that a function chose. */
  readonly standIn: string | null;
  /** The origin as a function left it, in the words of events; null: as the distribution has it. */
  readonly changedOrigin: object | null;
  /** With the headers and the query string that go on. The origin's custom headers are added when it is sent. */
  readonly request: EdgeRequest;
  /** Whether functions see the query string: only where a policy forwards all of it. */
  readonly showsQuery: boolean;
}

export type Body = Buffer | Readable | null;
