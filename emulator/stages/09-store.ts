import type { StoredResponse } from '../cache.ts';
import { cacheSeconds, staleSeconds } from '../cache-time.ts';
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

export interface CloudFrontObject extends Storable, ObjectTimes {}

/**
 * What CloudFront stores of an answer, once its body has passed by; null when it stores nothing. A body
 * that breaks off, or is shorter than it said, is passed on and forgotten. Of a partial answer the one
 * range is stored. What another cache had keeps the times that it has there. An origin that gave no answer counts as one that answered 502 or 504; a function that
 * failed does not.
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
): Promise<CloudFrontObject | null> {
  const { status, headers, isFetched, isOfFunction, times } = answer;
  if (request.method !== 'GET' || status === 304 || (isOfFunction && !isFetched)) return null;
  const part = status === 206 ? partOf(headers) : null;
  if (status === 206 && part === null) return null;
  if (cacheSeconds(status, headers, policy, now, errorTtlSeconds) <= 0) return null;
  const body = await passingBody(answer);
  if (body === null || (part !== null && body.length !== part.length)) return null;
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
  const seconds = variesAlways(headers) ? 0 : cacheSeconds(status, headers, policy, storedAt, errorTtlSeconds);
  const expiresAt = storedAt + seconds * 1000;
  const { whileRevalidate, ifError } = staleSeconds(headers, policy);
  return {
    ...response,
    expiresAt,
    staleUntil: variesAlways(headers) ? expiresAt : expiresAt + whileRevalidate * 1000,
    staleIfErrorUntil: expiresAt + (ifError ?? Number.POSITIVE_INFINITY) * 1000,
  };
}
