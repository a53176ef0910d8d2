import { documentOf } from './document.ts';
import { SHAPES } from './schema.ts';

/** The config of an origin request policy. */
export function headersPolicy(behavior: string, headers: readonly string[] = [], name = 'theirs'): string {
  const config = {
    Comment: 'Theirs',
    Name: name,
    HeadersConfig: { HeaderBehavior: behavior, ...(headers.length > 0 && { Headers: headers }) },
    CookiesConfig: { CookieBehavior: 'none' },
    QueryStringsConfig: { QueryStringBehavior: 'all' },
  };
  return documentOf('OriginRequestPolicyConfig', config, SHAPES.OriginRequestPolicyConfig);
}

/** The config of a cache policy. */
export function cachePolicyXml(headers: readonly string[]): string {
  const none = { CookiesConfig: { CookieBehavior: 'none' }, QueryStringsConfig: { QueryStringBehavior: 'none' } };
  const config = {
    Name: 'theirs',
    MinTTL: 0,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: true,
      HeadersConfig: {
        HeaderBehavior: headers.length > 0 ? 'whitelist' : 'none',
        ...(headers.length > 0 && { Headers: headers }),
      },
      ...none,
    },
  };
  return documentOf('CachePolicyConfig', config, SHAPES.CachePolicyConfig);
}
