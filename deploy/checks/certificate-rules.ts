/** The certificate that viewers see, and the versions of TLS that it is served with. */
import type { Rule } from './finding.ts';
import { type Found, inEach, isKnown, listOf, objectOf, type Properties, referred } from './read.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

const PATH = 'DistributionConfig.ViewerCertificate';

/** Of the partition `aws`: CloudFront in China takes no certificate of ACM, wherever it is. */
const ACM_REGION = /^arn:aws:acm:([^:]+):/;

/** Security policies with SSL, or with TLS before 1.2. */
const OLD_POLICIES = ['SSLv3', 'TLSv1', 'TLSv1_2016', 'TLSv1.1_2016'];

/** What CloudFront's own certificate is served with. */
const DEFAULT_POLICY = 'TLSv1';

export const CERTIFICATE_RULES: readonly Rule[] = [
  {
    id: 'alias-certificate',
    severity: 'error',
    why: 'CloudFront takes an alias only with a certificate that covers it, and its own covers none.',
    advice: 'Name a certificate for the aliases in ViewerCertificate.AcmCertificateArn.',
    see: `${GUIDE}/CNAMEs.html#alternate-domain-names-requirements`,
    find: ofCertificate((certificate, { Aliases, ViewerCertificate }) => {
      const aliases = listOf(Aliases).filter((alias) => typeof alias === 'string' && isKnown(alias));
      if (aliases.length === 0 || ownOf(certificate) !== undefined) return [];
      return [{ path: PATH, expected: `a certificate for ${aliases.join(', ')}`, got: ViewerCertificate }];
    }),
  },
  {
    id: 'certificate-region',
    severity: 'error',
    why: 'CloudFront takes certificates of ACM from us-east-1 alone.',
    advice: 'Request or import the certificate there, and name that one.',
    see: `${GUIDE}/cnames-and-https-requirements.html#https-requirements-aws-region`,
    find: ofCertificate(({ AcmCertificateArn: got }) => {
      const [, region = 'us-east-1'] = ACM_REGION.exec(String(got)) ?? [];
      if (!isKnown(got) || region === 'us-east-1') return [];
      return [{ path: `${PATH}.AcmCertificateArn`, expected: 'a certificate in us-east-1', got }];
    }),
  },
  {
    id: 'minimum-tls',
    severity: 'warning',
    why: 'RFC 8996 and RFC 7568 forbid SSL and TLS before 1.2: they do not keep out who is in between.',
    advice: 'Set MinimumProtocolVersion to TLSv1.2_2021 or newer.',
    see: `${GUIDE}/secure-connections-supported-viewer-protocols-ciphers.html`,
    find: ofCertificate((certificate) => {
      const got = certificate.MinimumProtocolVersion;
      if (mayBeNothing(ownOf(certificate)) || !OLD_POLICIES.includes(String(got))) return [];
      return [{ path: `${PATH}.MinimumProtocolVersion`, expected: 'TLSv1.2_2021 or newer', got }];
    }),
  },
  {
    id: 'default-certificate-tls',
    severity: 'warning',
    why: 'CloudFront serves its own certificate with TLSv1 and newer, whatever is written here.',
    advice: 'Take it away, or give the distribution an alias and a certificate for it.',
    see: 'https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html',
    find: ofCertificate((certificate) => {
      const { CloudFrontDefaultCertificate, MinimumProtocolVersion: got = DEFAULT_POLICY } = certificate;
      const isDefault = String(CloudFrontDefaultCertificate) === 'true' && ownOf(certificate) === undefined;
      if (!isDefault || !isKnown(got) || got === DEFAULT_POLICY) return [];
      return [{ path: `${PATH}.MinimumProtocolVersion`, expected: 'none beside CloudFrontDefaultCertificate', got }];
    }),
  },
];

/** A rule that looks at each certificate, the default one included; not where a condition decides about all of it. */
function ofCertificate(find: (certificate: Properties, config: Properties) => Found[]): Rule['find'] {
  return inEach(({ config }) =>
    isKnown(config.ViewerCertificate) ? find(objectOf(config.ViewerCertificate), config) : [],
  );
}

/** The ARN or the id of a certificate that is not CloudFront's. */
function ownOf({ AcmCertificateArn, IamCertificateId }: Properties): unknown {
  return AcmCertificateArn ?? IamCertificateId;
}

/** Whether it is gone, or a condition can take it away. */
function mayBeNothing(value: unknown): boolean {
  return value === undefined || 'Fn::If' in objectOf(value) || referred(value) === 'AWS::NoValue';
}
