/** Who may fetch what: behaviors beside each other, and what buckets allow. */
import type { CheckedTemplate, Place, Rule } from './finding.ts';
import {
  type CheckedBehavior,
  type CheckedDistribution,
  distributionsOf,
  listOf,
  objectOf,
  referred,
  resourcesOf,
} from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

/** Whether CloudFront or a function asks who the viewer is. */
function isGuarded({ properties }: CheckedBehavior): boolean {
  const functions = [...listOf(properties.FunctionAssociations), ...listOf(properties.LambdaFunctionAssociations)];
  return isSigned(properties) || functions.some((one) => objectOf(one).EventType === 'viewer-request');
}

function isSigned({ TrustedKeyGroups, TrustedSigners }: CheckedBehavior['properties']): boolean {
  return listOf(TrustedKeyGroups).length > 0 || listOf(TrustedSigners).length > 0;
}

/** Ids of the origins that a behavior may ask. */
function originsOf({ groups }: CheckedDistribution, { properties }: CheckedBehavior): readonly string[] {
  const id = String(properties.TargetOriginId);
  return groups.get(id) ?? [id];
}

export const ACCESS_RULES: readonly Rule[] = [
  {
    id: 'unguarded-behavior',
    severity: 'warning',
    why: 'What another behavior protects is open here to whoever spells its path so that this one is chosen: S3 decodes /private%2Fx, CloudFront does not.',
    advice: 'Give it a viewer request function that refuses such paths, or an origin of its own.',
    see: `${PAGE}/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern`,
    find: (template) =>
      distributionsOf(template).flatMap((distribution) => {
        const { id: resource, behaviors } = distribution;
        const guarded = new Set(behaviors.filter(isGuarded).flatMap((behavior) => originsOf(distribution, behavior)));
        return behaviors
          .filter((behavior) => !isGuarded(behavior))
          .filter((behavior) => originsOf(distribution, behavior).some((id) => guarded.has(id)))
          .map(({ path, pattern, properties }) => ({
            resource,
            path,
            expected: `a viewer request function, since other behaviors guard ${properties.TargetOriginId}`,
            got: pattern,
          }));
      }),
  },
  {
    id: 'guarded-over-http',
    severity: 'warning',
    why: 'A cookie or a signed URL that is sent without TLS is anybody’s.',
    advice: 'Set ViewerProtocolPolicy to https-only, or to redirect-to-https.',
    see: `${PAGE}/using-https-viewers-to-cloudfront.html`,
    find: (template) =>
      distributionsOf(template).flatMap(({ id: resource, behaviors }) =>
        behaviors
          .filter(({ properties }) => isSigned(properties) && properties.ViewerProtocolPolicy === 'allow-all')
          .map(({ path }) => ({
            resource,
            path: `${path}.ViewerProtocolPolicy`,
            expected: 'https-only or redirect-to-https',
            got: 'allow-all',
          })),
      ),
  },
  {
    id: 'signed-ipv6',
    severity: 'warning',
    why: 'A policy that binds a signature to an address takes IPv4 alone: a viewer that comes by IPv6 is refused.',
    advice: 'Set IPV6Enabled to false where policies name addresses; elsewhere nothing is wrong.',
    see: `${PAGE}/private-content-creating-signed-url-custom-policy.html`,
    find: (template) =>
      distributionsOf(template)
        .filter(
          ({ config, behaviors }) =>
            config.IPV6Enabled === true && behaviors.some(({ properties }) => isSigned(properties)),
        )
        .map(({ id: resource }) => ({
          resource,
          path: 'DistributionConfig.IPV6Enabled',
          expected: 'false, where signatures are bound to addresses',
          got: true,
        })),
  },
  {
    id: 'list-bucket',
    severity: 'warning',
    why: 'Who may list a bucket learns by 404 and 403 which objects exist, and at its root their names.',
    advice: 'Allow CloudFront s3:GetObject alone.',
    see: `${PAGE}/private-content-restricting-access-to-s3.html`,
    find: (template) =>
      bucketStatements(template)
        .filter(({ statement }) => letsList(statement))
        .map(listing),
  },
  {
    id: 's3-query-strings',
    severity: 'warning',
    why: 'S3 takes query strings for commands (versionId, response-content-type), and a viewer writes them.',
    advice: 'Forward none to buckets.',
    see: `${PAGE}/QueryStringParameters.html`,
    find: (template) =>
      distributionsOf(template).flatMap((distribution) =>
        distribution.behaviors
          .filter((behavior) => asksBucket(distribution, behavior))
          .flatMap((behavior) => forwardedQueries(template, distribution.id, behavior)),
      ),
  },
];

interface BucketStatement {
  readonly resource: string;
  readonly path: string;
  readonly statement: Readonly<Record<string, unknown>>;
}

function bucketStatements(template: CheckedTemplate): BucketStatement[] {
  return resourcesOf(template, 'AWS::S3::BucketPolicy').flatMap(([resource, { PolicyDocument }]) =>
    [objectOf(PolicyDocument).Statement].flat().map((statement, index) => ({
      resource,
      path: `PolicyDocument.Statement.${index}`,
      statement: objectOf(statement),
    })),
  );
}

function letsList({ Effect, Principal, Action }: Readonly<Record<string, unknown>>): boolean {
  const isCloudFront = Principal === '*' || /cloudfront|"\*"/.test(JSON.stringify(Principal ?? ''));
  const isListed = [Action].flat().some((action) => /^s3:(?:\*|List(?:Bucket)?\*?)$/i.test(String(action)));
  return Effect === 'Allow' && isCloudFront && isListed;
}

function listing({ resource, path, statement }: BucketStatement): Place {
  return { resource, path: `${path}.Action`, expected: 's3:GetObject', got: statement.Action };
}

function asksBucket(distribution: CheckedDistribution, behavior: CheckedBehavior): boolean {
  return originsOf(distribution, behavior).some((id) => distribution.origins.get(id)?.S3OriginConfig !== undefined);
}

function forwardedQueries(template: CheckedTemplate, resource: string, { path, properties }: CheckedBehavior): Place[] {
  const places: [name: string, config: string][] = [
    ['CachePolicyId', 'CachePolicyConfig'],
    ['OriginRequestPolicyId', 'OriginRequestPolicyConfig'],
  ];
  return places.flatMap(([name, config]) => {
    const id = referred(properties[name]);
    const policy = objectOf(objectOf(template.Resources[id ?? '']?.Properties)[config]);
    const { QueryStringsConfig } = { ...policy, ...objectOf(policy.ParametersInCacheKeyAndForwardedToOrigin) } as {
      QueryStringsConfig?: unknown;
    };
    const { QueryStringBehavior } = objectOf(QueryStringsConfig);
    if (QueryStringBehavior !== 'all' && QueryStringBehavior !== 'allExcept') return [];
    return [
      { resource, path: `${path}.${name}`, expected: 'a policy without query strings', got: QueryStringBehavior },
    ];
  });
}
