import type { Clock } from '../clock.ts';
import type { CacheBehavior, Distribution, Origin, OriginGroup } from '../distribution.ts';
import { errorPage } from '../error-page.ts';
import type { EdgeRequest, OriginBound, ViewerAnswer } from '../exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutConnection, withoutHeaders } from '../headers.ts';
import type { KeptConnections } from '../kept-connections.ts';
import {
  askOrigin,
  type OriginAddress,
  type OriginAnswer,
  type OriginFailure,
  type OriginRequest,
} from '../origin-connection.ts';
import { selectedCookies, selectedHeaders, selectedQuery } from '../selection.ts';
import { UPGRADE_HEADERS } from '../websocket.ts';
import { acceptedEncodings } from './05-cache-lookup.ts';

/** What the stage needs of the world outside the distribution. */
export interface OriginNetwork {
  readonly clock: Clock;
  readonly connections: KeptConnections;
  addressOf(originId: string): OriginAddress;
  /** Told of each attempt, when it has ended. */
  onAttempt(requestId: string, originId: string, result: number | OriginFailure): void;
}

/** An answer of an origin, before it is turned into CloudFront's. */
export interface OriginResult {
  readonly bound: OriginBound;
  readonly answer: OriginAnswer;
}

/** What came of asking one origin. */
export interface OriginAttempt<T> {
  readonly answer: T | ViewerAnswer;
  /** By which an origin group decides; null: the answer is final. */
  readonly status: number | null;
  /** Lets go of the answer, in whose place another origin's comes. */
  drop(): void;
}

/** Asks an origin, or knows its answer. `isLast`: no other is asked after it. */
export type ThroughToOrigin<T> = (
  origin: Origin,
  isLast: boolean,
  ask: (request: EdgeRequest) => Promise<OriginAttempt<T>>,
) => Promise<OriginAttempt<T>>;

/** Headers of a conditional or range request, which reach the origin without any policy. */
const ALWAYS_FORWARDED = ['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'range'];

/** Headers that describe a body. */
const BODY_HEADERS = ['content-encoding', 'content-length', 'content-type'];

/** Only these methods ever fail over; OPTIONS only where the behavior caches it. */
const FAILOVER_METHODS = ['GET', 'HEAD'];

/**
 * Asks the origin, or the members of the origin group in turn. `onRequest` is given each request before an
 * origin is asked, and may change it, or answer in place of all of them. `onAnswer` is given every answer that
 * an origin made, also one that is about to be discarded by a failover, as a function at the origin
 * response would be. `through` stands before each origin.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export async function originAnswer<T>(
  distribution: Distribution,
  behavior: CacheBehavior,
  group: OriginGroup | null,
  request: EdgeRequest,
  network: OriginNetwork,
  onRequest: (bound: OriginBound) => Promise<{ bound: OriginBound; answer: T | ViewerAnswer | null }>,
  onAnswer: (result: OriginResult) => Promise<T>,
  through: ThroughToOrigin<T>,
): Promise<T | ViewerAnswer> {
  const chosen = group ?? distribution.originGroups.get(behavior.targetOriginId) ?? null;
  const originIds =
    chosen === null
      ? [behavior.targetOriginId]
      : failsOver(request, behavior)
        ? chosen.originIds
        : chosen.originIds.slice(0, 1);
  for (const [index, id] of originIds.entries()) {
    const origin = distribution.origins.get(id);
    if (origin === undefined) throw new Error(`unreachable: the origin ${id} was checked before`);
    const isLast = index === originIds.length - 1;
    const attempt = await through(origin, isLast, (sent) => attempted(id, boundFor(sent, behavior, origin)));
    if (isLast || attempt.status === null || !meetsCriteria(chosen, attempt.status)) return attempt.answer;
    tellFailover(request, attempt.status, originIds[index + 1]);
    attempt.drop();
  }
  throw new Error('unreachable: the last origin is always answered for');

  async function attempted(id: string, asked: OriginBound): Promise<OriginAttempt<T>> {
    const drop = (): void => {};
    const { bound, answer: own } = await onRequest(asked);
    if (own !== null) return { answer: own, status: null, drop };
    const { standIn } = bound;
    const answer =
      standIn === null
        ? 'unresolved'
        : await askOrigin(
            bound.origin,
            () => network.addressOf(standIn),
            requestTo(bound),
            network.clock,
            network.connections,
          );
    network.onAttempt(request.id, standIn ?? id, typeof answer === 'string' ? answer : answer.status);
    if (typeof answer === 'string') {
      return { answer: failurePage(answer, request), status: STATUS_OF_FAILURE[answer], drop };
    }
    const handled = await onAnswer({ bound, answer });
    return { answer: handled, status: answer.status, drop: () => answer.body.destroy() };
  }
}

function tellFailover({ trace }: EdgeRequest, status: number, next: string | undefined): void {
  trace?.stage('origin-group', 'fails over', { reason: `${status} is among the failover criteria; ${next} is next` });
}

/**
 * A failed connection fails over when 503 is among the criteria, a timeout when 504 is. A connection
 * that breaks before an answer is taken for a failed one.
 */
const STATUS_OF_FAILURE: Readonly<Record<OriginFailure, number>> = {
  unresolved: 503,
  unreachable: 503,
  refused: 503,
  untrusted: 503,
  broken: 503,
  'timed-out': 504,
};

function meetsCriteria(group: OriginGroup | null, status: number): boolean {
  return group?.statusCodes.includes(status) ?? false;
}

function failsOver(request: EdgeRequest, behavior: CacheBehavior): boolean {
  if (request.method === 'OPTIONS') return behavior.cachedMethods.includes('OPTIONS');
  return FAILOVER_METHODS.includes(request.method);
}

/**
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
 */
function failurePage(failure: OriginFailure, request: EdgeRequest): ViewerAnswer {
  switch (failure) {
    case 'unreachable':
    case 'timed-out':
      return errorPage(
        504,
        'CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection.',
        request.id,
      );
    case 'unresolved':
      return errorPage(502, "CloudFront wasn't able to resolve the origin domain name.", request.id);
    case 'refused':
    case 'untrusted':
    case 'broken':
      return errorPage(502, "CloudFront wasn't able to connect to the origin.", request.id);
  }
}

/** The origin's custom headers overwrite the viewer's of the same names. */
function boundFor(request: EdgeRequest, behavior: CacheBehavior, origin: Origin): OriginBound {
  const policies = policiesOf(behavior);
  const overwritten = origin.customHeaders.map(([name]) => name);
  const headers = withoutHeaders(originHeaders(request, behavior, origin), overwritten);
  return {
    origin,
    standIn: origin.standIn ?? origin.id,
    changedOrigin: null,
    request: { ...request, query: selectedQuery(request, policies), headers },
    showsQuery: policies.some(({ queryStrings }) => queryStrings.behavior === 'all'),
  };
}

function requestTo({ origin, request }: OriginBound): OriginRequest {
  const { method, uri, query, body, onInterim, isWebSocket, trace } = request;
  const headers = origin.customHeaders.reduce(
    (lines, [name, value]) => withHeader(lines, name, value),
    request.headers,
  );
  return {
    method,
    target: `${origin.path}${uri}${query === undefined ? '' : `?${query}`}`,
    headers,
    body,
    ...(onInterim && { onInterim }),
    ...(isWebSocket && { mayUpgrade: true }),
    ...(trace && { trace }),
  };
}

function policiesOf(behavior: CacheBehavior) {
  return behavior.originRequestPolicy === null
    ? [behavior.cachePolicy]
    : [behavior.cachePolicy, behavior.originRequestPolicy];
}

/** Written by CloudFront, whatever a policy says. */
const OWN_ALWAYS = ['via', 'x-amz-cf-id', 'x-forwarded-for'];

/**
 * Of the viewer's own, these never go on.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior
 */
const NOT_FORWARDED = [...OWN_ALWAYS, 'expect', 'transfer-encoding', 'x-forwarded-proto', 'x-real-ip'];

/** What the policies select, and what CloudFront always sends. */
function originHeaders(request: EdgeRequest, behavior: CacheBehavior, origin: Origin): HeaderLines {
  const policies = policiesOf(behavior);
  const always = [
    ...ALWAYS_FORWARDED,
    ...(request.body === null ? [] : BODY_HEADERS),
    ...(behavior.cachedMethods.includes(request.method) ? [] : ['authorization']),
  ];
  const selected = new Set(policies.flatMap((policy) => selectedHeaders(request, policy).map(([name]) => name)));
  const forwarded = withoutHeaders(withoutConnection(request.headers), NOT_FORWARDED).filter(
    ([name]) => (always.includes(name) || selected.has(name)) && !name.startsWith('x-edge-'),
  );
  const viewerAddresses = headerOf(request.headers, 'x-forwarded-for');
  const own: HeaderLines = [
    ['host', origin.domainName],
    ['user-agent', 'Amazon CloudFront'],
    ['via', `2.0 ${request.id.slice(0, 32).toLowerCase()}.cloudfront.net (CloudFront)`],
    ['x-amz-cf-id', request.id],
    ['x-forwarded-for', viewerAddresses === undefined ? request.viewerIp : `${viewerAddresses}, ${request.viewerIp}`],
  ];
  const headers = [...forwarded, ...own.filter(([name]) => headerOf(forwarded, name) === undefined)];
  const isChunked = request.body !== null && headerOf(forwarded, 'content-length') === undefined;
  if (isChunked) headers.push(['transfer-encoding', 'chunked']);
  if (request.isWebSocket && origin.type === 'custom') headers.push(...UPGRADE_HEADERS);
  const cookies = selectedCookies(request, policies);
  if (cookies !== undefined) headers.push(['cookie', cookies]);
  const encodings = acceptedEncodings(request, behavior.cachePolicy);
  const named = origin.hostHeader === undefined ? headers : withHeader(headers, 'host', origin.hostHeader);
  return encodings === '' ? named : withHeader(named, 'accept-encoding', encodings);
}
