/**
 * A shared HTTP cache after RFC 9111 and nothing else: no cache policy has a say in it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111
 */
import { type EdgeCache, type Lookup, responseStore } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { ERROR, errorPage } from '../error-page.ts';
import type { EdgeAnswer, EdgeRequest, EdgeResponse } from '../exchange.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from '../headers.ts';
import { isInvalidated } from '../invalidation.ts';
import { discard, drain, passingBody } from '../passing-body.ts';
import { freshened, revalidating, unconditional } from '../revalidation.ts';
import { storedAnswer } from '../stored-answer.ts';
import { fetchesUnderWay } from '../under-way.ts';
import { directivesOf, namedFields } from './cache-control.ts';
import { currentAge } from './freshness.ts';
import { isGoodOnError, isVariantFor, requestDirectives, reuseOf, type Variant } from './reuse.ts';
import { mayStore, storedHeaders } from './storing.ts';

/** Responses to one target, the latest first. */
const MAX_VARIANTS = 50;

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** `onFailure` is told when a fetch that no viewer waits for throws. */
export function httpCache(clock: Clock, onFailure: (error: unknown) => void): EdgeCache {
  const variants = responseStore<Variant>();
  const underWay = fetchesUnderWay();

  const stored = (request: EdgeRequest, key: string): Variant | null =>
    variants.get(key).find((variant) => isVariantFor(request.headers, variant)) ?? null;

  /** In the place of the variants that answer the same request. */
  function keep(key: string, variant: Variant): void {
    const others = variants.get(key).filter((other) => !isVariantFor(variant.requestHeaders, other));
    variants.set(key, [variant, ...others].slice(0, MAX_VARIANTS));
  }

  /** Asks the origin, with a stored response's validators where there is one, and keeps what comes. */
  async function fetched(
    lookup: Lookup,
    key: string,
    isBackground: boolean,
    onStored: () => void,
  ): Promise<EdgeAnswer> {
    const { request, fetch } = lookup;
    const old = stored(request, key);
    const asking = old === null ? null : revalidating(request, old);
    const requestedAt = clock.now();
    const answer = await fetch(asking ?? (isBackground ? unconditional(request) : request), isBackground);
    const now = clock.now();
    if (old !== null && asking !== null && answer.status === 304) {
      discard(answer.body);
      if (!isOf(old, answer)) {
        variants.set(
          key,
          variants.get(key).filter((variant) => variant !== old),
        );
        return fetched(lookup, key, isBackground, onStored);
      }
      const variant = updated(old, answer.headers, requestedAt, now);
      keep(key, variant);
      onStored();
      return reused(variant, request, now, 'RefreshHit from cloudfront');
    }
    if (old !== null && answer.status >= 500 && isGoodOnError(request, old, answer.isFetched, now)) {
      discard(answer.body);
      onStored();
      return reused(old, request, now);
    }
    if (request.method === 'HEAD' && old !== null && answer.isFetched) noteHead(key, old, answer, requestedAt, now);
    void kept(key, request, answer, requestedAt, now).then(onStored);
    return answer;
  }

  async function kept(key: string, request: EdgeRequest, answer: EdgeAnswer, requestedAt: number, now: number) {
    if (!answer.isFetched || !mayStore(request, answer)) return;
    const body = await passingBody(answer);
    if (body === null) return;
    const { status } = answer;
    const headers = storedHeaders(answer.headers, now);
    keep(key, { status, headers, body, storedAt: now, requestedAt, requestHeaders: request.headers });
  }

  /** What a HEAD says of a stored GET: new headers, or that it is another object now (section 4.3.5). */
  function noteHead(key: string, old: Variant, answer: EdgeResponse, requestedAt: number, now: number): void {
    const isSame =
      answer.status === old.status &&
      ['etag', 'last-modified', 'content-length'].every((name) => {
        const value = headerOf(answer.headers, name);
        return value === undefined || value === headerOf(old.headers, name);
      });
    if (isSame) keep(key, updated(old, answer.headers, requestedAt, now));
    else if (answer.status < 500)
      variants.set(
        key,
        variants.get(key).filter((variant) => variant !== old),
      );
  }

  async function leading(lookup: Lookup, key: string, isBackground: boolean): Promise<EdgeAnswer> {
    const end = underWay.started(key);
    try {
      return await fetched(lookup, key, isBackground, end);
    } catch (error) {
      end();
      throw error;
    }
  }

  async function refreshInBackground(lookup: Lookup, key: string): Promise<void> {
    try {
      drain((await leading(lookup, key, true)).body);
    } catch (error) {
      onFailure(error);
    }
  }

  function fromStore(lookup: Lookup, key: string): EdgeAnswer | null {
    const variant = stored(lookup.request, key);
    const reuse = variant === null ? 'no' : reuseOf(lookup.request, variant, clock.now());
    if (variant === null || reuse === 'no') return null;
    if (reuse === 'stale' && !underWay.has(key)) void refreshInBackground(lookup, key);
    return reused(variant, lookup.request, clock.now());
  }

  /** After a change on the origin: what is stored of its target, and of where the answer says it is (section 4.4). */
  function forget(request: EdgeRequest, { status, headers }: EdgeResponse): void {
    if (status < 200 || status >= 400) return;
    const target = `http://${headerOf(request.headers, 'host') ?? 'localhost'}${keyOf(request)}`;
    const targets = [keyOf(request)];
    for (const name of ['location', 'content-location']) {
      const reference = headerOf(headers, name);
      if (reference === undefined || !URL.canParse(reference, target)) continue;
      const { host, pathname, search } = new URL(reference, target);
      if (host === new URL(target).host) targets.push(`${pathname}${search}`);
    }
    variants.deleteWhere((key) => targets.includes(key));
  }

  return {
    async answer(lookup) {
      const { request, fetch } = lookup;
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const answer = await fetch(request, false);
        if (!SAFE_METHODS.includes(request.method) && answer.isFetched) forget(request, answer);
        return answer;
      }
      const key = keyOf(request);
      const early = fromStore(lookup, key);
      if (early !== null) return early;
      if (requestDirectives(request).has('only-if-cached')) {
        return { ...errorPage(504, 'The object is not in the cache.', request.id), isFetched: false };
      }
      await underWay.ended(key);
      return fromStore(lookup, key) ?? leading(lookup, key, false);
    },
    invalidate: (patterns) => variants.deleteWhere((key) => isInvalidated(patterns, key)),
    clear: variants.clear,
  };
}

function keyOf({ uri, query }: EdgeRequest): string {
  return query === undefined ? uri : `${uri}?${query}`;
}

/** A 304 with another strong ETag is of another response than the stored one (section 4.3.4). */
function isOf(stored: Variant, { headers }: EdgeResponse): boolean {
  const etag = headerOf(headers, 'etag');
  return etag === undefined || etag.startsWith('W/') || etag === headerOf(stored.headers, 'etag');
}

/** With the headers that a 304 or HEAD brings; the age begins anew. */
function updated(stored: Variant, brought: HeaderLines, requestedAt: number, now: number): Variant {
  const headers = freshened(withoutHeaders(stored.headers, ['age']), storedHeaders(brought, now));
  return { ...stored, headers, requestedAt, storedAt: now };
}

function reused(variant: Variant, request: EdgeRequest, now: number, xCache?: string): EdgeAnswer {
  const isConfirmed = xCache !== undefined;
  const named = namedFields(directivesOf(headerOf(variant.headers, 'cache-control')), 'no-cache') ?? [];
  const headers = isConfirmed ? variant.headers : withoutHeaders(variant.headers, named);
  const age = String(Math.floor(currentAge(variant, now)));
  const answer = storedAnswer(variant, withHeader(headers, 'age', age), request);
  const shown = variant.status >= 400 ? ERROR : (xCache ?? 'Hit from cloudfront');
  return { ...answer, xCache: shown, isFetched: true };
}
