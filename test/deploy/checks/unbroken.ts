/** Changes that come close to what a rule finds: none of them has a finding. */
import { logQueries, takenBy } from './monitoring-mutations.ts';
import type { Mutation } from './mutation.ts';
import { CERTIFICATE } from './transport-mutations.ts';

type Unbroken = Omit<Mutation, 'at'>;

const TRANSPORT: readonly Unbroken[] = [
  {
    rule: 'alias-certificate',
    what: 'an alias with a certificate',
    change: (_, distribution) =>
      Object.assign(distribution, { Aliases: ['www.example.com'], ViewerCertificate: CERTIFICATE }),
  },
  {
    rule: 'alias-certificate',
    what: 'an alias with a certificate of IAM',
    change: (_, distribution) =>
      Object.assign(distribution, { Aliases: ['www.example.com'], ViewerCertificate: { IamCertificateId: 'a' } }),
  },
  {
    rule: 'alias-certificate',
    what: 'no alias, and the default certificate',
    change: (_, distribution) =>
      Object.assign(distribution, { Aliases: [], ViewerCertificate: { CloudFrontDefaultCertificate: true } }),
  },
  {
    rule: 'certificate-region',
    what: 'a certificate in China',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = {
        AcmCertificateArn: 'arn:aws-cn:acm:cn-north-1:111122223333:certificate/a',
      }),
  },
  {
    rule: 'minimum-tls',
    what: 'TLSv1.2_2018',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = { ...CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2018' }),
  },
  {
    rule: 'default-certificate-tls',
    what: 'what the default certificate comes with',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = { CloudFrontDefaultCertificate: true, MinimumProtocolVersion: 'TLSv1' }),
  },
  ...['arn:aws:wafv2:us-east-1:111122223333:global/webacl/films/a1b2c3d4', 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111'].map(
    (webAcl): Unbroken => ({
      rule: 'web-acl-scope',
      what: webAcl,
      change: (_, distribution) => (distribution.WebACLId = webAcl),
    }),
  ),
  {
    rule: 'web-acl-scope',
    what: 'a web ACL of the template for CloudFront',
    change: (resources, distribution) => {
      resources.WebAcl = { Type: 'AWS::WAFv2::WebACL', Properties: { Scope: 'CLOUDFRONT' } };
      distribution.WebACLId = { 'Fn::GetAtt': ['WebAcl', 'Arn'] };
    },
  },
  {
    rule: 'origin-over-http',
    what: 'an origin that is asked as viewers do, who need TLS there alone',
    change: (_, { Origins, DefaultCacheBehavior }) => {
      Origins[2].CustomOriginConfig.OriginProtocolPolicy = 'match-viewer';
      DefaultCacheBehavior.ViewerProtocolPolicy = 'allow-all';
    },
  },
];

const MONITORING: readonly Unbroken[] = [
  {
    rule: 'logged-cookies',
    what: 'logs without cookies',
    change: (_, distribution) => (distribution.Logging = { IncludeCookies: false }),
  },
  {
    rule: 'logged-query-strings',
    what: 'query strings in the logs, without credentials',
    settings: takenBy('header'),
    change: logQueries,
  },
  {
    rule: 'logged-query-strings',
    what: 'query strings in the logs of another distribution',
    change: (resources) => {
      logQueries(resources);
      resources.LogSource.Properties.ResourceArn = 'arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE';
    },
  },
  {
    rule: 'alarm-dimensions',
    what: 'a metric of another service',
    change: ({ ErrorRateAlarm }) => Object.assign(ErrorRateAlarm.Properties, { Namespace: 'AWS/S3', Dimensions: [] }),
  },
];

export const UNBROKEN: readonly Unbroken[] = [...TRANSPORT, ...MONITORING];
