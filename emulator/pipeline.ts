/**
 * A request's way through the distribution: the stages in CloudFront's order, one file each. The
 * missing numbers are of stages that are not emulated yet.
 */
import { withoutSigningParameters } from '../shared/access/signed-credential.ts';
import type { PublicKeys } from '../signing/public-keys.ts';
import type { EdgeCache } from './cache.ts';
import type { CacheBehavior, Distribution, OriginGroup } from './distribution.ts';
import { ERROR } from './error-page.ts';
import type { EdgeAnswer, EdgeRequest, ViewerAnswer } from './exchange.ts';
import { behaviorFor } from './stages/01-behavior.ts';
import { protocolRefusal } from './stages/02-viewer-protocol.ts';
import { trustedKeyGroup } from './stages/03-trusted-key-group.ts';
import { type ViewerFunctions, viewerRequest } from './stages/04-viewer-request.ts';
import { type OriginNetwork, originAnswer } from './stages/07-origin.ts';
import { originResponse } from './stages/08-origin-response.ts';
import { viewerHeaders } from './stages/12-viewer-headers.ts';

/** All that a request meets. */
export interface Edge extends ViewerFunctions {
  readonly cache: EdgeCache;
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
  if (refusal !== null) return generated(refusal);

  const passed = await viewerRequest(edge, behavior, request);
  for (const line of passed.lines) edge.onLine(behavior.viewerRequest?.id ?? '', line);
  if (passed.answer !== null) return generated(passed.answer);

  const asked = withRootObject(edge.distribution, withoutSignature(behavior, passed.request));
  const answer = await edge.cache.answer({
    request: asked,
    behavior,
    fetch: (sent, isBackground) => fetched(edge, behavior, passed.originGroup, sent, isBackground),
  });
  return finished(edge, behavior, request, answer, answer.isFetched);
}

/** What the origins answer, and the function at the origin response makes of it. */
async function fetched(
  edge: Edge,
  behavior: CacheBehavior,
  group: OriginGroup | null,
  request: EdgeRequest,
  isBackground: boolean,
): Promise<EdgeAnswer> {
  const { distribution } = edge;
  // The log's entry of the viewer's request is closed by the time that a background fetch ends.
  const network = isBackground ? { ...edge.network, onAttempt: () => {} } : edge.network;
  const answer = await originAnswer(distribution, behavior, group, request, network, async (result) => {
    const runtime = behavior.originResponse === null ? null : edge.lambdaFunctions.get(behavior.originResponse);
    const { failure, response, lines } = await originResponse(distribution, runtime ?? null, request, result);
    for (const line of lines) edge.onLine(behavior.originResponse ?? '', line);
    return failure ?? { ...response, xCache: xCacheOf(response.status), isFetched: true };
  });
  return { isFetched: false, ...answer };
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
