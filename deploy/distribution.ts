import type { DistributionSettings } from '../config/deployment.ts';
import { ownDistribution, type Template } from './template.ts';

/** How the distribution is served: protocols, addresses, names, certificate. */
export function setDistribution(template: Template, settings: DistributionSettings): void {
  const { httpVersion, ipv6, priceClass, aliases, viewerCertificate, webAcl } = settings;
  Object.assign(ownDistribution(template) ?? {}, {
    HttpVersion: httpVersion,
    IPV6Enabled: ipv6,
    PriceClass: priceClass,
    ...(aliases.length > 0 && { Aliases: aliases }),
    ...(viewerCertificate !== null && {
      ViewerCertificate: {
        AcmCertificateArn: viewerCertificate.arn,
        MinimumProtocolVersion: viewerCertificate.minimumTls,
        SslSupportMethod: 'sni-only',
      },
    }),
    ...(webAcl !== null && { WebACLId: webAcl }),
  });
}
