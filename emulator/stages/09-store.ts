import type { StoredResponse } from '../cache.ts';
import { cacheSeconds, staleSeconds } from '../cache-time.ts';
import type { CachePolicy } from '../distribution.ts';
import type { EdgeRequest, EdgeResponse } from '../exchange.ts';
import { passingBody } from '../passing-body.ts';
import { variesAlways } from '../vary.ts';

/** Times are epoch milliseconds. */
export interface CloudFrontObject extends StoredResponse {
  /** The first moment at which it is no longer served unasked. */
  readonly expiresAt: number;
  /** Until then it is served while it is asked for anew. */
  readonly staleUntil: number;
  /** Until then it is served when the origin fails; infinite where the origin sets no bound. */
  readonly staleIfErrorUntil: number;
}

/**
 * What CloudFront stores of a response, once its body has passed by; null when it stores nothing. Only
 * a whole body is stored: one that breaks off, or is shorter than it said, is passed on and forgotten.
 */
export async function storable(
  request: EdgeRequest,
  response: EdgeResponse & Pick<StoredResponse, 'isOfFunction'>,
  policy: CachePolicy,
  now: number,
  errorTtlSeconds: number,
): Promise<CloudFrontObject | null> {
  const { status, headers } = response;
  const isWhole = request.method === 'GET' && status !== 206 && status !== 304;
  if (!isWhole || cacheSeconds(status, headers, policy, now, errorTtlSeconds) <= 0) return null;
  const body = await passingBody(response);
  if (body === null) return null;
  const origin = response.isOfFunction ? { isOfFunction: response.isOfFunction } : {};
  return stored({ ...origin, status, headers, body, storedAt: now }, policy, errorTtlSeconds);
}

/** An object with the times that its headers give it, from the moment at which it was stored. */
export function stored(response: StoredResponse, policy: CachePolicy, errorTtlSeconds: number): CloudFrontObject {
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
