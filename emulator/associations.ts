import { unexpected } from '../config/errors.ts';
import type { CacheBehavior, OriginFunction, ViewerFunction } from './distribution.ts';
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
    originResponse: lambdas.get('origin-response') ?? null,
  };
}

/** The function at each event. A logical id is the part before the attribute of a `GetAtt`. */
function associated(
  behavior: Properties,
  list: string,
  key: string,
  events: readonly string[],
): ReadonlyMap<string, OriginFunction> {
  const found = new Map<string, OriginFunction>();
  for (const association of behavior.objects(list)) {
    const event = association.oneOf('EventType', events);
    if (found.has(event)) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${association.where}.EventType`, 'one function an event', event);
    }
    const includesBody = association.flag('IncludeBody');
    if (includesBody && !REQUEST_EVENTS.includes(event)) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${association.where}.IncludeBody`, 'a request event', event);
    }
    const id = association.text(key).split('.', 1)[0] as string;
    found.set(event, { id, includesBody, where: `${association.where}.${key}` });
  }
  return found;
}
