import type { StoredResponse } from '../cache.ts';
import { type CacheTime, cacheTime, staleSeconds } from '../cache-time.ts';
import type { CachePolicy } from '../distribution.ts';
import type { EdgeAnswer, EdgeRequest, ObjectTimes } from '../exchange.ts';
import { type HeaderLines, headerOf } from '../headers.ts';
import { passingBody } from '../passing-body.ts';
import { variesAlways } from '../vary.ts';

/** What is stored of an answer, beside its times. */
export interface Storable extends StoredResponse {
  /** Which bytes of the object it holds; null: all of them. */
  readonly part: StoredPart | null;
  /** Who made it: it goes the same way again from the cache. */
  readonly maker: Pick<EdgeAnswer, 'isFetched' | 'isOfFunction'>;
}

export interface StoredPart {
  readonly start: number;
  /** Bytes of the whole object. */
  readonly size: number;
}

/** Times are epoch milliseconds. */
export interface CloudFrontObject extends Storable, ObjectTimes {
  /** Why it expires then. */
  readonly ttl: CacheTime;
}

/** Why nothing is stored, as a sentence. */
export interface Unstored {
  readonly reason: string;
  readonly ttl?: CacheTime;
}

/**
 * What CloudFront stores of an answer, once its body has passed by, or why it stores nothing. A body
 * that breaks off, or is shorter than it said, is passed on and forgotten. Of a partial answer the one
 * range is stored. What another cache had keeps the times that it has there. An origin that gave no answer counts as
 * one that answered 502 or 504; a function that failed does not.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
 */
export async function storable(
  request: EdgeRequest,
  answer: EdgeAnswer,
  policy: CachePolicy,
  now: number,
  errorTtlSeconds: number,
): Promise<CloudFrontObject | Unstored> {
  const { status, headers, isFetched, isOfFunction, times } = answer;
  if (request.method !== 'GET') return { reason: `answers to ${request.method} are not stored` };
  if (isOfFunction && !isFetched) return { reason: 'a function failed' };
  if (status === 304) return { reason: '304 has no object' };
  const part = status === 206 ? partOf(headers) : null;
  if (status === 206 && part === null) return { reason: 'not one range of an object whose size is known' };
  const ttl = cacheTime(status, headers, policy, now, errorTtlSeconds);
  if (ttl.seconds <= 0) return { reason: 'its time is 0', ttl };
  const body = await passingBody(answer);
  if (body === null || (part !== null && body.length !== part.length)) {
    return { reason: 'the body broke off, was not as long as it said, or is too large' };
  }
  const maker = { isFetched, ...(isOfFunction && { isOfFunction }) };
  const object = stored({ status, headers, body, storedAt: now, part, maker }, policy, errorTtlSeconds);
  return { ...object, ...times };
}

/** Null for several ranges, and for an object whose size is not told. */
function partOf(headers: HeaderLines): (StoredPart & { readonly length: number }) | null {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headerOf(headers, 'content-range') ?? '') ?? [];
  if (first === undefined) return null;
  return { start: Number(first), length: Number(last) - Number(first) + 1, size: Number(size) };
}

/** An object with the times that its headers give it, from the moment at which it was stored. */
export function stored(response: Storable, policy: CachePolicy, errorTtlSeconds: number): CloudFrontObject {
  const { status, headers, storedAt } = response;
  const ttl: CacheTime = variesAlways(headers)
    ? { seconds: 0, rule: 'vary-all' }
    : cacheTime(status, headers, policy, storedAt, errorTtlSeconds);
  const expiresAt = storedAt + ttl.seconds * 1000;
  const { whileRevalidate, ifError } = staleSeconds(headers, policy);
  return {
    ...response,
    expiresAt,
    ttl,
    staleUntil: variesAlways(headers) ? expiresAt : expiresAt + whileRevalidate * 1000,
    staleIfErrorUntil: expiresAt + (ifError ?? Number.POSITIVE_INFINITY) * 1000,
  };
}
