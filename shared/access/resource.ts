/**
 * Whether a resource pattern of a policy statement or of a token covers what was requested.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */
import { matchesWildcard } from './wildcard.ts';

/** What was requested, in the parts that a pattern is matched against one by one. */
export interface RequestedResource {
  readonly scheme: string;
  readonly host: string;
  /** Spelled as the pattern's is: on the wire for CloudFront's own signatures, normal for tokens. */
  readonly path: string;
  /** Without `?`; undefined when there is none. */
  readonly query: string | undefined;
}

const FULL_URL = /^([^:/]*):\/\/([^/]*)(\/[\s\S]*)/;

/** The pattern of a token's `res` claim: beginning with `/` it is matched against path and query, otherwise the full URL. */
export function matchesResource(pattern: string, requested: RequestedResource): boolean {
  if (pattern === '*') return true;
  return pattern[0] === '/' ? matchesPathAndQuery(pattern, requested) : matchesUrl(pattern, requested);
}

/**
 * A full URL. No wildcard crosses from one part into the next, except that `*` at the end of the path
 * also covers any query string. The first `?` (or the first `\?`, where there is one) begins the
 * query string.
 */
export function matchesUrl(pattern: string, requested: RequestedResource): boolean {
  const parts = FULL_URL.exec(pattern);
  return (
    parts !== null &&
    matchesWildcard(parts[1] as string, requested.scheme) &&
    matchesWildcard(parts[2] as string, requested.host) &&
    matchesPathAndQuery(parts[3] as string, requested)
  );
}

/** Where the query string of a pattern begins, with its mark; the pattern's length when it has none. */
export function queryStart(pattern: string): number {
  const escaped = pattern.indexOf('\\?');
  const start = escaped === -1 ? pattern.indexOf('?') : escaped;
  return start === -1 ? pattern.length : start;
}

function matchesPathAndQuery(pattern: string, requested: RequestedResource): boolean {
  const start = queryStart(pattern);
  const path = pattern.slice(0, start);
  if (!matchesWildcard(path, requested.path)) return false;
  if (start === pattern.length) return requested.query === undefined || path[path.length - 1] === '*';
  if (requested.query === undefined) return false;
  return matchesWildcard(pattern.slice(pattern[start] === '?' ? start + 1 : start + 2), requested.query);
}
