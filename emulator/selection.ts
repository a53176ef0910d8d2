/** What of a request a policy selects, for the cache key and toward the origin. */
import { matchesWildcard } from '../shared/access/wildcard.ts';
import type { RequestPolicy, Selection } from './distribution.ts';
import type { EdgeRequest } from './exchange.ts';
import type { HeaderLines } from './headers.ts';

/** `all` of the headers means all that the viewer sent, except those that CloudFront sets itself. */
export function selectedHeaders(request: EdgeRequest, policy: RequestPolicy): HeaderLines {
  return request.headers.filter(([name]) => name !== 'cookie' && isSelected(policy.headers, name));
}

/** The query string with what is not selected left out; undefined when nothing remains. */
export function selectedQuery(request: EdgeRequest, policies: readonly RequestPolicy[]): string | undefined {
  if (request.query === undefined) return undefined;
  const kept = request.query
    .split('&')
    .filter((pair) => policies.some(({ queryStrings }) => isSelected(queryStrings, nameOf(pair))));
  return kept.length === 0 ? undefined : kept.join('&');
}

/** The cookie header with what is not selected left out; undefined when nothing remains. */
export function selectedCookies(request: EdgeRequest, policies: readonly RequestPolicy[]): string | undefined {
  const kept = request.headers
    .filter(([name]) => name === 'cookie')
    .flatMap(([, line]) => line.split(';').map((pair) => pair.trim()))
    .filter((pair) => pair !== '' && policies.some(({ cookies }) => isSelected(cookies, nameOf(pair))));
  return kept.length === 0 ? undefined : kept.join('; ');
}

/** Whether a selection takes a name, which for a header is in lower case. */
export function isSelected(selection: Selection, name: string): boolean {
  switch (selection.behavior) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'whitelist':
      return selection.names.includes(name);
    case 'matching':
      return selection.names.some((pattern) => matchesWildcard(pattern, name));
    case 'allExcept':
      return !selection.names.includes(name);
  }
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}
