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
  /** Without `?`; undefined when there is none. */
  readonly query: string | undefined;
}

const FULL_URL = /^([^:/]*):\/\/([^/]*)(\/[\s\S]*)/;

/**
 * A pattern that begins with `/` is matched against path and query, any other against the full URL.
 *
 * No wildcard crosses from one part into the next, except that `*` at the end of the path also covers
 * any query string. The first `?` (or the first `\?`, where there is one) begins the query string.
 */
export function matchesResource(pattern: string, requested: RequestedResource): boolean {
  if (pattern === '*') return true;
  if (pattern.charAt(0) === '/') return matchesPathAndQuery(pattern, requested);
  const parts = FULL_URL.exec(pattern);
  return (
    parts !== null &&
    matchesWildcard(parts[1] as string, requested.scheme) &&
    matchesWildcard(parts[2] as string, requested.host) &&
    matchesPathAndQuery(parts[3] as string, requested)
  );
}

function matchesPathAndQuery(pattern: string, requested: RequestedResource): boolean {
  const escaped = pattern.indexOf('\\?');
  const start = escaped === -1 ? pattern.indexOf('?') : escaped;
  const path = start === -1 ? pattern : pattern.slice(0, start);
  if (!matchesWildcard(plainDelimiters(path), requested.path)) return false;
  if (start === -1) return requested.query === undefined || path.charAt(path.length - 1) === '*';
  if (requested.query === undefined) return false;
  return matchesWildcard(pattern.slice(escaped === -1 ? start + 1 : start + 2), requested.query);
}
