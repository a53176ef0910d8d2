/**
 * Legacy cache settings, from the time before policies: one list of what is both part of the cache key
 * and forwarded to the origin.
 *
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ForwardedValues.html
 */
import { unexpected } from '../config/errors.ts';
import { CACHE_KEY_HEADERS } from './cloudfront-headers.ts';
import type { CacheBehavior, RequestPolicy, Selection } from './distribution.ts';
import { cloudFrontHeadersIn } from './policies.ts';
import type { Properties } from './properties.ts';

type RequestPolicies = Pick<CacheBehavior, 'cachePolicy' | 'originRequestPolicy'>;

const NONE: Selection = { behavior: 'none', names: [] };
const ALL: Selection = { behavior: 'all', names: [] };

/** Every parameter of the query string, and nothing else. */
const WHOLE_QUERY_STRING: RequestPolicy = { headers: NONE, cloudFrontHeaders: [], cookies: NONE, queryStrings: ALL };

/**
 * The policies that do the same. With `QueryStringCacheKeys` the origin gets the whole query string, of
 * which the cache key has those alone. With the header `*` all headers are forwarded and nothing is
 * cached. Of encodings the cache tells gzip apart, unless the behavior goes by `Accept-Encoding` itself.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID beside a policy for the same, and for a bound with the header `*`
 * that is not 0.
 */
export function legacyPolicies(behavior: Properties): RequestPolicies {
  const values = behavior.object('ForwardedValues');
  for (const name of ['CachePolicyId', 'OriginRequestPolicyId']) {
    const id = behavior.optionalText(name);
    if (id !== null)
      throw unexpected('ERR_TEMPLATE_INVALID', behavior.at(name), 'no policy beside ForwardedValues', id);
  }
  const names = (values.optionalTexts('Headers') ?? []).map((name) => name.toLowerCase());
  const isUncached = names.includes('*');
  const minTtl = behavior.number('MinTTL', 0);
  if (isUncached && minTtl !== 0) {
    throw unexpected('ERR_TEMPLATE_INVALID', behavior.at('MinTTL'), '0 where all headers are forwarded', minTtl);
  }
  const maxTtl = behavior.number('MaxTTL', 31_536_000);
  const defaultTtl = behavior.number('DefaultTTL', 86_400);
  const queryStrings = values.flag('QueryString') ? ALL : NONE;
  const cacheKeys = values.optionalTexts('QueryStringCacheKeys') ?? [];
  const isPartial = queryStrings === ALL && cacheKeys.length > 0;
  return {
    cachePolicy: {
      minTtl,
      defaultTtl: isUncached ? 0 : defaultTtl,
      maxTtl: isUncached ? 0 : maxTtl,
      gzip: !names.includes('accept-encoding'),
      brotli: false,
      headers: isUncached ? ALL : { behavior: names.length === 0 ? 'none' : 'whitelist', names },
      cloudFrontHeaders: cloudFrontHeadersIn(names, values, CACHE_KEY_HEADERS),
      cookies: cookiesOf(values.optionalObject('Cookies')),
      queryStrings: isPartial ? { behavior: 'whitelist', names: cacheKeys } : queryStrings,
    },
    originRequestPolicy: isPartial ? WHOLE_QUERY_STRING : null,
  };
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowlistCookies */
function cookiesOf(cookies: Properties | null): Selection {
  if (cookies === null) return NONE;
  const names = cookies.optionalTexts('WhitelistedNames') ?? [];
  const forward = cookies.oneOf('Forward', ['none', 'whitelist', 'all']);
  if (forward === 'all') return ALL;
  return forward === 'none' ? NONE : { behavior: 'matching', names };
}
