/**
 * A shared HTTP cache after RFC 9111 and nothing else: no cache policy has a say in it, and all edge locations
 * share it, with nothing behind it but the origins.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111
 */
import { LRUCache } from 'lru-cache';
import type { CachedObject, EdgeCache, Lookup } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { ERROR, errorPage } from '../error-page.ts';
import type { EdgeAnswer, EdgeRequest } from '../exchange.ts';
import { headerOf, withHeader, withoutHeaders } from '../headers.ts';
import { isInvalidated } from '../invalidation.ts';
import { discard } from '../passing-body.ts';
import { hasConditions, revalidating, unconditional } from '../revalidation.ts';
import { storedAnswer } from '../stored-answer.ts';
import { fetchesUnderWay } from '../under-way.ts';
import { membersOf } from './cache-control.ts';
import { currentAge, freshnessLifetime } from './freshness.ts';
import { isGoodOnError, refusesStored, requestDirectives, reuseOf } from './reuse.ts';
import { storedVariants } from './stored-variants.ts';
import { keyOf, pathOf, referredKey } from './targets.ts';
import { isConfirmedBy, type Times, type Variant } from './variants.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** Conditions that are for the origin alone (section 4.3.2). */
const FOR_ORIGIN = ['if-match', 'if-unmodified-since'];

/** As the trace has it. */
const LOOKUPS = { no: 'miss', fresh: 'hit', stale: 'stale hit' } as const;

/** What `stale-if-error` is for (RFC 5861, section 4). */
const ERRORS = [500, 502, 503, 504];

/** Targets of which it is known that nobody need wait for another's answer. */
const MAX_UNSHARED = 10_000;

/** `onFailure` is told when a fetch that no viewer waits for throws. */
export function httpCache(clock: Clock, onFailure: (error: unknown) => void): EdgeCache {
  const variants = storedVariants();
  const underWay = fetchesUnderWay(clock, onFailure);
  const unshared = new LRUCache<string, true>({ max: MAX_UNSHARED });

  /** Asks the origin, with the validators of a stored response where there is one, and keeps what comes. */
  async function fetched(
    lookup: Lookup,
    key: string,
    isBackground: boolean,
    onStored: () => void,
  ): Promise<EdgeAnswer> {
    const { request } = lookup;
    const old = variants.for(request, key);
    const asking = old === null ? null : revalidating(request, old);
    const sent = asking ?? (isBackground ? unconditional(request) : request);
    const { answer, times } = await asked(lookup, sent, isBackground);
    if (old !== null && asking !== null && answer.status === 304) {
      discard(answer.body);
      if (!isConfirmedBy(answer.headers, old)) {
        variants.drop(key, old);
        return fetched(lookup, key, isBackground, onStored);
      }
      const variant = variants.confirm(key, request, old, answer.headers, times);
      onStored();
      return reused(variant, request, times.storedAt, 'RefreshHit from cloudfront');
    }
    if (old !== null && isFailure(answer) && isGoodOnError(request, old, answer.isFetched, times.storedAt)) {
      discard(answer.body);
      onStored();
      return reused(old, request, times.storedAt);
    }
    const begin = request.trace?.latestEnd();
    void variants.keep(key, request, answer, times).then(() => {
      const isStored = variants.for(request, key)?.storedAt === times.storedAt;
      request.trace?.stage('store', isStored ? 'stored' : 'not stored', { reason: 'by RFC 9111' }, begin);
      onStored();
    });
    return answer;
  }

  /** What the origin answers, with a date where it gives none (RFC 9110, section 6.6.1). */
  async function asked({ fetch }: Lookup, request: EdgeRequest, isBackground: boolean) {
    const requestedAt = clock.now();
    const answer = await fetch(request, isBackground);
    const times: Times = { requestedAt, storedAt: clock.now() };
    if (!answer.isFetched || headerOf(answer.headers, 'date') !== undefined) return { answer, times };
    const date = new Date(times.storedAt).toUTCString();
    return { answer: { ...answer, headers: withHeader(answer.headers, 'date', date) }, times };
  }

  /** A fetch that others may wait for; from what came it is known whether they should have. */
  function shared(lookup: Lookup, key: string, isBackground: boolean) {
    return (onStored: () => void): Promise<EdgeAnswer> =>
      fetched(lookup, key, isBackground, () => {
        const variant = variants.for(lookup.request, key);
        const isShared = variant !== null && reuseOf(lookup.request, variant, clock.now()) !== 'no';
        if (isShared) unshared.delete(key);
        else unshared.set(key, true);
        onStored();
      });
  }

  function fromStore(lookup: Lookup, key: string): EdgeAnswer | null {
    const { request } = lookup;
    const variant = variants.for(request, key);
    const reuse = variant === null ? 'no' : reuseOf(request, variant, clock.now());
    request.trace?.stage('cache-lookup', LOOKUPS[reuse], { cacheKey: key });
    if (variant === null || reuse === 'no') return null;
    if (reuse === 'stale' && !underWay.has(key)) void underWay.inBackground(key, shared(lookup, key, true));
    return reused(variant, request, clock.now());
  }

  /** GET and HEAD. */
  async function retrieved(lookup: Lookup): Promise<EdgeAnswer> {
    const { request } = lookup;
    const key = keyOf(request);
    const directives = requestDirectives(request);
    const isForOrigin = request.headers.some(([name]) => FOR_ORIGIN.includes(name));
    const early = isForOrigin ? null : fromStore(lookup, key);
    if (early !== null) return early;
    if (directives.has('only-if-cached')) {
      return { ...errorPage(504, 'The object is not in the cache.', request.id), isFetched: false };
    }
    const isUnstored = directives.has('no-store');
    if (isForOrigin || isUnstored) {
      const { answer, times } = await asked(lookup, request, false);
      if (!isUnstored) void variants.keep(key, request, answer, times);
      return answer;
    }
    if (request.method !== 'GET' || hasConditions(request) || refusesStored(request)) {
      return fetched(lookup, key, false, () => {});
    }
    if (!unshared.has(key)) await underWay.ended(key);
    return fromStore(lookup, key) ?? underWay.leading(key, shared(lookup, key, false));
  }

  /** Any other method. What may have changed the target makes what is stored of it invalid (section 4.4). */
  async function passedOn(lookup: Lookup): Promise<EdgeAnswer> {
    const { request } = lookup;
    const { answer, times } = await asked(lookup, request, false);
    if (SAFE_METHODS.includes(request.method) || !answer.isFetched) return answer;
    if (answer.status >= 200 && answer.status < 400) {
      const referred = ['location', 'content-location'].map((name) => referredKey(request, answer, name));
      for (const key of [keyOf(request), ...referred]) if (key !== null) variants.delete(key);
    }
    void variants.keep(keyOf(request), request, answer, times);
    return answer;
  }

  return {
    answer(asked) {
      const lookup = { ...asked, request: endToEnd(asked.request) };
      return ['GET', 'HEAD'].includes(lookup.request.method) ? retrieved(lookup) : passedOn(lookup);
    },
    originShield: () => null,
    objectsAt: () => variants.count(),
    invalidate: (patterns) => variants.deleteWhere((key) => isInvalidated(patterns, pathOf(key))),
    // Nothing is stored by a policy here, so that none of it changes its meaning with one.
    removeWhere: () => {},
    clear: variants.clear,
    list: () => variants.entries().flatMap(([key, all]) => all.map((variant) => cachedObject(key, variant))),
    delete: variants.delete,
  };
}

function cachedObject(key: string, variant: Variant): CachedObject {
  const { storedAt } = variant;
  const seconds = Math.max(0, freshnessLifetime(variant) - currentAge(variant, storedAt));
  return {
    ...variant,
    key,
    cache: 'the one cache',
    expiresAt: storedAt + seconds * 1000,
    ttl: { seconds, rule: 'rfc9111' },
    part: null,
  };
}

/** What `Connection` names is of the viewer's connection alone (RFC 9110, section 7.6.1). */
function endToEnd(request: EdgeRequest): EdgeRequest {
  const named = membersOf(headerOf(request.headers, 'connection')).map((name) => name.toLowerCase());
  return { ...request, headers: withoutHeaders(request.headers, named) };
}

/** An error of the origin, or in its place. */
function isFailure({ status, isFetched }: EdgeAnswer): boolean {
  return isFetched ? ERRORS.includes(status) : status >= 500;
}

function reused(variant: Variant, request: EdgeRequest, now: number, xCache = 'Hit from cloudfront'): EdgeAnswer {
  const age = String(Math.floor(currentAge(variant, now)));
  const answer = storedAnswer(variant, withHeader(variant.headers, 'age', age), request);
  return { ...answer, xCache: variant.status >= 400 ? ERROR : xCache, isFetched: true };
}
