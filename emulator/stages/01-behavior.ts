import { matchesWildcard } from '../../shared/access/wildcard.ts';
import type { CacheBehavior, Distribution } from '../distribution.ts';

/**
 * The first cache behavior whose path pattern matches. Matching takes the path with `.` and `..`
 * resolved and repeated slashes collapsed; nothing is percent-decoded, and the origin gets the path
 * as it was sent.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function behaviorFor(distribution: Pick<Distribution, 'behaviors'>, uri: string): CacheBehavior {
  const path = normalized(uri);
  const found = distribution.behaviors.find(({ pathPattern }) => matchesWildcard(withSlash(pathPattern), path));
  if (found === undefined) throw new Error('unreachable: the default cache behavior matches every path');
  return found;
}

/** The leading slash of a pattern is optional. */
function withSlash(pattern: string): string {
  return pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
}

function normalized(uri: string): string {
  const kept: string[] = [];
  const segments = uri.split('/').slice(1);
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.' && (segment !== '' || isLast)) kept.push(segment);
    if (isLast && (segment === '.' || segment === '..')) kept.push('');
  });
  return `/${kept.join('/')}`;
}
