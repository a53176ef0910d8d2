/** The policies that behaviors name, as the model has them. */
import { CACHE_KEY_HEADERS, CLOUDFRONT_HEADERS } from './cloudfront-headers.ts';
import { corsPolicyOf } from './cors.ts';
import type { CachePolicy, PolicyHeader, RequestPolicy, ResponseHeadersPolicy, Selection } from './distribution.ts';
import type { Properties } from './properties.ts';

export function cachePolicyOf(resource: Properties): CachePolicy {
  const config = resource.object('CachePolicyConfig');
  config.without(['Name', 'Comment'], '');
  const key = config.object('ParametersInCacheKeyAndForwardedToOrigin');
  return {
    minTtl: config.number('MinTTL', 0),
    defaultTtl: config.number('DefaultTTL', 86_400),
    maxTtl: config.number('MaxTTL', 31_536_000),
    gzip: key.flag('EnableAcceptEncodingGzip'),
    brotli: key.flag('EnableAcceptEncodingBrotli'),
    ...selectionsOf(key, CACHE_KEY_HEADERS),
  };
}

export function originRequestPolicyOf(resource: Properties): RequestPolicy {
  const config = resource.object('OriginRequestPolicyConfig');
  config.without(['Name', 'Comment'], '');
  return selectionsOf(config, CLOUDFRONT_HEADERS);
}

function selectionsOf(config: Properties, settable: readonly string[]): RequestPolicy {
  return {
    ...headersOf(config.object('HeadersConfig'), settable),
    cookies: selectionOf(config.object('CookiesConfig'), 'CookieBehavior', 'Cookies'),
    queryStrings: selectionOf(config.object('QueryStringsConfig'), 'QueryStringBehavior', 'QueryStrings'),
  };
}

/** `all` is the viewer's headers; what else is named beside it is CloudFront's to add. */
function headersOf(
  config: Properties,
  settable: readonly string[],
): Pick<RequestPolicy, 'headers' | 'cloudFrontHeaders'> {
  const asked = config.oneOf('HeaderBehavior', [
    'none',
    'whitelist',
    'allExcept',
    'allViewer',
    'allViewerAndWhitelistCloudFront',
  ]);
  const names = (config.optionalTexts('Headers') ?? []).map((name) => name.toLowerCase());
  const isListed = asked === 'whitelist' || asked === 'allViewerAndWhitelistCloudFront';
  const cloudFrontHeaders = isListed ? cloudFrontHeadersIn(names, config, settable) : [];
  const behavior = asked === 'allViewer' || asked === 'allViewerAndWhitelistCloudFront' ? 'all' : asked;
  return { headers: { behavior, names }, cloudFrontHeaders };
}

/**
 * Those of the names that are CloudFront's to add. `config` has them in its property `Headers`; `settable` are
 * those that are set here where this `config` asks.
 */
export function cloudFrontHeadersIn(
  names: readonly string[],
  config: Properties,
  settable: readonly string[],
): string[] {
  const found = names.filter((name) => name.startsWith('cloudfront-'));
  const unset = found.filter((name) => !settable.includes(name));
  if (unset.length > 0) config.without(['Headers'], `nothing sets ${unset.join(', ')}`);
  return found;
}

function selectionOf(config: Properties, behavior: string, list: string): Selection {
  return {
    behavior: config.oneOf(behavior, ['none', 'whitelist', 'allExcept', 'all']),
    names: config.optionalTexts(list) ?? [],
  };
}

export function responseHeadersPolicyOf(resource: Properties): ResponseHeadersPolicy {
  const config = resource.object('ResponseHeadersPolicyConfig');
  config.without(['Name', 'Comment'], '');
  config.without(['ServerTimingHeadersConfig'], 'no Server-Timing header is added');
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
  add('XSSProtection', 'x-xss-protection', xssProtection);
  return headers;
}

function strictTransportSecurity(config: Properties): string {
  const subdomains = config.flag('IncludeSubdomains') ? '; includeSubDomains' : '';
  const preload = config.flag('Preload') ? '; preload' : '';
  return `max-age=${config.number('AccessControlMaxAgeSec', 0)}${subdomains}${preload}`;
}

function xssProtection(config: Properties): string {
  const report = config.optionalText('ReportUri') || null;
  const mode = config.flag('ModeBlock') ? '; mode=block' : '';
  return config.flag('Protection') ? `1${mode}${report === null ? '' : `; report=${report}`}` : '0';
}
