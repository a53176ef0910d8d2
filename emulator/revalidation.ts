/** Asking the origin whether a stored response is still good. */
import type { StoredResponse } from './cache.ts';
import type { EdgeRequest } from './exchange.ts';
import { type HeaderLines, headerOf, withoutHeaders } from './headers.ts';

const CONDITIONS = ['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'range'];

/** Of a 304 these say nothing of the stored body, which is as it was. */
const OF_THE_BODY = ['content-length', 'content-range', 'transfer-encoding'];

/**
 * The request that asks for the object whole, unless it is still the stored one; the viewer's own
 * conditions and range are met from the answer. Null when the stored response has no validator.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.1
 */
export function revalidating(request: EdgeRequest, { headers }: StoredResponse): EdgeRequest | null {
  const etag = headerOf(headers, 'etag');
  const modified = headerOf(headers, 'last-modified');
  const conditions: HeaderLines = [];
  if (etag !== undefined) conditions.push(['if-none-match', etag]);
  if (modified !== undefined) conditions.push(['if-modified-since', modified]);
  return conditions.length === 0 ? null : withConditions(request, conditions);
}

/** Whether a request has a condition or a range. */
export function hasConditions({ headers }: EdgeRequest): boolean {
  return headers.some(([name]) => CONDITIONS.includes(name));
}

/** The request without any condition or range. */
export function unconditional(request: EdgeRequest): EdgeRequest {
  return withConditions(request, []);
}

function withConditions(request: EdgeRequest, conditions: HeaderLines): EdgeRequest {
  return { ...request, headers: [...withoutHeaders(request.headers, CONDITIONS), ...conditions] };
}

/**
 * The stored headers, each that a 304 brings replaced by what it brings, but for those of `asStored`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3.2
 */
export function freshened(stored: HeaderLines, brought: HeaderLines, asStored: readonly string[] = []): HeaderLines {
  const updates = withoutHeaders(brought, [...OF_THE_BODY, ...asStored]);
  const names = updates.map(([name]) => name);
  return [...withoutHeaders(stored, names), ...updates];
}
