/**
 * AWS's managed policies, in CloudFormation's shape, so that they are read as any other policy is.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
 */
import { type Properties, properties } from './properties.ts';

const A_DAY = 86_400;
const A_YEAR = 31_536_000;

const NO_HEADERS = { HeaderBehavior: 'none' };
const NO_COOKIES = { CookieBehavior: 'none' };
const ALL_COOKIES = { CookieBehavior: 'all' };
const NO_QUERY_STRINGS = { QueryStringBehavior: 'none' };
const ALL_QUERY_STRINGS = { QueryStringBehavior: 'all' };

const headers = (...Headers: string[]) => ({ HeaderBehavior: 'whitelist', Headers });

type Config = Readonly<Record<string, unknown>>;
type Named = readonly [name: string, config: Config];

function cachePolicy(name: string, ttls: readonly [min: number, standard: number, max: number], key: Config): Named {
  const [MinTTL, DefaultTTL, MaxTTL] = ttls;
  const ParametersInCacheKeyAndForwardedToOrigin = {
    EnableAcceptEncodingGzip: true,
    EnableAcceptEncodingBrotli: true,
    HeadersConfig: NO_HEADERS,
    CookiesConfig: NO_COOKIES,
    QueryStringsConfig: NO_QUERY_STRINGS,
    ...key,
  };
  return [name, { MinTTL, DefaultTTL, MaxTTL, ParametersInCacheKeyAndForwardedToOrigin }];
}

const UNCOMPRESSED = { EnableAcceptEncodingGzip: false, EnableAcceptEncodingBrotli: false };

const BY_ORIGIN = {
  HeadersConfig: headers('Host', 'Origin', 'X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'),
  CookiesConfig: ALL_COOKIES,
};

const CACHE_POLICIES: Readonly<Record<string, Named>> = {
  '2e54312d-136d-493c-8eb9-b001f22f67d2': cachePolicy('Amplify', [2, 2, 600], {
    HeadersConfig: headers('Authorization', 'CloudFront-Viewer-Country', 'Host'),
    CookiesConfig: ALL_COOKIES,
    QueryStringsConfig: ALL_QUERY_STRINGS,
  }),
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': cachePolicy('CachingDisabled', [0, 0, 0], UNCOMPRESSED),
  '658327ea-f89d-4fab-a63d-7e88639e58f6': cachePolicy('CachingOptimized', [1, A_DAY, A_YEAR], {}),
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': cachePolicy(
    'CachingOptimizedForUncompressedObjects',
    [1, A_DAY, A_YEAR],
    UNCOMPRESSED,
  ),
  // The page says that compressed objects are cached, not that Brotli is among them.
  '08627262-05a9-4f76-9ded-b50ca2e3a84f': cachePolicy('Elemental-MediaPackage', [0, A_DAY, A_YEAR], {
    EnableAcceptEncodingBrotli: false,
    HeadersConfig: headers('Origin'),
    QueryStringsConfig: {
      QueryStringBehavior: 'whitelist',
      QueryStrings: ['aws.manifestfilter', 'start', 'end', 'm'],
    },
  }),
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': cachePolicy('UseOriginCacheControlHeaders', [0, 0, A_YEAR], BY_ORIGIN),
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': cachePolicy('UseOriginCacheControlHeaders-QueryStrings', [0, 0, A_YEAR], {
    ...BY_ORIGIN,
    QueryStringsConfig: ALL_QUERY_STRINGS,
  }),
};

function requestPolicy(name: string, HeadersConfig: Config, isWhole = false): Named {
  return [
    name,
    {
      HeadersConfig,
      CookiesConfig: isWhole ? ALL_COOKIES : NO_COOKIES,
      QueryStringsConfig: isWhole ? ALL_QUERY_STRINGS : NO_QUERY_STRINGS,
    },
  ];
}

const PREFLIGHT_HEADERS = ['Origin', 'Access-Control-Request-Headers', 'Access-Control-Request-Method'];

const HEADERS_OF_2022_06 = [
  'CloudFront-Forwarded-Proto',
  'CloudFront-Is-Android-Viewer',
  'CloudFront-Is-Desktop-Viewer',
  'CloudFront-Is-IOS-Viewer',
  'CloudFront-Is-Mobile-Viewer',
  'CloudFront-Is-SmartTV-Viewer',
  'CloudFront-Is-Tablet-Viewer',
  'CloudFront-Viewer-Address',
  'CloudFront-Viewer-ASN',
  'CloudFront-Viewer-City',
  'CloudFront-Viewer-Country',
  'CloudFront-Viewer-Country-Name',
  'CloudFront-Viewer-Country-Region',
  'CloudFront-Viewer-Country-Region-Name',
  'CloudFront-Viewer-Http-Version',
  'CloudFront-Viewer-Latitude',
  'CloudFront-Viewer-Longitude',
  'CloudFront-Viewer-Metro-Code',
  'CloudFront-Viewer-Postal-Code',
  'CloudFront-Viewer-Time-Zone',
  'CloudFront-Viewer-TLS',
];

const ORIGIN_REQUEST_POLICIES: Readonly<Record<string, Named>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': requestPolicy('AllViewer', { HeaderBehavior: 'allViewer' }, true),
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': requestPolicy(
    'AllViewerAndCloudFrontHeaders-2022-06',
    { HeaderBehavior: 'allViewerAndWhitelistCloudFront', Headers: HEADERS_OF_2022_06 },
    true,
  ),
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': requestPolicy(
    'AllViewerExceptHostHeader',
    { HeaderBehavior: 'allExcept', Headers: ['Host'] },
    true,
  ),
  '59781a5b-3903-41f3-afcb-af62929ccde1': requestPolicy('CORS-CustomOrigin', headers('Origin')),
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': requestPolicy('CORS-S3Origin', headers(...PREFLIGHT_HEADERS)),
  '775133bc-15f2-49f9-abea-afb2e0bf67d2': [
    'Elemental-MediaTailor-PersonalizedManifests',
    {
      HeadersConfig: headers(...PREFLIGHT_HEADERS, 'User-Agent', 'X-Forwarded-For'),
      CookiesConfig: NO_COOKIES,
      QueryStringsConfig: ALL_QUERY_STRINGS,
    },
  ],
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': requestPolicy('HostHeaderOnly', headers('Host')),
  'acba4595-bd28-49b8-b9fe-13317c0390fa': requestPolicy('UserAgentRefererHeaders', headers('User-Agent', 'Referer')),
};

const ALL = { Items: ['*'] };

const SIMPLE_CORS = {
  AccessControlAllowOrigins: ALL,
  AccessControlAllowCredentials: false,
  OriginOverride: false,
};

const CORS_WITH_PREFLIGHT = {
  ...SIMPLE_CORS,
  AccessControlAllowMethods: { Items: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] },
  AccessControlExposeHeaders: ALL,
};

const SECURITY_HEADERS = {
  ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
  StrictTransportSecurity: { AccessControlMaxAgeSec: A_YEAR, Override: false },
  ContentTypeOptions: { Override: true },
  FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
  XSSProtection: { Protection: true, ModeBlock: true, Override: false },
};

const RESPONSE_HEADERS_POLICIES: Readonly<Record<string, Named>> = {
  '60669652-455b-4ae9-85a4-c4c02393f86c': ['SimpleCORS', { CorsConfig: SIMPLE_CORS }],
  '5cc3b908-e619-4b99-88e5-2cf7f45965bd': ['CORS-With-Preflight', { CorsConfig: CORS_WITH_PREFLIGHT }],
  '67f7725c-6f97-4210-82d7-5512b31e9d03': ['SecurityHeadersPolicy', { SecurityHeadersConfig: SECURITY_HEADERS }],
  'e61eb60c-9c35-4d20-a928-2b84e02af89c': [
    'CORS-and-SecurityHeadersPolicy',
    { CorsConfig: SIMPLE_CORS, SecurityHeadersConfig: SECURITY_HEADERS },
  ],
  'eaab4381-ed33-4a86-88ca-d9558dc6cd63': [
    'CORS-with-preflight-and-SecurityHeadersPolicy',
    { CorsConfig: CORS_WITH_PREFLIGHT, SecurityHeadersConfig: SECURITY_HEADERS },
  ],
};

const BY_TYPE: Readonly<Record<string, readonly [key: string, policies: Readonly<Record<string, Named>>]>> = {
  'AWS::CloudFront::CachePolicy': ['CachePolicyConfig', CACHE_POLICIES],
  'AWS::CloudFront::OriginRequestPolicy': ['OriginRequestPolicyConfig', ORIGIN_REQUEST_POLICIES],
  'AWS::CloudFront::ResponseHeadersPolicy': ['ResponseHeadersPolicyConfig', RESPONSE_HEADERS_POLICIES],
};

/** Undefined for an id that is not of a managed policy of that type. */
export function managedPolicy(type: string, id: string): Properties | undefined {
  const [key, policies] = BY_TYPE[type] ?? [];
  if (key === undefined || policies === undefined || !Object.hasOwn(policies, id)) return undefined;
  const [name, config] = policies[id] as Named;
  return properties({ [key]: config }, `Managed-${name}`);
}
