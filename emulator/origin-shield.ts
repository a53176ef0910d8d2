/**
 * The cache before one origin, which all regional edge caches go through.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
 */
import type { CacheLayer, LayerLookup } from './cache.ts';
import type { EdgeAnswer } from './exchange.ts';
import { discard } from './passing-body.ts';
import type { OriginAttempt } from './stages/07-origin.ts';

/**
 * What Origin Shield has, or the origin gives. Errors are the regional edge caches' to keep: an origin group
 * has to see them. `isElsewhere`: it is not in the region of the regional edge cache that asks.
 */
export async function shielded(
  shield: CacheLayer,
  lookup: Omit<LayerLookup, 'errorTtlSeconds' | 'fetch'>,
  isElsewhere: boolean,
  ask: (request: LayerLookup['request']) => Promise<OriginAttempt<EdgeAnswer>>,
): Promise<OriginAttempt<EdgeAnswer>> {
  const attempts: OriginAttempt<EdgeAnswer>[] = [];
  const answer = await shield.answer({
    ...lookup,
    errorTtlSeconds: () => 0,
    leavesErrors: true,
    async fetch(request) {
      const attempt = await ask(request);
      attempts.push(attempt);
      return { isFetched: false, ...attempt.answer };
    },
  });
  const drop = (): void => discard(answer.body);
  const [own] = attempts;
  if (own !== undefined) return { answer, status: own.status, drop };
  const status = answer.isOfFunction ? null : answer.status;
  return { answer: isElsewhere ? { ...answer, isShieldHit: true } : answer, status, drop };
}
