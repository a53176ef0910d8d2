/** The behavior of an API behind the same distribution: passed on as it comes, by every method, and never cached. */
import type { Api } from '../config/deployment.ts';
import { ConfigError } from '../config/errors.ts';
import { matchesWildcard } from '../shared/access/wildcard.ts';
import { ownDistribution, type Template } from './template.ts';

const ORIGIN_ID = 'api';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';

/** All that the viewer sent, but for its host, by which the origin would not know itself. */
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const SECURITY_HEADERS = '67f7725c-6f97-4210-82d7-5512b31e9d03';

interface DistributionConfig {
  readonly Origins: object[];
  readonly CacheBehaviors: { readonly PathPattern: string }[];
}

/**
 * No function of ours runs there, and no origin group fails over: CloudFront refuses writes to one.
 *
 * @throws {ConfigError} for a path that another behavior answers before, or that would answer before another.
 */
export function addApi(template: Template, { domain, path }: Api): void {
  const distribution = ownDistribution(template) as DistributionConfig | null;
  if (distribution === null) return;
  const { Origins, CacheBehaviors } = distribution;
  const other = CacheBehaviors.find(
    ({ PathPattern }) => matchesWildcard(PathPattern, path) || matchesWildcard(path, PathPattern),
  );
  if (other !== undefined) {
    throw new ConfigError('api.path', `paths that no other behavior has (${other.PathPattern} does)`, path);
  }
  Origins.push({
    Id: ORIGIN_ID,
    DomainName: domain,
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
  });
  CacheBehaviors.push({
    PathPattern: path,
    TargetOriginId: ORIGIN_ID,
    // A redirect would have let the request travel in the clear first, and lose the body of a write.
    ViewerProtocolPolicy: 'https-only',
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    CachedMethods: ['GET', 'HEAD'],
    Compress: true,
    CachePolicyId: CACHING_DISABLED,
    OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
    ResponseHeadersPolicyId: SECURITY_HEADERS,
  } as DistributionConfig['CacheBehaviors'][number]);
}
