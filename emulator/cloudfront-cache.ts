/**
 * CloudFront's caches: each edge location has its own, those behind one regional edge cache share that, and an
 * origin may have Origin Shield before it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowCloudFrontWorks.html#CloudFrontRegionaledgecaches
 */
import { type CacheLayer, type EdgeCache, responseStores } from './cache.ts';
import { cacheLayer } from './cache-layer.ts';
import type { Clock } from './clock.ts';
import { isInvalidated } from './invalidation.ts';
import { skipsRegionalEdgeCache } from './regional-edge-cache.ts';
import { pathOf, uriOf } from './stages/05-cache-lookup.ts';
import type { CloudFrontObject } from './stages/09-store.ts';

/** `onFailure` is told when a fetch that no viewer waits for throws. */
export function cloudFrontCache(clock: Clock, onFailure: (error: unknown) => void): EdgeCache {
  const stores = responseStores<CloudFrontObject>();
  const layers = new Map<string, CacheLayer>();

  function layer(name: string): CacheLayer {
    const known = layers.get(name);
    if (known !== undefined) return known;
    const made = cacheLayer(name, stores.named(name), clock, onFailure);
    layers.set(name, made);
    return made;
  }

  return {
    answer(lookup) {
      const { name, region } = lookup.location;
      return layer(edgeLocation(name)).answer({
        ...lookup,
        fetch: (request, isBackground) =>
          skipsRegionalEdgeCache(lookup)
            ? lookup.fetch(request, isBackground)
            : layer(`regional edge cache ${region}`).answer({ ...lookup, request, isBackground }),
      });
    },
    originShield({ id, shieldRegion, domainName, path }) {
      return shieldRegion === null ? null : layer(`origin shield ${shieldRegion} ${id} ${domainName}${path}`);
    },
    objectsAt: (name) => stores.count(edgeLocation(name)),
    invalidate: (patterns) => stores.deleteWhere((key) => isInvalidated(patterns, pathOf(key))),
    removeWhere: (isMeant) => void stores.deleteWhere((key) => isMeant(uriOf(key))),
    clear: stores.clear,
    list: () =>
      stores
        .entries()
        .flatMap(({ name, key, responses }) => responses.map((object) => ({ ...object, key, cache: name }))),
    delete: (key) => stores.deleteWhere((other) => other === key) > 0,
  };
}

function edgeLocation(name: string): string {
  return `edge location ${name}`;
}
