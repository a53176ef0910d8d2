/** What the AWS CLI printed of one distribution and what it names by id; and the template of the same. */
import { readFileSync } from 'node:fs';

/** `get-distribution`, from the folder beside this file. */
export function printed(command: string) {
  return JSON.parse(readFileSync(new URL(`./aws-cli/${command}.json`, import.meta.url), 'utf8'));
}

export const RESOURCES = [
  'get-cache-policy',
  'get-origin-request-policy',
  'get-response-headers-policy',
  'get-key-group',
  'get-public-key',
].map(printed);

const READ = ['HEAD', 'GET'];

const bucket = (Id: string, region: string) => ({
  Id,
  DomainName: { 'Fn::Sub': `${Id}-\${AWS::AccountId}.s3.${region}.\${AWS::URLSuffix}` },
  S3OriginConfig: { OriginReadTimeout: 30 },
  ConnectionAttempts: 1,
  ConnectionTimeout: 2,
  OriginAccessControlId: { 'Fn::GetAtt': ['AccessControl', 'Id'] },
});

/** The distribution that `get-distribution` printed, as a stack would have it. The public key is in no template. */
export const FILMS_TEMPLATE = {
  Parameters: { Studio: { Type: 'String', Default: '' } },
  Mappings: { Domains: { api: { name: 'api.example.com' } } },
  Resources: {
    CachePolicy: {
      Type: 'AWS::CloudFront::CachePolicy',
      Properties: {
        CachePolicyConfig: {
          Name: 'films',
          MinTTL: 1,
          DefaultTTL: 60,
          MaxTTL: 600,
          ParametersInCacheKeyAndForwardedToOrigin: {
            EnableAcceptEncodingGzip: true,
            EnableAcceptEncodingBrotli: false,
            HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept-Language'] },
            CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['theme'] },
            QueryStringsConfig: { QueryStringBehavior: 'none' },
          },
        },
      },
    },
    OriginRequestPolicy: {
      Type: 'AWS::CloudFront::OriginRequestPolicy',
      Properties: {
        OriginRequestPolicyConfig: {
          Name: 'films',
          HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Origin', 'CloudFront-Viewer-Country'] },
          CookiesConfig: { CookieBehavior: 'none' },
          QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['page'] },
        },
      },
    },
    ResponseHeadersPolicy: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: {
        ResponseHeadersPolicyConfig: {
          Name: 'films',
          CorsConfig: {
            AccessControlAllowOrigins: { Items: ['https://www.example.com'] },
            AccessControlAllowHeaders: { Items: ['*'] },
            AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
            AccessControlAllowCredentials: false,
            AccessControlMaxAgeSec: 600,
            OriginOverride: true,
          },
          SecurityHeadersConfig: {
            XSSProtection: { Override: true, Protection: true, ModeBlock: true },
            ContentTypeOptions: { Override: true },
            StrictTransportSecurity: {
              Override: true,
              IncludeSubdomains: true,
              Preload: false,
              AccessControlMaxAgeSec: 600,
            },
          },
          CustomHeadersConfig: { Items: [{ Header: 'X-Studio', Value: { Ref: 'Studio' }, Override: false }] },
          RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
        },
      },
    },
    KeyGroup: {
      Type: 'AWS::CloudFront::KeyGroup',
      Properties: { KeyGroupConfig: { Name: 'films', Items: ['K2JCJMDEHXQW5F'] } },
    },
    AccessControl: { Type: 'AWS::CloudFront::OriginAccessControl' },
    Films: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          HttpVersion: 'http2',
          DefaultRootObject: 'index.html',
          Origins: [
            bucket('films', 'us-east-1'),
            bucket('films-copy', 'eu-west-1'),
            {
              Id: 'api',
              DomainName: { 'Fn::FindInMap': ['Domains', 'api', 'name'] },
              OriginPath: '/v1',
              OriginCustomHeaders: [
                { HeaderName: 'X-Secret', HeaderValue: 'ours' },
                { HeaderName: 'X-Empty', HeaderValue: '' },
              ],
              CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 20 },
            },
          ],
          OriginGroups: {
            Quantity: 1,
            Items: [
              {
                Id: 'both',
                FailoverCriteria: { StatusCodes: { Quantity: 3, Items: [500, 503, 504] } },
                Members: { Quantity: 2, Items: [{ OriginId: 'films' }, { OriginId: 'films-copy' }] },
              },
            ],
          },
          DefaultCacheBehavior: {
            TargetOriginId: 'both',
            ViewerProtocolPolicy: 'redirect-to-https',
            AllowedMethods: ['HEAD', 'GET', 'OPTIONS'],
            CachedMethods: READ,
            Compress: true,
            CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
            OriginRequestPolicyId: '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
            ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
          },
          CacheBehaviors: [
            {
              PathPattern: '/signed/*',
              TargetOriginId: 'films',
              TrustedKeyGroups: [{ Ref: 'KeyGroup' }],
              ViewerProtocolPolicy: 'https-only',
              AllowedMethods: READ,
              CachedMethods: READ,
              CachePolicyId: { Ref: 'CachePolicy' },
              OriginRequestPolicyId: { 'Fn::GetAtt': ['OriginRequestPolicy', 'Id'] },
              ResponseHeadersPolicyId: { Ref: 'ResponseHeadersPolicy' },
            },
            {
              PathPattern: '/api/*',
              TargetOriginId: 'api',
              ViewerProtocolPolicy: 'allow-all',
              AllowedMethods: ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'],
              CachedMethods: ['HEAD', 'GET', 'OPTIONS'],
              CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
              OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
            },
            {
              PathPattern: '/legacy/*',
              TargetOriginId: 'films',
              ViewerProtocolPolicy: 'allow-all',
              AllowedMethods: READ,
              CachedMethods: READ,
              Compress: true,
              ForwardedValues: {
                QueryString: true,
                Cookies: { Forward: 'whitelist', WhitelistedNames: ['theme*'] },
                Headers: ['Accept-Language'],
                QueryStringCacheKeys: ['page'],
              },
              DefaultTTL: 60,
              MaxTTL: 600,
            },
          ],
          CustomErrorResponses: [
            { ErrorCode: 404, ResponsePagePath: '/missing.html', ResponseCode: 404, ErrorCachingMinTTL: 5 },
            { ErrorCode: 500, ErrorCachingMinTTL: 1 },
          ],
          Restrictions: { GeoRestriction: { RestrictionType: 'blacklist', Locations: ['FR'] } },
        },
      },
    },
  },
};
