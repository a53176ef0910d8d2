/** A request's way through the distribution: the stages in CloudFront's order, one file each. */
import { withoutSigningParameters } from '../shared/access/signed-credential.ts';
import type { PublicKeys } from '../signing/public-keys.ts';
import type { Arrival } from './arrival.ts';
import type { EdgeCache } from './cache.ts';
import { ERROR_TTL_SECONDS } from './custom-error-responses.ts';
import type { CacheBehavior, Distribution } from './distribution.ts';
import { ERROR } from './error-page.ts';
import type { EdgeAnswer, EdgeRequest, EdgeResponse, OriginBound, ViewerAnswer } from './exchange.ts';
import type { OpenAnswers } from './open-answers.ts';
import { firstOrigin, type OriginChoice, withChoice } from './origin-choice.ts';
import { throughOriginShield } from './origin-shield.ts';
import type { ViewerEvent } from './request-log.ts';
import { geoRefusal } from './stages/00-geo-restriction.ts';
import { hostRefusal } from './stages/00-host.ts';
import { behaviorFor } from './stages/01-behavior.ts';
import { protocolRefusal } from './stages/02-viewer-protocol.ts';
import { trustedKeyGroup } from './stages/03-trusted-key-group.ts';
import { runtimeOf, type ViewerFunctions, viewerRequest } from './stages/04-viewer-request.ts';
import { originRequest } from './stages/06-origin-request.ts';
import { type OriginNetwork, originAnswer } from './stages/07-origin.ts';
import { originResponse } from './stages/08-origin-response.ts';
import { customErrorResponse } from './stages/10-custom-error-response.ts';
import { FIRST_UNSEEN_STATUS, viewerResponse } from './stages/11-viewer-response.ts';
import { passedHeaders, viewerHeaders, withResponseHeadersPolicy } from './stages/12-viewer-headers.ts';
import { checked, tellFunction, tellPage } from './trace.ts';

/** AWS does not say which comes first, where a behavior has both. */
export type ResponseHeadersOrder = 'after-viewer-response' | 'before-viewer-response';

/** All that a request meets. */
export interface Edge extends ViewerFunctions {
  readonly cache: EdgeCache;
  readonly publicKeys: PublicKeys;
  readonly network: OriginNetwork;
  /** Fetches that no viewer waits for are counted there. */
  readonly open: OpenAnswers;
  /** Where viewers are redirected to; null: nobody is, since every request counts as HTTPS. */
  readonly httpsPort: number | null;
  /** Whether other hosts than the distribution's are refused. */
  readonly knownHostsOnly: boolean;
  /** When the response headers policy applies. */
  readonly responseHeadersPolicy: ResponseHeadersOrder;
  /** Told of each line that a function logs. */
  onLine(functionName: string, line: string, request: EdgeRequest): void;
  /** Told what a function at a viewer event wrote for the access log. */
  onLogData(requestId: string, event: ViewerEvent, data: string): void;
}

export async function serve(edge: Edge, request: EdgeRequest): Promise<ViewerAnswer> {
  const behavior = behaviorFor(edge.distribution, request.uri);
  const generated = (answer: ViewerAnswer): ViewerAnswer => finished(edge, request, answer);

  const { geoRestriction, behaviors } = edge.distribution;
  const { trustedKeys } = behavior;
  const { viewer } = arrivalOf(edge, request);
  request.trace?.stage('behavior', behavior.pathPattern, { behavior: { chosen: behavior, all: behaviors } });
  const hostChecked = edge.knownHostsOnly ? hostRefusal(edge.distribution, request) : null;
  const refusal =
    checked(request, 'host', edge.knownHostsOnly, hostChecked) ??
    checked(
      request,
      'geo-restriction',
      geoRestriction !== null && viewer !== null,
      geoRefusal(geoRestriction, viewer, request),
    ) ??
    checked(request, 'viewer-protocol', true, protocolRefusal(request, behavior, edge.httpsPort)) ??
    checked(
      request,
      'trusted-key-group',
      trustedKeys !== null,
      trustedKeyGroup(behavior, edge.publicKeys, request, edge.clock.now()),
      trustedKeys === null ? {} : { trustedKeys },
    );
  if (refusal !== null) return shown(edge, behavior, request, request, { ...refusal, isFetched: false });

  const passed = await viewerRequest(edge, behavior, request);
  tellFunction(request, 'viewer-request', behavior.viewerRequest, passed.answer);
  for (const line of passed.lines) edge.onLine(behavior.viewerRequest?.id ?? '', line, request);
  if (passed.logData !== null) edge.onLogData(request.id, 'viewer-request', passed.logData);
  if (passed.answer !== null) return generated(passed.answer);

  const asked = withRootObject(edge.distribution, withoutSignature(behavior, passed.request));
  const answer = await answered(edge, behavior, passed.originChoice, asked);
  return shown(edge, behavior, request, passed.request, answer);
}

/** From the cache, or through it from the origins; past it for a WebSocket connection. */
function answered(edge: Edge, behavior: CacheBehavior, choice: OriginChoice | null, asked: EdgeRequest) {
  if (asked.isWebSocket) return fetched(edge, behavior, choice, asked, false);
  return edge.cache.answer({
    request: asked,
    behavior,
    location: arrivalOf(edge, asked).location,
    origin: () => firstOrigin(withChoice(edge.distribution, behavior, choice)),
    fetch(sent, isBackground) {
      const answer = fetched(edge, behavior, choice, sent, isBackground);
      return isBackground ? edge.open.counted(answer) : answer;
    },
    errorTtlSeconds: errorTtlOf(edge),
  });
}

function errorTtlOf({ distribution }: Edge): (status: number) => number {
  return (status) => distribution.customErrorResponses.get(status)?.minTtlSeconds ?? ERROR_TTL_SECONDS;
}

function arrivalOf({ home }: Edge, { arrival = home }: EdgeRequest): Arrival {
  return arrival;
}

/** What the origins answer, and the functions at the origin events make of it. */
async function fetched(
  edge: Edge,
  behavior: CacheBehavior,
  choice: OriginChoice | null,
  request: EdgeRequest,
  isBackground: boolean,
): Promise<EdgeAnswer> {
  const { distribution, target, group } = withChoice(edge.distribution, behavior, choice);
  // The log's entry of the viewer's request is closed by the time that a background fetch ends.
  const network = isBackground ? { ...edge.network, onAttempt: () => {} } : edge.network;
  const atOriginRequest = async (bound: OriginBound) => {
    const { lines, answer, isGenerated, ...result } = await originRequest({ ...edge, distribution }, behavior, bound);
    tellFunction(request, 'origin-request', behavior.originRequest, answer);
    for (const line of lines) edge.onLine(behavior.originRequest?.id ?? '', line, request);
    if (answer === null) return { ...result, answer };
    const own: EdgeAnswer = { ...answer, isOfFunction: true, isFetched: isGenerated };
    return { ...result, answer: own };
  };
  const answer = await originAnswer(
    distribution,
    target,
    group,
    request,
    network,
    atOriginRequest,
    async (result): Promise<EdgeAnswer> => {
      const { status, headers, tunnel } = result.answer;
      if (tunnel !== undefined)
        return { status, headers, body: null, tunnel, xCache: xCacheOf(status), isFetched: true };
      const id = behavior.originResponse?.id ?? null;
      const runtime = id === null ? null : runtimeOf(edge.lambdaFunctions, id);
      const { failure, response, lines } = await originResponse(distribution, runtime, request, result);
      tellFunction(request, 'origin-response', behavior.originResponse, failure);
      for (const line of lines) edge.onLine(id ?? '', line, request);
      if (failure !== null) return { ...failure, isOfFunction: true, isFetched: false };
      return { ...response, xCache: xCacheOf(response.status), isFetched: true };
    },
    throughOriginShield(
      edge.cache,
      { request, behavior, isBackground, errorTtlSeconds: errorTtlOf(edge) },
      arrivalOf(edge, request).location,
    ),
  );
  return { isFetched: false, ...answer };
}

/** The answer that the viewer gets; an error as its custom error response has it, which no function sees. */
async function shown(
  edge: Edge,
  behavior: CacheBehavior,
  request: EdgeRequest,
  passed: EdgeRequest,
  answer: EdgeAnswer,
): Promise<ViewerAnswer> {
  // No function sees the answer that opens a WebSocket connection.
  if (answer.tunnel !== undefined) return finished(edge, request, answer);
  const { distribution } = edge;
  const responses = answer.isOfFunction ? new Map() : distribution.customErrorResponses;
  const page = await customErrorResponse(responses, request, answer, (asked) =>
    answered(edge, behaviorFor(distribution, asked.uri), null, asked),
  );
  tellPage(request, answer, page);
  if (page === null) {
    return answer.isFetched ? toViewer(edge, behavior, request, passed, answer) : finished(edge, request, answer);
  }
  if (!page.isFetched) return finished(edge, request, page);
  const headers = withResponseHeadersPolicy(passedHeaders(page.headers, behavior), behavior, request);
  return finished(edge, request, { ...page, headers });
}

/** Where CloudFront checks signatures, neither the cache key nor the origin sees the signing parameters. */
function withoutSignature(behavior: CacheBehavior, request: EdgeRequest): EdgeRequest {
  return behavior.trustedKeys === null ? request : { ...request, query: withoutSigningParameters(request.query) };
}

/** The root URL stands for the default root object, once the viewer request is over. */
function withRootObject(distribution: Distribution, request: EdgeRequest): EdgeRequest {
  const isRoot = request.uri === '/' && distribution.defaultRootObject !== '';
  return isRoot ? { ...request, uri: `/${distribution.defaultRootObject}` } : request;
}

function xCacheOf(status: number): string {
  return status >= 400 ? ERROR : 'Miss from cloudfront';
}

/** An answer of an origin or the cache, on its way through the viewer response. */
async function toViewer(
  edge: Edge,
  behavior: CacheBehavior,
  request: EdgeRequest,
  passed: EdgeRequest,
  answer: ViewerAnswer,
): Promise<ViewerAnswer> {
  const withPolicy = (response: EdgeResponse, order: ResponseHeadersOrder): EdgeResponse =>
    order === edge.responseHeadersPolicy
      ? { ...response, headers: withResponseHeadersPolicy(response.headers, behavior, request) }
      : response;
  const received = { ...answer, headers: passedHeaders(answer.headers, behavior) };
  const before = withPolicy(received, 'before-viewer-response');
  const { failure, response, lines, logData } = await viewerResponse(edge, behavior, passed, before);
  const isSkipped = behavior.viewerResponse !== null && before.status >= FIRST_UNSEEN_STATUS;
  if (isSkipped) request.trace?.stage('viewer-response', 'not run', { reason: `the status is ${before.status}` });
  else tellFunction(request, 'viewer-response', behavior.viewerResponse, failure);
  for (const line of lines) edge.onLine(behavior.viewerResponse?.id ?? '', line, request);
  if (logData !== null) edge.onLogData(request.id, 'viewer-response', logData);
  if (failure !== null) return finished(edge, request, failure);
  return finished(edge, request, {
    ...withPolicy(response, 'after-viewer-response'),
    xCache: answer.xCache,
    isShieldHit: answer.isShieldHit ?? false,
  });
}

function finished(edge: Edge, request: EdgeRequest, answer: ViewerAnswer): ViewerAnswer {
  const headers = viewerHeaders(answer, request, arrivalOf(edge, request).location);
  request.trace?.stage('viewer-headers', answer.xCache, { response: { status: answer.status, headers } });
  return { ...answer, headers };
}
