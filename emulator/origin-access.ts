/** Whether CloudFront signs its requests to an origin, and what the policy of the origin's bucket makes of that. */
import type { Origin, Signing } from './distribution.ts';
import type { Properties } from './properties.ts';
import type { Resources } from './resources.ts';
import { bucketPolicyOf } from './s3/bucket-policy.ts';

export interface OriginAccess {
  /** The origin, with what the template says of its access control and its bucket. */
  of(origin: Origin, properties: Properties): Origin;
  /** What of the bucket policies is not evaluated, one line each. */
  notices(): string[];
}

/** @param distribution logical id of the distribution that is served */
export function originAccess(resources: Resources, distribution: string): OriginAccess {
  const notices = new Set<string>();
  const controls = resources('AWS::CloudFront::OriginAccessControl');
  const identities = resources('AWS::CloudFront::CloudFrontOriginAccessIdentity');
  const distributions = resources('AWS::CloudFront::Distribution');
  const buckets = resources('AWS::S3::Bucket');
  const policies = [...resources('AWS::S3::BucketPolicy').values()];

  /** A bucket goes by its logical id and by its name. */
  function namesOf(bucket: string): string[] {
    const known = [...buckets].map(([id, properties]) => [id, properties.optionalText('BucketName') ?? id]);
    return known.find((names) => names.includes(bucket)) ?? [bucket];
  }

  /** An id that the template did not make cannot be told from the right one. */
  const isAnother = (id: string, own: string, made: ReadonlyMap<string, Properties>): boolean =>
    id !== own && made.has(id);

  function policyOf(domainName: string, identity: string) {
    const bucket = bucketOf(domainName);
    const policy = policies.find((each) => bucket !== null && namesOf(each.text('Bucket')).includes(bucket));
    if (policy === undefined) return null;
    const asking = {
      isDistribution: (arn: string) => {
        const id = /:distribution\/(.*)$/.exec(arn)?.[1]?.replace(/\.Id$/, '');
        return id !== undefined && !isAnother(id, distribution, distributions);
      },
      isIdentity: (principal: string) => {
        const id = /^(.*)\.S3CanonicalUserId$|Origin Access Identity (.*)$/.exec(principal)?.slice(1).join('');
        return (id !== undefined || /^[0-9a-f]{64}$/.test(principal)) && !isAnother(id ?? '', identity, identities);
      },
    };
    const where = `${policy.where}.PolicyDocument`;
    return bucketPolicyOf(policy.value('PolicyDocument'), asking, where, (notice) => notices.add(notice));
  }

  return {
    of(origin, properties) {
      if (origin.type !== 's3') return origin;
      const controlId = (properties.optionalText('OriginAccessControlId') ?? '').replace(/\.Id$/, '');
      const behavior = controls
        .get(controlId)
        ?.optionalObject('OriginAccessControlConfig')
        ?.optionalText('SigningBehavior');
      const identity =
        properties.object('S3OriginConfig').optionalText('OriginAccessIdentity')?.split('/').at(-1) ?? '';
      return {
        ...origin,
        signing: behavior == null ? origin.signing : signingOf(behavior),
        bucketPolicy: policyOf(origin.domainName, identity),
      };
    },
    notices: () => [...notices],
  };
}

/** The signing behavior of an origin access control. */
export function signingOf(behavior: string): Signing {
  return behavior === 'no-override' || behavior === 'always' ? behavior : 'none';
}

/** The bucket of an S3 domain name, or of the attribute that stands for it here; null: of none. */
function bucketOf(domainName: string): string | null {
  return /^(.+?)\.(?:s3[.-].+|(?:Regional|DualStack)?DomainName)$/.exec(domainName)?.[1] ?? null;
}
