import { unexpected } from '../config/errors.ts';
import type { CacheBehavior, Distribution, OriginRequestFunction, ViewerFunction } from './distribution.ts';
import type { Properties } from './properties.ts';

type Functions = Pick<CacheBehavior, 'viewerRequest' | 'viewerResponse' | 'originRequest' | 'originResponse'>;

const VIEWER_EVENTS = ['viewer-request', 'viewer-response'];
const REQUEST_EVENTS = ['viewer-request', 'origin-request'];
const EVENTS = [...VIEWER_EVENTS, 'origin-request', 'origin-response'];

/**
 * The functions of a behavior: one an event, and none of Lambda@Edge at either viewer event beside a
 * CloudFront Function at either.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for what CloudFront refuses.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
export function functionsOf(behavior: Properties): Functions {
  const scripts = associated(behavior, 'FunctionAssociations', 'FunctionARN', VIEWER_EVENTS);
  const lambdas = associated(behavior, 'LambdaFunctionAssociations', 'LambdaFunctionARN', EVENTS);
  const beside = VIEWER_EVENTS.find((event) => lambdas.has(event));
  if (scripts.size > 0 && beside !== undefined) {
    const where = `${behavior.where}.LambdaFunctionAssociations`;
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'no viewer event beside a CloudFront Function', beside);
  }
  const atViewer = (event: string): ViewerFunction | null => {
    const script = scripts.get(event);
    const lambda = lambdas.get(event);
    if (script !== undefined) return { ...script, runtime: 'cloudfront-function' };
    return lambda === undefined ? null : { ...lambda, runtime: 'lambda-edge' };
  };
  return {
    viewerRequest: atViewer('viewer-request'),
    viewerResponse: atViewer('viewer-response'),
    originRequest: lambdas.get('origin-request') ?? null,
    originResponse: lambdas.get('origin-response')?.id ?? null,
  };
}

/** The function at each event, by its logical id: the part before the attribute of a `GetAtt`. */
function associated(
  behavior: Properties,
  list: string,
  key: string,
  events: readonly string[],
): ReadonlyMap<string, OriginRequestFunction> {
  const found = new Map<string, OriginRequestFunction>();
  for (const association of behavior.objects(list)) {
    const event = association.oneOf('EventType', events);
    if (found.has(event)) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${association.where}.EventType`, 'one function an event', event);
    }
    const includesBody = association.flag('IncludeBody');
    if (includesBody && !REQUEST_EVENTS.includes(event)) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${association.where}.IncludeBody`, 'a request event', event);
    }
    found.set(event, { id: association.text(key).split('.', 1)[0] as string, includesBody });
  }
  return found;
}

/** The quota of a function at any event of Lambda@Edge. */
const MAX_TIMEOUT_SECONDS = 30;

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for a function that is not there, or may run for longer than 30 seconds. */
export function checkFunctions(distribution: Distribution, behavior: CacheBehavior, where: string): void {
  const { viewerRequest, viewerResponse, originRequest, originResponse } = behavior;
  const atViewer = [viewerRequest, viewerResponse].filter((associated) => associated !== null);
  for (const { runtime, id } of atViewer) {
    if (runtime === 'lambda-edge' || distribution.cloudFrontFunctions.has(id)) continue;
    throw unexpected('ERR_TEMPLATE_INVALID', `${where}.FunctionAssociations`, 'a CloudFront Function', id);
  }
  const lambdas = atViewer.filter(({ runtime }) => runtime === 'lambda-edge').map(({ id }) => id);
  for (const id of [...lambdas, originRequest?.id, originResponse]) {
    if (id === undefined || id === null) continue;
    const found = distribution.lambdaFunctions.get(id);
    const at = `${where}.LambdaFunctionAssociations`;
    if (found === undefined) throw unexpected('ERR_TEMPLATE_INVALID', at, 'a numbered Lambda version', id);
    if (found.timeoutSeconds > MAX_TIMEOUT_SECONDS) {
      const expected = `a Timeout of at most ${MAX_TIMEOUT_SECONDS} seconds`;
      throw unexpected('ERR_TEMPLATE_INVALID', at, expected, found.timeoutSeconds);
    }
  }
}
