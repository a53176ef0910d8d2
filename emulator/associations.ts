import { unexpected } from '../config/errors.ts';
import type { CacheBehavior } from './distribution.ts';
import type { Properties } from './properties.ts';

/**
 * The functions of a behavior: one an event, and none of Lambda@Edge at a viewer event beside a CloudFront Function.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for what CloudFront refuses, and for an event that is not emulated.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
export function functionsOf(behavior: Properties): Pick<CacheBehavior, 'viewerRequest' | 'originResponse'> {
  const script = associated(behavior, 'FunctionAssociations', 'FunctionARN', ['viewer-request']).get('viewer-request');
  const lambdas = associated(behavior, 'LambdaFunctionAssociations', 'LambdaFunctionARN', [
    'viewer-request',
    'origin-response',
  ]);
  const lambda = lambdas.get('viewer-request');
  if (script !== undefined && lambda !== undefined) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      `${behavior.where}.LambdaFunctionAssociations`,
      'no viewer event beside a CloudFront Function',
      'viewer-request',
    );
  }
  return { viewerRequest: viewerRequestOf(script, lambda), originResponse: lambdas.get('origin-response') ?? null };
}

function viewerRequestOf(script: string | undefined, lambda: string | undefined): CacheBehavior['viewerRequest'] {
  if (script !== undefined) return { runtime: 'cloudfront-function', id: script };
  return lambda === undefined ? null : { runtime: 'lambda-edge', id: lambda };
}

/** The logical id of the function at each event: the part before the attribute of a `GetAtt`. */
function associated(
  behavior: Properties,
  list: string,
  key: string,
  events: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const association of behavior.objects(list)) {
    const event = association.oneOf('EventType', events);
    if (found.has(event)) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${association.where}.EventType`, 'one function an event', event);
    }
    found.set(event, association.text(key).split('.', 1)[0] as string);
    const isBodyAsked = association.flag('IncludeBody');
    association.without(['IncludeBody'], isBodyAsked ? 'functions are not given the body' : '');
  }
  return found;
}
