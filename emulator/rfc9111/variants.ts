/** Which of the responses to one target fits a request, and which an answer of the origin renews. */
import type { EdgeResponse } from '../exchange.ts';
import { type HeaderLines, headerOf, withoutHeaders } from '../headers.ts';
import { freshened } from '../revalidation.ts';
import { membersOf } from './cache-control.ts';
import { dateOf, type TimedResponse } from './freshness.ts';
import { storedHeaders } from './storing.ts';

/** With the headers of the request that it answered, for `Vary`. */
export interface Variant extends TimedResponse {
  readonly requestHeaders: HeaderLines;
}

/** When an answer was asked for, and when it came, in epoch milliseconds. */
export interface Times {
  readonly requestedAt: number;
  readonly storedAt: number;
}

/**
 * Whether it answers a request with these headers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.1
 */
export function isVariantFor(headers: HeaderLines, stored: Variant): boolean {
  const names = membersOf(headerOf(stored.headers, 'vary')).map((name) => name.toLowerCase());
  return names.every((name) => normalized(headers, name) === normalized(stored.requestHeaders, name));
}

/**
 * Of the variants that fit, the one with the latest date. One without `Vary` may have left it out by
 * mistake: others go before it.
 */
export function variantFor(headers: HeaderLines, variants: readonly Variant[]): Variant | null {
  const fitting = variants.filter((variant) => isVariantFor(headers, variant));
  const varying = fitting.filter((variant) => headerOf(variant.headers, 'vary') !== undefined);
  const dates = (variant: Variant) => dateOf(variant.headers, variant.storedAt);
  const [latest = null] = [...(varying.length > 0 ? varying : fitting)].sort((a, b) => dates(b) - dates(a));
  return latest;
}

/**
 * Whether a 304 is of the stored response: by its ETag, else by its date. One without either confirms what
 * was asked about.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4
 */
export function isConfirmedBy(brought: HeaderLines, { headers }: Variant): boolean {
  const etag = headerOf(brought, 'etag');
  const stored = headerOf(headers, 'etag');
  if (etag?.startsWith('W/')) return etag === stored || etag === `W/${stored}`;
  if (etag !== undefined) return etag === stored;
  const modified = headerOf(brought, 'last-modified');
  return modified === undefined || modified === headerOf(headers, 'last-modified');
}

/**
 * Whether the answer to a HEAD is of the stored response.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.3.5
 */
export function isDescribedBy({ status, headers }: EdgeResponse, stored: Variant): boolean {
  const length = headerOf(headers, 'content-length') ?? String(stored.body.length);
  const isSame = (name: string) => [undefined, headerOf(stored.headers, name)].includes(headerOf(headers, name));
  return status === stored.status && length === String(stored.body.length) && isSame('etag') && isSame('last-modified');
}

/** With the headers that a 304 or HEAD brings; the age begins anew. */
export function renewed(stored: Variant, brought: HeaderLines, times: Times): Variant {
  const headers = freshened(withoutHeaders(stored.headers, ['age']), brought);
  return { ...stored, ...times, headers: storedHeaders(headers) };
}

function normalized(headers: HeaderLines, name: string): string | undefined {
  const value = headerOf(headers, name);
  return value === undefined ? undefined : membersOf(value).join(',');
}
