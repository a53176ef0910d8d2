/** Certificates, web ACLs, and origins without TLS. */
import { DYNAMIC, either, PARAMETER, type Unread } from './intrinsic.ts';
import type { Changed } from './mutation.ts';
import { CERTIFICATE } from './transport-mutations.ts';

const Aliases = ['www.example.com'];
const CloudFrontDefaultCertificate = true;
const MinimumProtocolVersion = 'TLSv1';

const CERTIFICATES: readonly Unread[] = (
  [
    ['alias-certificate', 'an alias of a parameter', { Aliases: [PARAMETER] }],
    ['alias-certificate', 'an alias by a dynamic reference', { Aliases: [DYNAMIC] }],
    ['alias-certificate', 'aliases under a condition', { Aliases: either(Aliases) }],
    ['alias-certificate', 'a certificate under a condition', { Aliases, ViewerCertificate: either(CERTIFICATE) }],
    [
      'alias-certificate',
      'the ARN of a certificate under a condition',
      { Aliases, ViewerCertificate: { AcmCertificateArn: either('a') } },
    ],
    [
      'certificate-region',
      'a certificate in a region by a dynamic reference',
      { ViewerCertificate: { AcmCertificateArn: `arn:aws:acm:${DYNAMIC}:111122223333:certificate/a` } },
    ],
    [
      'certificate-region',
      'a certificate in the region of the stack',
      {
        ViewerCertificate: {
          AcmCertificateArn: { 'Fn::Sub': `arn:aws:acm:\${AWS::Region}:\${AWS::AccountId}:certificate/a` },
        },
      },
    ],
    [
      'minimum-tls',
      'a minimum of a parameter',
      { ViewerCertificate: { ...CERTIFICATE, MinimumProtocolVersion: PARAMETER } },
    ],
    [
      'minimum-tls',
      'a minimum with the ARN of a certificate under a condition',
      { ViewerCertificate: { AcmCertificateArn: either('a'), MinimumProtocolVersion } },
    ],
    [
      'minimum-tls',
      'a minimum with the id of a certificate that is none',
      { ViewerCertificate: { IamCertificateId: { Ref: 'AWS::NoValue' }, MinimumProtocolVersion } },
    ],
    [
      'default-certificate-tls',
      'a minimum of a parameter',
      { ViewerCertificate: { CloudFrontDefaultCertificate, MinimumProtocolVersion: PARAMETER } },
    ],
    [
      'default-certificate-tls',
      'the default certificate beside the ARN of another under a condition',
      {
        ViewerCertificate: {
          ...CERTIFICATE,
          CloudFrontDefaultCertificate,
          AcmCertificateArn: either('a'),
        },
      },
    ],
  ] as const
).map(([rule, what, settings]) => [rule, `of ${what}`, (_, distribution) => Object.assign(distribution, settings)]);

const WEB_ACLS: readonly Unread[] = (
  [
    ['of a parameter', PARAMETER],
    ['in a region by a dynamic reference', `arn:aws:wafv2:${DYNAMIC}:111122223333:global/webacl/films/a`],
    ['under a condition', either('arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/films/a')],
  ] as const
).map(([what, webAcl]) => [
  'web-acl-scope',
  `of a web ACL ${what}`,
  (_, distribution) => (distribution.WebACLId = webAcl),
]);

const ORIGINS: readonly Unread[] = (
  [
    [
      'a protocol of a parameter',
      (config, { CacheBehaviors: [errors] }) => {
        config.OriginProtocolPolicy = PARAMETER;
        errors.ViewerProtocolPolicy = 'allow-all';
      },
    ],
    [
      'viewers by a protocol of a parameter',
      (config, { CacheBehaviors: [errors] }) => {
        config.OriginProtocolPolicy = 'match-viewer';
        errors.ViewerProtocolPolicy = PARAMETER;
      },
    ],
  ] as readonly [string, (config: Changed, distribution: Changed) => void][]
).map(([what, change]) => [
  'origin-over-http',
  `of ${what}`,
  (_, distribution) => change(distribution.Origins[2].CustomOriginConfig, distribution),
]);

export const TRANSPORT_INTRINSICS: readonly Unread[] = [...CERTIFICATES, ...WEB_ACLS, ...ORIGINS];
