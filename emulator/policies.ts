/** The policies of a template that behaviors refer to by logical id. */
import { corsPolicyOf } from './cors.ts';
import type { CachePolicy, PolicyHeader, RequestPolicy, ResponseHeadersPolicy, Selection } from './distribution.ts';
import { mapValues } from './map-values.ts';
import type { Properties } from './properties.ts';
import { LOCATION_HEADERS } from './viewer-country.ts';

/** The resources of one type, by logical id. */
export type Resources = (type: string) => Map<string, Properties>;

export interface Policies {
  readonly cache: ReadonlyMap<string, CachePolicy>;
  readonly originRequest: ReadonlyMap<string, RequestPolicy>;
  readonly responseHeaders: ReadonlyMap<string, ResponseHeadersPolicy>;
  /** What was read, so that what was not can be named. */
  readonly readers: readonly Properties[];
}

export function policiesOf(resources: Resources): Policies {
  const readers: Properties[] = [];
  const read = <T>(type: string, key: string, policyOf: (config: Properties) => T): Map<string, T> =>
    mapValues(resources(type), (resource) => {
      const config = resource.object(key);
      readers.push(config);
      return policyOf(config);
    });
  return {
    cache: read('AWS::CloudFront::CachePolicy', 'CachePolicyConfig', cachePolicyOf),
    originRequest: read('AWS::CloudFront::OriginRequestPolicy', 'OriginRequestPolicyConfig', requestPolicyOf),
    responseHeaders: read(
      'AWS::CloudFront::ResponseHeadersPolicy',
      'ResponseHeadersPolicyConfig',
      responseHeadersPolicyOf,
    ),
    readers,
  };
}

function cachePolicyOf(config: Properties): CachePolicy {
  config.without(['Name', 'Comment'], '');
  const key = config.object('ParametersInCacheKeyAndForwardedToOrigin');
  return {
    minTtl: config.number('MinTTL', 0),
    defaultTtl: config.number('DefaultTTL', 86_400),
    maxTtl: config.number('MaxTTL', 31_536_000),
    gzip: key.flag('EnableAcceptEncodingGzip'),
    brotli: key.flag('EnableAcceptEncodingBrotli'),
    ...requestPolicyOf(key),
  };
}

function requestPolicyOf(config: Properties): RequestPolicy {
  config.without(['Name', 'Comment'], '');
  return {
    ...headersOf(config.object('HeadersConfig')),
    cookies: selectionOf(config.object('CookiesConfig'), 'CookieBehavior', 'Cookies'),
    queryStrings: selectionOf(config.object('QueryStringsConfig'), 'QueryStringBehavior', 'QueryStrings'),
  };
}

/** `all` is the viewer's headers; what else is named beside it is CloudFront's to add. */
function headersOf(config: Properties): Pick<RequestPolicy, 'headers' | 'cloudFrontHeaders'> {
  const asked = config.oneOf('HeaderBehavior', [
    'none',
    'whitelist',
    'allExcept',
    'allViewer',
    'allViewerAndWhitelistCloudFront',
  ]);
  const names = (config.optionalTexts('Headers') ?? []).map((name) => name.toLowerCase());
  const isListed = asked === 'whitelist' || asked === 'allViewerAndWhitelistCloudFront';
  const cloudFrontHeaders = isListed ? names.filter((name) => name.startsWith('cloudfront-')) : [];
  if (cloudFrontHeaders.some((name) => !LOCATION_HEADERS.includes(name))) {
    config.without(['Headers'], `of CloudFront's own headers, only ${LOCATION_HEADERS.join(', ')} are set`);
  }
  const behavior = asked === 'allViewer' || asked === 'allViewerAndWhitelistCloudFront' ? 'all' : asked;
  return { headers: { behavior, names }, cloudFrontHeaders };
}

function selectionOf(config: Properties, behavior: string, list: string): Selection {
  return {
    behavior: config.oneOf(behavior, ['none', 'whitelist', 'allExcept', 'all']),
    names: config.optionalTexts(list) ?? [],
  };
}

function responseHeadersPolicyOf(config: Properties): ResponseHeadersPolicy {
  config.without(['Name', 'Comment'], '');
  const custom = config.optionalObject('CustomHeadersConfig')?.objects('Items') ?? [];
  const removed = config.optionalObject('RemoveHeadersConfig')?.objects('Items') ?? [];
  const security = config.optionalObject('SecurityHeadersConfig');
  const cors = config.optionalObject('CorsConfig');
  return {
    set: [
      ...securityHeadersOf(security),
      ...custom.map((item) => ({
        name: item.text('Header').toLowerCase(),
        value: item.text('Value'),
        override: item.flag('Override'),
      })),
    ],
    remove: removed.map((item) => item.text('Header').toLowerCase()),
    cors: cors === null ? null : corsPolicyOf(cors),
  };
}

function securityHeadersOf(security: Properties | null): PolicyHeader[] {
  const headers: PolicyHeader[] = [];
  const add = (section: string, name: string, value: (config: Properties) => string): void => {
    const config = security?.optionalObject(section) ?? null;
    if (config !== null) headers.push({ name, value: value(config), override: config.flag('Override') });
  };
  add('ContentSecurityPolicy', 'content-security-policy', (config) => config.text('ContentSecurityPolicy'));
  add('ContentTypeOptions', 'x-content-type-options', () => 'nosniff');
  add('FrameOptions', 'x-frame-options', (config) => config.text('FrameOption'));
  add('ReferrerPolicy', 'referrer-policy', (config) => config.text('ReferrerPolicy'));
  add('StrictTransportSecurity', 'strict-transport-security', strictTransportSecurity);
  return headers;
}

function strictTransportSecurity(config: Properties): string {
  const subdomains = config.flag('IncludeSubdomains') ? '; includeSubDomains' : '';
  const preload = config.flag('Preload') ? '; preload' : '';
  return `max-age=${config.number('AccessControlMaxAgeSec', 0)}${subdomains}${preload}`;
}
