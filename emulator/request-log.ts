import type { Arrival } from './arrival.ts';
import type { Clock } from './clock.ts';
import type { EdgeRequest } from './exchange.ts';
import { headerOf } from './headers.ts';
import { maskedPath } from './masked-request.ts';
import type { OriginFailure } from './origin-connection.ts';
import { REASON_HEADER } from './reason-header.ts';
import { newTrace, type Trace } from './trace.ts';
import type { ViewerAnswered } from './viewer-listener.ts';
import type { ViewerPlace } from './viewer-place.ts';

/** What became of a request. Holds no header, cookie or query string: they may hold credentials. */
export interface RequestEntry {
  readonly requestId: string;
  /** ISO 8601. */
  readonly time: string;
  readonly method: string;
  /** A token in it is masked: CloudFront's own logs would hold it. */
  readonly path: string;
  readonly status: number;
  readonly xCache: string;
  /** IATA code of the edge location at which it arrived. */
  readonly edgeLocation: string;
  /** Where its viewer is; null: nobody said. */
  readonly viewerPlace: Pick<ViewerPlace, 'country' | 'city' | 'latitude' | 'longitude'> | null;
  /** The attempts to get an answer from an origin, in turn: the status, or how it failed. */
  readonly attempts: readonly { readonly originId: string; readonly result: number | OriginFailure }[];
  /** The region named by `x-origin-region`, on hits too; null when the answer names none. */
  readonly region: string | null;
  /** Whether another origin than the first of its group was asked; of a hit, what `x-origin-role` says of the fetch. */
  readonly isFailover: boolean;
  /** Why the request was refused, by a function of ours or for its signature. */
  readonly reason: string | null;
  /** The log field `viewer-request-log-data`, as a function wrote it; null: it did not. */
  readonly viewerRequestLogData: string | null;
  /** `viewer-response-log-data`, likewise. */
  readonly viewerResponseLogData: string | null;
  readonly milliseconds: number;
}

export type ViewerEvent = 'viewer-request' | 'viewer-response';

export interface RequestLog {
  /** What a function wrote for the access log, URL-encoded. */
  wrote(requestId: string, event: ViewerEvent, data: string): void;
  attempted(requestId: string, originId: string, result: number | OriginFailure): void;
  /** The request as it goes its way: what happens to it there is kept. */
  begun(request: EdgeRequest): EdgeRequest;
  answered(answered: ViewerAnswered): RequestEntry;
  /** One of the latest, with all that is known of it; undefined: it is not among them. */
  recorded(requestId: string): RecordedRequest | undefined;
  /** The latest requests, newest last. */
  entries(): readonly RequestEntry[];
}

/** A request without its body, its answer without one, and what happened in between. */
export interface RecordedRequest {
  readonly entry: RequestEntry;
  readonly viewer: Omit<EdgeRequest, 'body' | 'onInterim' | 'trace'>;
  readonly trace: Trace | undefined;
  /** When it arrived, by the clock of the edge: epoch milliseconds. */
  readonly begun: number;
}

const KEPT = 500;

/** @param home where requests arrive that do not say otherwise */
export function requestLog(clock: Clock, home: Arrival, onRequest: (entry: RequestEntry) => void): RequestLog {
  const entries: RequestEntry[] = [];
  const recorded = new Map<string, RecordedRequest>();
  const underWay = new Map<string, Pick<RecordedRequest, 'trace' | 'begun'>>();
  const attempts = new Map<string, RequestEntry['attempts'][number][]>();
  const written = new Map<string, Partial<Record<ViewerEvent, string>>>();
  return {
    wrote: (requestId, event, data) => written.set(requestId, { ...written.get(requestId), [event]: data }),
    attempted(requestId, originId, result) {
      attempts.set(requestId, [...(attempts.get(requestId) ?? []), { originId, result }]);
    },
    begun(request) {
      const trace = newTrace();
      underWay.set(request.id, { trace, begun: clock.now() });
      return { ...request, trace };
    },
    answered({ request, answer, milliseconds }) {
      const { location, viewer } = request.arrival ?? home;
      const tried = attempts.get(request.id) ?? [];
      const entry: RequestEntry = {
        requestId: request.id,
        time: new Date(clock.now()).toISOString(),
        method: request.method,
        path: maskedPath(request.uri),
        status: answer.status,
        xCache: answer.xCache,
        edgeLocation: location.name,
        viewerPlace: viewer === null ? null : shownPlace(viewer),
        attempts: tried,
        region: headerOf(answer.headers, 'x-origin-region') ?? null,
        isFailover:
          headerOf(answer.headers, 'x-origin-role') === 'secondary' ||
          tried.some(({ originId }) => originId !== tried[0]?.originId),
        reason: headerOf(answer.headers, REASON_HEADER) ?? null,
        viewerRequestLogData: written.get(request.id)?.['viewer-request'] ?? null,
        viewerResponseLogData: written.get(request.id)?.['viewer-response'] ?? null,
        milliseconds: Math.round(milliseconds * 10) / 10,
      };
      attempts.delete(request.id);
      written.delete(request.id);
      entries.push(entry);
      const { trace, begun = clock.now() } = underWay.get(request.id) ?? {};
      recorded.set(request.id, { entry, viewer: withoutBody(request), trace, begun });
      underWay.delete(request.id);
      const oldest = entries.length > KEPT ? entries.shift() : undefined;
      if (oldest !== undefined) recorded.delete(oldest.requestId);
      onRequest(entry);
      return entry;
    },
    recorded: (requestId) => recorded.get(requestId),
    entries: () => entries,
  };
}

function shownPlace({ country, city, latitude, longitude }: ViewerPlace): NonNullable<RequestEntry['viewerPlace']> {
  return {
    country,
    ...(city !== undefined && { city }),
    ...(latitude !== undefined && longitude !== undefined && { latitude, longitude }),
  };
}

/** As it is where it holds nothing of the connection. */
function withoutBody(request: EdgeRequest): RecordedRequest['viewer'] {
  if (request.body === null && request.onInterim === undefined) return request;
  const { body, onInterim, ...others } = request;
  return others;
}
