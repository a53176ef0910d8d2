/** What happens to a request at the edge, from the cache behavior that its path selects to the verdict. */
import type { CacheBehavior, Distribution } from '../../emulator/distribution.ts';
import type { Explanation, Step } from '../../emulator/explanation.ts';
import { behaviorFor } from '../../emulator/stages/01-behavior.ts';
import { type PublicKeys, publicKeys } from '../../signing/public-keys.ts';
import type { ExplainedRequest } from './explained-request.ts';
import type { ExplainedService } from './explained-service.ts';
import { functionExplanation } from './function-steps.ts';
import { withoutTokens } from './hidden.ts';
import { explainVisit } from './signed-steps.ts';

/**
 * The verdict of the modules that ship in the functions, and the steps to it.
 *
 * @param token judged in place of what the first carrier of the section holds
 */
export async function explainAtEdge(
  request: ExplainedRequest,
  service: ExplainedService,
  token?: string,
): Promise<Explanation> {
  const { distribution } = service;
  const behavior = behaviorFor(distribution, request.path);
  const signed = behavior.trustedKeys === null ? null : explainVisit(request, trustedKeyGroup(behavior, distribution));
  const further = signed?.allow === false ? signed : await functionExplanation(behavior, request, service, token);
  const steps = [behaviorStep(behavior), ...(signed?.allow ? signed.steps : []), ...further.steps];
  return {
    ...further,
    steps: steps.map((step) => ({ ...step, expected: withoutTokens(step.expected), got: withoutTokens(step.got) })),
    nearest: further.nearest && withoutTokens(further.nearest),
  };
}

/** The keys that signatures for a cache behavior may be made with. */
export function trustedKeyGroup({ trustedKeys }: CacheBehavior, distribution: Distribution): PublicKeys {
  return publicKeys(Object.fromEntries((trustedKeys ?? []).map((id) => [id, distribution.publicKeys[id] ?? ''])));
}

const FUNCTIONS = { 'cloudfront-function': 'the CloudFront Function', 'lambda-edge': 'the Lambda@Edge function' };

function behaviorStep({ pathPattern, trustedKeys, viewerRequest }: CacheBehavior): Step {
  const checks = [
    ...(trustedKeys === null ? [] : ['a trusted key group']),
    ...(viewerRequest === null ? [] : [FUNCTIONS[viewerRequest.runtime]]),
  ];
  const behavior = `${pathPattern}, checked by ${checks.join(', then ') || 'nobody'}`;
  return { step: 'behavior', expected: behavior, got: behavior, ok: true };
}
