/** Certificates, web ACLs, and origins without TLS. */
import { PARAMETER } from './intrinsic.ts';
import { type Changed, DISTRIBUTION, type Mutation } from './mutation.ts';

export const CERTIFICATE = {
  AcmCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/a',
  MinimumProtocolVersion: 'TLSv1.2_2021',
  SslSupportMethod: 'sni-only',
};

export const TRANSPORT_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'alias-certificate',
    what: 'an alias without a certificate',
    change: (_, distribution) => (distribution.Aliases = ['www.example.com']),
    at: `${DISTRIBUTION}.ViewerCertificate`,
  },
  {
    rule: 'alias-certificate',
    what: 'an alias beside another of a parameter, with the default certificate',
    change: (_, distribution) =>
      Object.assign(distribution, {
        Aliases: [PARAMETER, 'www.example.com'],
        ViewerCertificate: { CloudFrontDefaultCertificate: true },
      }),
    at: `${DISTRIBUTION}.ViewerCertificate`,
  },
  {
    rule: 'certificate-region',
    what: 'a certificate of another region',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = {
        ...CERTIFICATE,
        AcmCertificateArn: CERTIFICATE.AcmCertificateArn.replace('us-east-1', 'us-east-2'),
      }),
    at: `${DISTRIBUTION}.ViewerCertificate.AcmCertificateArn`,
  },
  ...['SSLv3', 'TLSv1', 'TLSv1_2016', 'TLSv1.1_2016'].map((policy) => ({
    rule: 'minimum-tls',
    what: policy,
    change: (_: Changed, distribution: Changed) =>
      (distribution.ViewerCertificate = { ...CERTIFICATE, MinimumProtocolVersion: policy }),
    at: `${DISTRIBUTION}.ViewerCertificate.MinimumProtocolVersion`,
  })),
  {
    rule: 'minimum-tls',
    what: 'TLSv1 with a certificate that a parameter names',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = { AcmCertificateArn: PARAMETER, MinimumProtocolVersion: 'TLSv1' }),
    at: `${DISTRIBUTION}.ViewerCertificate.MinimumProtocolVersion`,
  },
  {
    rule: 'minimum-tls',
    what: 'TLSv1 with a certificate of IAM',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = { IamCertificateId: 'a', MinimumProtocolVersion: 'TLSv1' }),
    at: `${DISTRIBUTION}.ViewerCertificate.MinimumProtocolVersion`,
  },
  {
    rule: 'default-certificate-tls',
    what: 'a minimum beside the default certificate',
    change: (_, distribution) =>
      (distribution.ViewerCertificate = {
        CloudFrontDefaultCertificate: true,
        MinimumProtocolVersion: 'TLSv1.2_2021',
      }),
    at: `${DISTRIBUTION}.ViewerCertificate.MinimumProtocolVersion`,
  },
  ...['us-east-1:111122223333:regional', 'eu-west-1:111122223333:regional', 'eu-west-1:111122223333:global'].map(
    (part) => ({
      rule: 'web-acl-scope',
      what: `a web ACL of ${part}`,
      change: (_: Changed, distribution: Changed) =>
        (distribution.WebACLId = `arn:aws:wafv2:${part}/webacl/films/a1b2c3d4`),
      at: `${DISTRIBUTION}.WebACLId`,
    }),
  ),
  {
    rule: 'web-acl-scope',
    what: 'a web ACL of the template for a region',
    change: (resources, distribution) => {
      resources.WebAcl = { Type: 'AWS::WAFv2::WebACL', Properties: { Scope: 'REGIONAL' } };
      distribution.WebACLId = { 'Fn::GetAtt': ['WebAcl', 'Arn'] };
    },
    at: `${DISTRIBUTION}.WebACLId`,
  },
  {
    rule: 'origin-over-http',
    what: 'an origin that is asked without TLS',
    change: (_, { Origins }) => (Origins[2].CustomOriginConfig.OriginProtocolPolicy = 'http-only'),
    at: `${DISTRIBUTION}.Origins.2.CustomOriginConfig.OriginProtocolPolicy`,
  },
  {
    rule: 'origin-over-http',
    what: 'an origin that is asked as viewers do, who need no TLS',
    change: (_, { Origins, CacheBehaviors: [errors] }) => {
      Origins[2].CustomOriginConfig.OriginProtocolPolicy = 'match-viewer';
      errors.ViewerProtocolPolicy = 'allow-all';
    },
    at: `${DISTRIBUTION}.Origins.2.CustomOriginConfig.OriginProtocolPolicy`,
  },
];
