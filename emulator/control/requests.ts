/** What became of the latest requests, and how. */
import { unexpected } from '../../config/errors.ts';
import { type ExchangeMask, UNMASKED } from '../masked-exchange.ts';
import type { RecordedRequest, RequestEntry } from '../request-log.ts';
import type { Controlled } from './controlled.ts';
import { wordsFor } from './reason-words.ts';
import { failure, ok, type Route } from './route.ts';
import { flag, integer, list, named, nullable, number, object, text } from './schema.ts';
import { type Known, knowing, maskOf } from './secrecy.ts';
import { headers, shownStages, stage } from './stages.ts';
import { isUnmasking, UNMASK_HEADER } from './unmasking.ts';

const attempt = object({
  originId: text('Which origin was asked'),
  result: { type: ['integer', 'string'], description: 'The status of its answer, or how it failed' },
});

const properties = {
  requestId: text('As in `x-amz-cf-id`'),
  time: text('When it was answered, by the clock of the edge', 'date-time'),
  method: text('Its method'),
  path: text('Its path, with a token masked'),
  status: integer('Of the answer'),
  query: nullable(text('Its query string')),
  xCache: text('As in `x-cache`'),
  edgeLocation: text('IATA code of the edge location at which it arrived'),
  viewerPlace: nullable(
    object(
      {
        country: text('ISO 3166-1 alpha-2'),
        city: text('Its name'),
        latitude: number('Degrees north'),
        longitude: number('Degrees east'),
      },
      ['city', 'latitude', 'longitude'],
    ),
  ),
  attempts: list(attempt, 'The origins that were asked, in turn'),
  region: nullable(text('The region that `x-origin-region` names')),
  isFailover: flag('Whether another origin than the first of its group was asked; of a hit, for its fetch'),
  reason: nullable(text('Why it was refused')),
  viewerRequestLogData: nullable(text('What the function at the viewer request wrote for the access log')),
  viewerResponseLogData: nullable(text('What the function at the viewer response wrote for it')),
  milliseconds: number('From its headers to those of the answer'),
};

const request = named('Request', object(properties));

const explanation = named(
  'Explanation',
  object({
    allow: flag('Whether the request is let in'),
    reason: text('`allowed`, or why it is not'),
    code: nullable(text("CloudFront's own code for it; null for what CloudFront does not refuse itself")),
    status: nullable(integer('What the viewer is answered; null where the request goes on, and where nobody can tell')),
    steps: list(
      object({
        step: text('What was looked at'),
        expected: text('What is let in'),
        got: text('What was there'),
        ok: flag('Whether that is let in'),
      }),
      'In the order in which they are judged, by the keys, the store and the settings as they are now',
    ),
    nearest: nullable(text('What would have been let in, as a sentence')),
  }),
);

const traced = named(
  'TracedRequest',
  object({
    ...properties,
    reasonInWords: nullable(text('The same as a sentence')),
    explanation: nullable(explanation),
    viewer: object({
      scheme: text('What it counts as: http or https'),
      httpVersion: text('1.0, 1.1 or 2.0'),
      viewerIp: text('Where it came from'),
      query: nullable(text('Its query string')),
      headers,
    }),
    stages: list(stage, 'In the order in which they began. Some end after the answer has gone'),
  }),
);

export const REQUESTS: readonly Route[] = [
  {
    method: 'GET',
    path: '/requests',
    summary: 'What became of the latest 500 requests',
    query: {
      limit: text('The newest so many alone'),
      status: text('Those answered so: 404, or 5xx'),
      path: text('Those whose path begins so'),
    },
    answers: { 200: { description: 'Newest last', schema: list(request) } },
    run(controlled, { query }) {
      const path = query.get('path') ?? '';
      const isMeant = statusFilter(query.get('status'));
      const limit = limitOf(query.get('limit'));
      const found = controlled.log.entries().filter((entry) => isMeant(entry.status) && entry.path.startsWith(path));
      return ok((limit === null ? found : found.slice(-limit)).map((entry) => shownEntry(controlled, entry)));
    },
  },
  {
    method: 'GET',
    path: '/requests/{id}',
    summary: 'One of them, with its full trace: each stage, what it decided and why, events in and out',
    headers: { [UNMASK_HEADER]: text('The key in the address that the start printed: nothing is masked then') },
    answers: {
      200: { description: 'Credentials are masked', schema: traced },
      400: { description: 'The key is another' },
      404: { description: 'It is not among the latest' },
    },
    async run(controlled, { part, headers }) {
      const isUnmasked = isUnmasking(headers, controlled.unmaskKey);
      const recorded = controlled.log.recorded(part('id'));
      if (recorded === undefined) return failure(404, 'id: expected one of the latest 500 requests, got another');
      return ok(await shownTrace(controlled, recorded, isUnmasked));
    },
  },
];

/** A request stage by stage, as it may be shown. */
export async function shownTrace(controlled: Controlled, recorded: RecordedRequest, isUnmasked = false) {
  const { entry, viewer, trace } = recorded;
  const mask = isUnmasked ? UNMASKED : knowing(maskOf(controlled), { ...viewer, ...(trace && { trace }) });
  const stages = shownStages(trace?.stages() ?? [], controlled, mask);
  const { scheme, httpVersion, viewerIp } = viewer;
  const path = mask.path(viewer.uri);
  const query = shownQuery(viewer.query, mask);
  const shownHeaders = mask.scrubbed(mask.headers(viewer.headers));
  const shownViewer = { scheme, httpVersion, viewerIp, query, headers: shownHeaders };
  const reasonInWords = wordsFor(entry.reason);
  const explanation = mask.scrubbed(await explained(controlled, recorded));
  return { ...maskedEntry(entry, mask), path, query, reasonInWords, explanation, viewer: shownViewer, stages };
}

/** What became of a request is told whether or not anybody can explain it. What CloudFront refuses before is no verdict. */
async function explained({ explainer, distribution }: Controlled, { viewer, begun, trace }: RecordedRequest) {
  if (trace?.stages().some(({ stage }) => stage === 'trusted-key-group') !== true) return null;
  try {
    return (await explainer?.explain(viewer, distribution, begun / 1000)) ?? null;
  } catch {
    return null;
  }
}

export interface ShownEntry extends RequestEntry {
  readonly query: string | null;
}

/** An entry as it may be shown. */
export function shownEntry(controlled: Known, entry: RequestEntry): ShownEntry {
  const { viewer, trace } = controlled.log.recorded(entry.requestId) ?? {};
  const mask = maskOf(controlled);
  if (viewer === undefined) return { ...maskedEntry(entry, mask), query: null };
  // Only what a function wrote may hold what came on the way.
  const hasWritten = entry.viewerRequestLogData !== null || entry.viewerResponseLogData !== null;
  knowing(mask, { ...viewer, ...(hasWritten && trace && { trace }) });
  return { ...maskedEntry(entry, mask), query: shownQuery(viewer.query, mask) };
}

function shownQuery(query: string | undefined, mask: ExchangeMask): string | null {
  return query === undefined ? null : mask.scrubbed(mask.query(query));
}

function maskedEntry(entry: RequestEntry, mask: ExchangeMask): RequestEntry {
  const { region, reason, viewerRequestLogData, viewerResponseLogData } = entry;
  return { ...entry, ...mask.scrubbed({ region, reason, viewerRequestLogData, viewerResponseLogData }) };
}

/** @throws {EdgeError} ERR_OPTION_INVALID for what is neither a status nor a class of them. */
function statusFilter(wanted: string | null): (status: number) => boolean {
  if (wanted === null) return () => true;
  if (/^[1-5]xx$/.test(wanted)) return (status) => String(status).startsWith(wanted.charAt(0));
  if (/^[1-5]\d\d$/.test(wanted)) return (status) => status === Number(wanted);
  throw unexpected('ERR_OPTION_INVALID', 'status', '404, or 5xx', wanted);
}

/** @throws {EdgeError} ERR_OPTION_INVALID for what is no number from 1 up. */
function limitOf(wanted: string | null): number | null {
  if (wanted === null || /^[1-9]\d{0,5}$/.test(wanted)) return wanted === null ? null : Number(wanted);
  throw unexpected('ERR_OPTION_INVALID', 'limit', 'a whole number from 1 up', wanted);
}
