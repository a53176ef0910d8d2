/** The responses of a strict HTTP cache, by target. */
import { responseStore } from '../cache.ts';
import type { EdgeAnswer, EdgeRequest } from '../exchange.ts';
import { type HeaderLines, headerOf } from '../headers.ts';
import { passingBody } from '../passing-body.ts';
import { isStorable, mayStore, storedHeaders } from './storing.ts';
import {
  isConfirmedBy,
  isDescribedBy,
  isVariantFor,
  renewed,
  type Times,
  type Variant,
  variantFor,
} from './variants.ts';

export interface StoredVariants {
  /** The one that fits the request; null: none does. */
  for(request: EdgeRequest, key: string): Variant | null;
  /**
   * Takes what a 304 brings to the variant that was asked about, and to others of the same strong ETag. What
   * comes of the first is returned, also where it may not be stored any more.
   */
  confirm(key: string, request: EdgeRequest, asked: Variant, brought: HeaderLines, times: Times): Variant;
  /**
   * Stores an answer, once its body has passed by, in the place of the variants that fit the same request.
   * One that may not be stored leaves those out of date; one to HEAD renews or removes them.
   */
  keep(key: string, request: EdgeRequest, answer: EdgeAnswer, times: Times): Promise<void>;
  drop(key: string, variant: Variant): void;
  delete(key: string): boolean;
  /** The number of keys. */
  count(): number;
  entries(): [key: string, variants: readonly Variant[]][];
  /** The number of keys removed. */
  deleteWhere(isMeant: (key: string) => boolean): number;
  clear(): void;
}

/** Responses to one target, the latest first. */
const MAX_VARIANTS = 50;

/** What takes the place of a stored response, even where it may not be stored itself. */
const REPLACING = [200, 404, 410];

export function storedVariants(): StoredVariants {
  const variants = responseStore<Variant>();

  /** Puts another in the place of each variant, or none. */
  function replace(key: string, replacement: (variant: Variant) => Variant | null): void {
    const kept = variants.get(key).flatMap((variant) => replacement(variant) ?? []);
    if (kept.length === 0) variants.delete(key);
    else variants.set(key, kept);
  }

  return {
    for: ({ headers }, key) => variantFor(headers, variants.get(key)),
    confirm(key, request, asked, brought, times) {
      const isStrong = headerOf(brought, 'etag')?.startsWith('"') ?? false;
      const variant = renewed(asked, brought, times);
      replace(key, (other) => {
        if (other === asked) return isStorable(variant) ? variant : null;
        const isMeant = isStrong && isVariantFor(request.headers, other) && isConfirmedBy(brought, other);
        return isMeant ? renewed(other, brought, times) : other;
      });
      return variant;
    },
    async keep(key, request, answer, times) {
      const { status, headers, isFetched } = answer;
      if (!isFetched) return;
      const fits = (variant: Variant) => isVariantFor(request.headers, variant);
      if (request.method === 'HEAD' && status === 200) {
        const described = (variant: Variant) =>
          isDescribedBy(answer, variant) ? renewed(variant, headers, times) : null;
        replace(key, (variant) => (fits(variant) ? described(variant) : variant));
      }
      if (!mayStore(request, answer)) {
        const isReplaced = request.method === 'GET' && REPLACING.includes(status) && !isStorable(answer);
        if (isReplaced) replace(key, (variant) => (fits(variant) ? null : variant));
        return;
      }
      const body = await passingBody(answer);
      if (body === null) return;
      const others = variants.get(key).filter((variant) => !fits(variant));
      const variant = { status, headers: storedHeaders(headers), body, ...times, requestHeaders: request.headers };
      variants.set(key, [variant, ...others].slice(0, MAX_VARIANTS));
    },
    drop: (key, variant) => replace(key, (other) => (other === variant ? null : other)),
    delete: variants.delete,
    count: variants.count,
    entries: variants.entries,
    deleteWhere: variants.deleteWhere,
    clear: variants.clear,
  };
}
