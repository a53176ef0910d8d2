/**
 * The cache as CloudFront keeps it: under the cache policy's key, for the cache policy's time.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
import { type EdgeCache, type Lookup, responseStore } from './cache.ts';
import { cacheSeconds, isCachingDisabled } from './cache-time.ts';
import type { Clock } from './clock.ts';
import { compressed } from './compression.ts';
import type { CacheBehavior } from './distribution.ts';
import { ERROR } from './error-page.ts';
import type { EdgeAnswer, EdgeRequest } from './exchange.ts';
import { type HeaderLines, headerOf, withHeader } from './headers.ts';
import { isInvalidated } from './invalidation.ts';
import { discard } from './passing-body.ts';
import { freshened, revalidating, unconditional } from './revalidation.ts';
import { cacheKeyOf, pathOf } from './stages/05-cache-lookup.ts';
import { type CloudFrontObject, storable, stored } from './stages/09-store.ts';
import { storedAnswer } from './stored-answer.ts';
import { fetchesUnderWay } from './under-way.ts';
import { variesAlways, withFilteredVary } from './vary.ts';

/** `onFailure` is told when a fetch that no viewer waits for throws. */
export function cloudFrontCache(clock: Clock, onFailure: (error: unknown) => void): EdgeCache {
  const objects = responseStore<CloudFrontObject>();
  const underWay = fetchesUnderWay(clock, onFailure);

  function fromStore(request: EdgeRequest, key: string): EdgeAnswer | null {
    const object = objects.get(key)[0];
    return object !== undefined && clock.now() < object.expiresAt ? hit(object, request, clock.now()) : null;
  }

  /** Asks the origin, and keeps what comes; `onStored` is called when that is over. */
  async function fetched(lookup: Lookup, key: string, isBackground: boolean, onStored: () => void) {
    const { request, behavior, fetch } = lookup;
    const policy = behavior.cachePolicy;
    const expired = objects.get(key).find(({ status }) => status < 400) ?? null;
    const isUnasked = expired !== null && variesAlways(expired.headers);
    const asking = expired === null || isUnasked ? null : revalidating(request, expired);
    const sent = asking ?? (isUnasked || isBackground ? unconditional(request) : request);
    const answer = compressed(filtered(await fetch(sent, isBackground), behavior), request, behavior);
    const now = clock.now();
    const ttl = lookup.errorTtlSeconds(answer.status);
    const isConfirmed = asking !== null && answer.status === 304;
    if (expired !== null && (isConfirmed || (answer.status >= 500 && now < expired.staleIfErrorUntil))) {
      discard(answer.body);
      const object = isConfirmed
        ? stored({ ...expired, headers: confirmed(expired.headers, answer.headers), storedAt: now }, policy, ttl)
        : { ...expired, expiresAt: now + cacheSeconds(answer.status, answer.headers, policy, now, ttl) * 1000 };
      objects.set(key, [object]);
      onStored();
      return hit(object, request, now, isConfirmed ? REFRESH_HIT : HIT);
    }
    const stores = answer.isFetched ? storable(request, answer, policy, now, ttl) : Promise.resolve(null);
    void stores.then((object) => {
      if (object !== null) objects.set(key, [object]);
      onStored();
    });
    return answer;
  }

  return {
    async answer(lookup) {
      const { request, behavior, fetch } = lookup;
      if (!behavior.cachedMethods.includes(request.method)) {
        return filtered(await fetch(request, false), behavior);
      }
      const key = cacheKeyOf(request, behavior.cachePolicy);
      const cached = fromStore(request, key);
      if (cached !== null) return cached;

      const object = objects.get(key)[0];
      if (object !== undefined && clock.now() < object.staleUntil) {
        if (!underWay.has(key)) void underWay.inBackground(key, (onStored) => fetched(lookup, key, true, onStored));
        return hit(object, request, clock.now());
      }
      if (!collapses(behavior)) return fetched(lookup, key, false, () => {});
      await underWay.ended(key);
      return fromStore(request, key) ?? underWay.leading(key, (onStored) => fetched(lookup, key, false, onStored));
    },
    invalidate: (patterns) => objects.deleteWhere((key) => isInvalidated(patterns, pathOf(key))),
    clear: objects.clear,
  };
}

/**
 * Whether misses for one key wait for the first of them. Where what comes of it is not stored, all
 * who waited ask the origin.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-traffic-spikes
 */
function collapses({ cachePolicy, originRequestPolicy }: CacheBehavior): boolean {
  const forwardsCookies = [cachePolicy, originRequestPolicy].some(
    (policy) => policy !== null && policy.cookies.behavior !== 'none',
  );
  return !forwardsCookies && !isCachingDisabled(cachePolicy);
}

/** An encoding stays, and an ETag that differs in strength alone: the body may have been compressed here. */
function confirmed(stored: HeaderLines, brought: HeaderLines): HeaderLines {
  const isSameTag = `W/${headerOf(brought, 'etag')}` === headerOf(stored, 'etag');
  return freshened(stored, brought, isSameTag ? ['content-encoding', 'etag'] : ['content-encoding']);
}

function filtered(answer: EdgeAnswer, behavior: CacheBehavior): EdgeAnswer {
  return { ...answer, headers: withFilteredVary(answer.headers, behavior) };
}

const HIT = 'Hit from cloudfront';
const REFRESH_HIT = 'RefreshHit from cloudfront';

function hit(object: CloudFrontObject, request: EdgeRequest, now: number, xCache: string = HIT): EdgeAnswer {
  const age = String(Math.floor((now - object.storedAt) / 1000));
  const answer = storedAnswer(object, withHeader(object.headers, 'age', age), request);
  const origin = object.isOfFunction ? { isOfFunction: object.isOfFunction } : {};
  return { ...answer, ...origin, xCache: object.status >= 400 ? ERROR : xCache, isFetched: true };
}
