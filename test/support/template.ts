/** A compiled template of a test's own: one distribution over the two regional buckets. */

/** What a behavior can allow at most. */
export const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];

export interface TemplateInit {
  /** Code of a CloudFront Function at the viewer request. */
  readonly code?: string;
  /** Its runtime. Default: `cloudfront-js-2.0`. */
  readonly runtime?: string;
  /** Whether a key value store is associated with it. Default: one is. */
  readonly hasStore?: boolean;
  /** `functions/<folder>/<file>.<export>` of a Lambda@Edge function at the origin response. */
  readonly handler?: string;
  /** Of a Lambda@Edge function at the viewer request, likewise. */
  readonly viewerHandler?: string;
  /** Of Lambda@Edge functions at other events, likewise, by event. */
  readonly lambdas?: Readonly<Record<string, string>>;
  /** Code of CloudFront Functions at other events, by event. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Events whose Lambda@Edge function is given the body. */
  readonly includeBody?: readonly string[];
  readonly timeoutSeconds?: number;
  /** Replaces properties of the default cache behavior. */
  readonly behavior?: Readonly<Record<string, unknown>>;
  /** Replaces properties of the cache policy. */
  readonly cachePolicy?: Readonly<Record<string, unknown>>;
  /** Properties of an origin request policy and of a response headers policy, which the behavior then has. */
  readonly originRequestPolicy?: Readonly<Record<string, unknown>>;
  readonly responseHeadersPolicy?: Readonly<Record<string, unknown>>;
  /** Replaces properties of the distribution's configuration. */
  readonly distribution?: Readonly<Record<string, unknown>>;
}

const NONE = {
  HeadersConfig: { HeaderBehavior: 'none' },
  CookiesConfig: { CookieBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: 'none' },
};

export function template(init: TemplateInit = {}) {
  const scripts = Object.entries({ ...(init.code !== undefined && { 'viewer-request': init.code }), ...init.scripts });
  const lambdas = Object.entries(init.lambdas ?? {});
  const origin = (region: string) => ({
    Id: region,
    DomainName: { 'Fn::Sub': `films-\${AWS::AccountId}.s3.${region}.\${AWS::URLSuffix}` },
    S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 5 },
    ConnectionAttempts: 1,
    ConnectionTimeout: 2,
  });
  return {
    Resources: {
      CachePolicy: {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: {
          CachePolicyConfig: {
            Name: 'test',
            MinTTL: 0,
            DefaultTTL: 86_400,
            MaxTTL: 31_536_000,
            ParametersInCacheKeyAndForwardedToOrigin: {
              EnableAcceptEncodingGzip: false,
              EnableAcceptEncodingBrotli: false,
              ...NONE,
            },
            ...init.cachePolicy,
          },
        },
      },
      ...(init.originRequestPolicy !== undefined && {
        OriginRequestPolicy: {
          Type: 'AWS::CloudFront::OriginRequestPolicy',
          Properties: { OriginRequestPolicyConfig: { Name: 'test', ...NONE, ...init.originRequestPolicy } },
        },
      }),
      ...(init.responseHeadersPolicy !== undefined && {
        ResponseHeadersPolicy: {
          Type: 'AWS::CloudFront::ResponseHeadersPolicy',
          Properties: { ResponseHeadersPolicyConfig: { Name: 'test', ...init.responseHeadersPolicy } },
        },
      }),
      ...Object.fromEntries(scripts.map(([event, code]) => [idOf(event), script(event, code, init)])),
      ...lambdaFunction('OriginResponse', init.handler, init.timeoutSeconds),
      ...lambdaFunction('ViewerLambda', init.viewerHandler, init.timeoutSeconds),
      ...Object.assign(
        {},
        ...lambdas.map(([event, handler]) => lambdaFunction(`${idOf(event)}Lambda`, handler, init.timeoutSeconds)),
      ),
      Distribution: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Enabled: true,
            Origins: [origin('us-east-1'), origin('eu-west-1')],
            OriginGroups: {
              Quantity: 1,
              Items: [
                {
                  Id: 'regional',
                  FailoverCriteria: { StatusCodes: { Quantity: 3, Items: [500, 503, 504] } },
                  Members: { Quantity: 2, Items: [{ OriginId: 'us-east-1' }, { OriginId: 'eu-west-1' }] },
                },
              ],
            },
            DefaultCacheBehavior: {
              TargetOriginId: 'regional',
              ViewerProtocolPolicy: 'allow-all',
              CachePolicyId: { Ref: 'CachePolicy' },
              ...(init.originRequestPolicy !== undefined && { OriginRequestPolicyId: { Ref: 'OriginRequestPolicy' } }),
              ...(init.responseHeadersPolicy !== undefined && {
                ResponseHeadersPolicyId: { Ref: 'ResponseHeadersPolicy' },
              }),
              ...(scripts.length > 0 && {
                FunctionAssociations: scripts.map(([event]) => ({
                  EventType: event,
                  FunctionARN: { 'Fn::GetAtt': [idOf(event), 'FunctionARN'] },
                })),
              }),
              LambdaFunctionAssociations: [
                ...(init.handler === undefined ? [] : [lambdaAssociation('origin-response', 'OriginResponse')]),
                ...(init.viewerHandler === undefined ? [] : [lambdaAssociation('viewer-request', 'ViewerLambda')]),
                ...lambdas.map(([event]) => lambdaAssociation(event, `${idOf(event)}Lambda`)),
              ].map((association) =>
                init.includeBody?.includes(association.EventType) ? { ...association, IncludeBody: true } : association,
              ),
              ...init.behavior,
            },
            ...init.distribution,
          },
        },
      },
    },
  };
}

/** `ViewerRequest` of `viewer-request`. */
function idOf(event: string): string {
  return event.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}

function script(name: string, code: string, { runtime = 'cloudfront-js-2.0', hasStore = true }: TemplateInit) {
  const FunctionConfig = {
    Comment: '',
    Runtime: runtime,
    ...(hasStore && { KeyValueStoreAssociations: [{ KeyValueStoreARN: 'store' }] }),
  };
  return { Type: 'AWS::CloudFront::Function', Properties: { Name: name, FunctionCode: code, FunctionConfig } };
}

/** A custom origin, with two seconds to connect and five to answer. */
export function customOrigin(id: string, properties: Readonly<Record<string, unknown>> = {}) {
  return {
    Id: id,
    DomainName: `${id}.example.com`,
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 5 },
    ConnectionAttempts: 1,
    ConnectionTimeout: 2,
    ...properties,
  };
}

function lambdaFunction(id: string, handler: string | undefined, timeoutSeconds = 10) {
  if (handler === undefined) return {};
  return {
    [id]: { Type: 'AWS::Lambda::Function', Properties: { Handler: handler, Timeout: timeoutSeconds, MemorySize: 128 } },
    [`${id}Version`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: id } } },
  };
}

/** What a behavior says of a function at an event. */
export function lambdaAssociation(event: string, id: string) {
  return { EventType: event, LambdaFunctionARN: { Ref: `${id}Version` } };
}
