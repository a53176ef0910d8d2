/**
 * One of CloudFront's caches: under the cache policy's key, for the cache policy's time. What it gets from
 * another of them has the times that it has there, so that an object expires everywhere at once.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
import type { CacheLayer, LayerLookup, NamedStore } from './cache.ts';
import { cacheTime, isCachingDisabled } from './cache-time.ts';
import type { Clock } from './clock.ts';
import { compressed } from './compression.ts';
import type { CacheBehavior } from './distribution.ts';
import { ERROR } from './error-page.ts';
import type { EdgeAnswer, EdgeRequest, ObjectTimes } from './exchange.ts';
import { type HeaderLines, headerOf, withHeader } from './headers.ts';
import { discard, drain } from './passing-body.ts';
import { freshened, revalidating, unconditional } from './revalidation.ts';
import { cacheKeyOf } from './stages/05-cache-lookup.ts';
import { type CloudFrontObject, storable, stored, type Unstored } from './stages/09-store.ts';
import { partialAnswer, storedAnswer } from './stored-answer.ts';
import { withStored } from './stored-parts.ts';
import { fetchesUnderWay } from './under-way.ts';
import { variesAlways, withFilteredVary } from './vary.ts';

/** `name` tells it from the others; `onFailure` is told when a fetch that no viewer waits for throws. */
export function cacheLayer(
  name: string,
  objects: NamedStore<CloudFrontObject>,
  clock: Clock,
  onFailure: (error: unknown) => void,
): CacheLayer {
  const underWay = fetchesUnderWay(clock, onFailure);

  const wholeOf = (key: string) => objects.get(key).find(({ part }) => part === null);

  function fromStore(request: EdgeRequest, key: string): EdgeAnswer | null {
    const now = clock.now();
    const fresh = objects.get(key).filter(({ expiresAt }) => now < expiresAt);
    const whole = fresh.find(({ part, status }) => part === null && status < 400);
    if (whole !== undefined) return hit(whole, request, now);
    const ranges = request.method === 'GET' ? fresh.map((object) => partialHit(object, request, now)) : [];
    const error = fresh.find(({ part }) => part === null);
    return ranges.find((answer) => answer !== null) ?? (error === undefined ? null : hit(error, request, now));
  }

  /** Asks who is behind this cache, and keeps what comes; `onStored` is called when that is over. */
  async function fetched(lookup: LayerLookup, key: string, onStored: () => void) {
    const { request, behavior, fetch, isBackground = false } = lookup;
    const policy = behavior.cachePolicy;
    const removals = objects.removals.count();
    const expired = objects.get(key).find(({ status, part }) => status < 400 && part === null) ?? null;
    const isUnasked = expired !== null && variesAlways(expired.headers);
    const asking = expired === null || isUnasked ? null : revalidating(request, expired);
    const sent = asking ?? (isUnasked || isBackground ? unconditional(request) : request);
    const answer = compressed(filtered(await fetch(sent, isBackground), behavior), request, behavior);
    const now = clock.now();
    const ttl = lookup.errorTtlSeconds(answer.status);
    const isConfirmed = asking !== null && answer.status === 304;
    if (expired !== null && (isConfirmed || (answer.status >= 500 && now < expired.staleIfErrorUntil))) {
      if (isConfirmed) drain(answer.body);
      else discard(answer.body);
      const object = isConfirmed
        ? {
            ...stored({ ...expired, headers: confirmed(expired.headers, answer.headers), storedAt: now }, policy, ttl),
            ...answer.times,
          }
        : keptOnError(expired, now, cacheTime(answer.status, answer.headers, policy, now, ttl).seconds);
      tellStored(request, kept(key, object, removals));
      onStored();
      if (!isConfirmed) return hit(object, request, now);
      return { ...hit(object, request, now, confirmation(answer)), isShieldHit: answer.isShieldHit ?? false };
    }
    const begin = request.trace?.latestEnd();
    void storable(request, answer, policy, now, ttl).then((object) => {
      tellStored(request, 'storedAt' in object ? kept(key, object, removals) : object, begin);
      onStored();
    });
    return answer;
  }

  /** Puts an object into the cache, unless its key was removed while it was fetched. */
  function kept(key: string, object: CloudFrontObject, removals: number): CloudFrontObject | Unstored {
    if (objects.removals.hasSince(removals, key)) return { reason: 'it was removed meanwhile', ttl: object.ttl };
    objects.set(key, withStored(objects.get(key), object));
    return object;
  }

  function tellLookup({ trace }: EdgeRequest, cacheKey: string, decision: string, found: readonly CloudFrontObject[]) {
    if (trace === undefined) return;
    const [first] = found;
    trace.stage('cache-lookup', decision, {
      cache: name,
      cacheKey,
      ...(decision === 'miss' && { reason: first === undefined ? 'nothing is stored' : 'what is stored has expired' }),
      ...(first !== undefined && { stored: { storedAt: first.storedAt, expiresAt: first.expiresAt } }),
    });
  }

  function tellStored({ trace }: EdgeRequest, object: CloudFrontObject | Unstored, begin?: number): void {
    if ('storedAt' in object) trace?.stage('store', 'stored', { cache: name, ttl: object.ttl }, begin);
    else trace?.stage('store', 'not stored', { cache: name, ...object }, begin);
  }

  return {
    async answer(lookup) {
      const { request, behavior, fetch, isBackground = false } = lookup;
      if (!behavior.cachedMethods.includes(request.method)) {
        const reason = `${request.method} is not cached`;
        request.trace?.stage('cache-lookup', 'not asked', { cache: name, reason });
        return filtered(await fetch(request, isBackground), behavior);
      }
      const key = cacheKeyOf(request, behavior.cachePolicy);
      const cached = fromStore(request, key);
      if (cached !== null) {
        tellLookup(request, key, 'hit', objects.get(key));
        return cached;
      }

      const object = wholeOf(key);
      if (object !== undefined && !isBackground && clock.now() < object.staleUntil) {
        const anew = { ...lookup, isBackground: true };
        if (!underWay.has(key)) void underWay.inBackground(key, (onStored) => fetched(anew, key, onStored));
        tellLookup(request, key, 'stale hit', [object]);
        return hit(object, request, clock.now());
      }
      if (!collapses(behavior)) {
        tellLookup(request, key, 'miss', objects.get(key));
        return fetched(lookup, key, () => {});
      }
      const shared = awaited(request, key);
      await underWay.ended(shared);
      const waited = fromStore(request, key);
      tellLookup(request, key, waited === null ? 'miss' : 'hit', objects.get(key));
      return waited ?? underWay.leading(shared, (onStored) => fetched(lookup, key, onStored));
    },
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

/** What misses wait for: another range is not what they asked for. */
function awaited(request: EdgeRequest, key: string): string {
  return `${key}${headerOf(request.headers, 'range') ?? ''}`;
}

function filtered(answer: EdgeAnswer, behavior: CacheBehavior): EdgeAnswer {
  return { ...answer, headers: withFilteredVary(answer.headers, behavior) };
}

/** Its time is that of the error which the origin answered. */
function keptOnError(object: CloudFrontObject, now: number, seconds: number): CloudFrontObject {
  return { ...object, expiresAt: now + seconds * 1000, ttl: { seconds, rule: 'stale-if-error' } };
}

const HIT = 'Hit from cloudfront';
const REFRESH_HIT = 'RefreshHit from cloudfront';

/** Whoever had it in another cache has said how; an origin has only confirmed it. */
function confirmation({ times, xCache }: EdgeAnswer): string {
  return times === undefined ? REFRESH_HIT : xCache;
}

function timesOf({ storedAt, expiresAt, staleUntil, staleIfErrorUntil }: CloudFrontObject): ObjectTimes {
  return { storedAt, expiresAt, staleUntil, staleIfErrorUntil };
}

function hit(object: CloudFrontObject, request: EdgeRequest, now: number, xCache: string = HIT): EdgeAnswer {
  const answer = storedAnswer(object, withAge(object, now), request);
  return { ...answer, ...object.maker, xCache: object.status >= 400 ? ERROR : xCache, times: timesOf(object) };
}

/** Null where the object is not the part that is asked for. */
function partialHit(object: CloudFrontObject, request: EdgeRequest, now: number): EdgeAnswer | null {
  const answer = object.part === null ? null : partialAnswer(object, object.part, withAge(object, now), request);
  return answer === null ? null : { ...answer, ...object.maker, xCache: HIT, times: timesOf(object) };
}

function withAge({ headers, storedAt }: CloudFrontObject, now: number): HeaderLines {
  return withHeader(headers, 'age', String(Math.floor((now - storedAt) / 1000)));
}
