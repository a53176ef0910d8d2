/** A distribution as small as one can be: a custom origin `origin`, and the least CloudFront Function on all but `/plain/*`. */
export function edgeTemplate() {
  const none = {
    HeadersConfig: { HeaderBehavior: 'none' },
    CookiesConfig: { CookieBehavior: 'none' },
    QueryStringsConfig: { QueryStringBehavior: 'none' },
  };
  const behavior = {
    TargetOriginId: 'origin',
    ViewerProtocolPolicy: 'allow-all',
    CachePolicyId: { Ref: 'CachePolicy' },
  };
  return {
    Resources: {
      CachePolicy: {
        Type: 'AWS::CloudFront::CachePolicy',
        Properties: {
          CachePolicyConfig: {
            Name: 'bench',
            MinTTL: 0,
            DefaultTTL: 86_400,
            MaxTTL: 31_536_000,
            ParametersInCacheKeyAndForwardedToOrigin: {
              EnableAcceptEncodingGzip: false,
              EnableAcceptEncodingBrotli: false,
              ...none,
            },
          },
        },
      },
      ViewerRequest: {
        Type: 'AWS::CloudFront::Function',
        Properties: {
          Name: 'bench',
          FunctionCode: 'function handler(event) { return event.request; }',
          FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        },
      },
      Distribution: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Enabled: true,
            Origins: [
              {
                Id: 'origin',
                DomainName: 'origin.example.com',
                CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
              },
            ],
            CacheBehaviors: [{ ...behavior, PathPattern: '/plain/*' }],
            DefaultCacheBehavior: {
              ...behavior,
              FunctionAssociations: [
                { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['ViewerRequest', 'FunctionARN'] } },
              ],
            },
          },
        },
      },
    },
  };
}
