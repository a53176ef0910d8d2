/**
 * The cache before one origin, which all regional edge caches go through.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html
 */
import type { CacheLayer, EdgeCache, LayerLookup } from './cache.ts';
import type { EdgeLocation } from './edge-location.ts';
import type { EdgeAnswer, EdgeRequest } from './exchange.ts';
import { discard } from './passing-body.ts';
import type { OriginAttempt, ThroughToOrigin } from './stages/07-origin.ts';

/** A request that looks in Origin Shield. */
type ShieldLookup = Omit<LayerLookup, 'fetch'>;

/** The way of a request to origins, for those that have Origin Shield through that. `location`: where it arrived. */
export function throughOriginShield(
  cache: EdgeCache,
  lookup: ShieldLookup,
  location: EdgeLocation,
): ThroughToOrigin<EdgeAnswer> {
  return async (origin, isLast, ask) => {
    const shield = lookup.request.isWebSocket ? null : cache.originShield(origin);
    if (shield === null) return ask(lookup.request);
    const isElsewhere = origin.shieldRegion !== location.region;
    // An origin group has to see each error of those that it does not ask last.
    const kept = isLast ? lookup : { ...lookup, errorTtlSeconds: () => 0 };
    return shielded(shield, kept, isElsewhere, ask);
  };
}

/**
 * What Origin Shield has, or the origin gives; an origin group decides by what the origin gave. `isElsewhere`: it is
 * not where the regional edge cache is that asks.
 */
async function shielded(
  shield: CacheLayer,
  lookup: ShieldLookup,
  isElsewhere: boolean,
  ask: (request: EdgeRequest) => Promise<OriginAttempt<EdgeAnswer>>,
): Promise<OriginAttempt<EdgeAnswer>> {
  const attempts: OriginAttempt<EdgeAnswer>[] = [];
  const answer = await shield.answer({
    ...lookup,
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
