import type { Lookup } from './cache.ts';
import { isCachingDisabled } from './cache-time.ts';
import type { Origin } from './distribution.ts';

const METHODS = ['GET', 'HEAD'];

/**
 * Whether a request goes from the edge location straight to the origin: where its method is that of a proxy, where
 * it is dynamic, which is taken for one whose cache policy disables caching, and where the origin is a bucket in
 * the region of the regional edge cache. Of a bucket with Origin Shield the last does not hold.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html#CloudFrontRegionaledgecaches
 */
export function skipsRegionalEdgeCache({
  request,
  behavior,
  location,
  origin,
}: Pick<Lookup, 'request' | 'behavior' | 'location' | 'origin'>): boolean {
  if (!METHODS.includes(request.method) || isCachingDisabled(behavior.cachePolicy)) return true;
  const asked = origin();
  return asked.shieldRegion === null && bucketRegionOf(asked) === location.region;
}

/** Null: it is no bucket, or its name does not tell. */
function bucketRegionOf({ type, domainName }: Origin): string | null {
  if (type !== 's3') return null;
  return /\.s3[.-]([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(domainName)?.[1] ?? null;
}
