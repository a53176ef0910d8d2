/**
 * A request's way through the distribution: the stages in CloudFront's order, one file each. The
 * missing numbers are of stages that are not emulated yet.
 */
import { withoutSigningParameters } from '../shared/access/signed-credential.ts';
import type { PublicKeys } from '../signing/public-keys.ts';
import type { Cache } from './cache.ts';
import { ERROR_TTL_SECONDS } from './custom-error-responses.ts';
import type { CacheBehavior, Distribution, OriginGroup } from './distribution.ts';
import { ERROR } from './error-page.ts';
import type { EdgeRequest, ViewerAnswer } from './exchange.ts';
import { behaviorFor } from './stages/01-behavior.ts';
import { protocolRefusal } from './stages/02-viewer-protocol.ts';
import { trustedKeyGroup } from './stages/03-trusted-key-group.ts';
import { type ViewerFunctions, viewerRequest } from './stages/04-viewer-request.ts';
import { cachedAnswer, cacheKeyOf } from './stages/05-cache-lookup.ts';
import { type OriginNetwork, originAnswer } from './stages/07-origin.ts';
import { originResponse } from './stages/08-origin-response.ts';
import { store } from './stages/09-store.ts';
import { customErrorResponse } from './stages/10-custom-error-response.ts';
import { viewerHeaders } from './stages/12-viewer-headers.ts';

/** All that a request meets. */
export interface Edge extends ViewerFunctions {
  readonly cache: Cache;
  readonly publicKeys: PublicKeys;
  readonly network: OriginNetwork;
  /** Told of each line that a function logs. */
  onLine(functionName: string, line: string): void;
}

export async function serve(edge: Edge, request: EdgeRequest): Promise<ViewerAnswer> {
  const behavior = behaviorFor(edge.distribution, request.uri);
  const generated = (answer: ViewerAnswer): ViewerAnswer => finished(edge, behavior, request, answer, false);

  const refusal =
    protocolRefusal(request, behavior) ?? trustedKeyGroup(behavior, edge.publicKeys, request, edge.clock.now());
  if (refusal !== null) return shown(edge, behavior, request, refusal);

  const passed = await viewerRequest(edge, behavior, request);
  for (const line of passed.lines) edge.onLine(behavior.viewerRequest?.id ?? '', line);
  if (passed.answer !== null) return generated(passed.answer);

  const asked = withRootObject(edge.distribution, withoutSignature(behavior, passed.request));
  return shown(edge, behavior, request, await fetched(edge, behavior, passed.originGroup, asked));
}

/** An answer from the cache or an origin, or CloudFront's own when there is none. */
interface FetchedAnswer extends ViewerAnswer {
  /** Of the first kind. */
  readonly isFetched?: true;
  /** A function's failure, which has no custom error response. */
  readonly isFunctionError?: true;
}

async function fetched(
  edge: Edge,
  behavior: CacheBehavior,
  group: OriginGroup | null,
  asked: EdgeRequest,
): Promise<FetchedAnswer> {
  const key = cacheKeyOf(asked, behavior.cachePolicy);
  const isCacheable = behavior.cachedMethods.includes(asked.method);
  const cached = isCacheable ? cachedAnswer(edge.cache, key, asked, edge.clock.now()) : null;
  if (cached !== null) return { ...cached, isFetched: true };

  const { distribution, network } = edge;
  const answer = await originAnswer(
    distribution,
    behavior,
    group,
    asked,
    network,
    async (result): Promise<FetchedAnswer> => {
      const runtime = behavior.originResponse === null ? null : edge.lambdaFunctions.get(behavior.originResponse);
      const { failure, response, lines } = await originResponse(distribution, runtime ?? null, asked, result);
      for (const line of lines) edge.onLine(behavior.originResponse ?? '', line);
      if (failure !== null) return { ...failure, isFunctionError: true };
      return { ...response, xCache: xCacheOf(response.status), isFetched: true };
    },
  );
  const errorTtl = distribution.customErrorResponses.get(answer.status)?.minTtlSeconds ?? ERROR_TTL_SECONDS;
  if (isCacheable && 'isFetched' in answer) store(edge.cache, key, behavior, asked, answer, edge.clock.now(), errorTtl);
  return answer;
}

/** The answer that the viewer gets; an error as its custom error response has it. */
async function shown(edge: Edge, behavior: CacheBehavior, request: EdgeRequest, answer: FetchedAnswer) {
  const { distribution } = edge;
  const responses = answer.isFunctionError ? new Map() : distribution.customErrorResponses;
  const page = await customErrorResponse(responses, request, answer, (asked) =>
    fetched(edge, behaviorFor(distribution, asked.uri), null, asked),
  );
  const given = page ?? answer;
  return finished(edge, behavior, request, given, given.isFetched === true);
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

function finished(
  edge: Edge,
  behavior: CacheBehavior,
  request: EdgeRequest,
  answer: ViewerAnswer,
  isFetched: boolean,
): ViewerAnswer {
  return { ...answer, headers: viewerHeaders(answer, behavior, request, edge.location, isFetched) };
}
