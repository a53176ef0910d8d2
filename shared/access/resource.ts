/**
 * Whether a resource pattern of a policy statement or of a token covers what was requested.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */
import { plainDelimiters } from './canonical-path.ts';
import { matchesWildcard } from './wildcard.ts';

/** What was requested, in the parts that a pattern is matched against one by one. */
export interface RequestedResource {
  readonly scheme: string;
  readonly host: string;
  /** In the spelling of `CanonicalPath.normal`. */
  readonly path: string;
  /** Without `?`; null when there is none. */
  readonly query: string | null;
}

/**
 * A pattern that begins with `/` is matched against path and query, any other against the full URL.
 *
 * No wildcard crosses from one part into the next, except that `*` at the end of the path also covers
 * any query string. The first `?` (or the first `\?`, where there is one) begins the query string.
 */
export function matchesResource(pattern: string, requested: RequestedResource): boolean {
  if (pattern.charAt(0) === '/') return matchesPathAndQuery(pattern, requested);
  if (pattern === '*') return true;

  const scheme = pattern.indexOf('://');
  if (scheme === -1) return false;
  if (!matchesWildcard(pattern.slice(0, scheme), requested.scheme)) return false;

  const host = scheme + 3;
  const path = pattern.indexOf('/', host);
  if (path === -1) return false;
  if (!matchesWildcard(pattern.slice(host, path), requested.host)) return false;
  return matchesPathAndQuery(pattern.slice(path), requested);
}

function matchesPathAndQuery(pattern: string, requested: RequestedResource): boolean {
  const escaped = pattern.indexOf('\\?');
  const end = escaped === -1 ? pattern.indexOf('?') : escaped;
  const path = end === -1 ? pattern : pattern.slice(0, end);
  if (!matchesWildcard(plainDelimiters(path), requested.path)) return false;
  if (end === -1) return requested.query === null || path.charAt(path.length - 1) === '*';
  if (requested.query === null) return false;
  return matchesWildcard(pattern.slice(escaped === -1 ? end + 1 : end + 2), requested.query);
}
