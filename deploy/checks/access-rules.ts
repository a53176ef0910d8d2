/** Who may fetch what: behaviors beside each other, and what buckets allow. */
import { matchesWildcard } from '../../shared/access/wildcard.ts';
import type { CheckedTemplate, Place, Rule } from './finding.ts';
import {
  type CheckedBehavior,
  distributionsOf,
  isKnown,
  isSigned,
  listOf,
  objectOf,
  originsOf,
  referred,
  resourcesOf,
} from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

/** Whether CloudFront or a function asks who the viewer is. */
function isGuarded(behavior: CheckedBehavior): boolean {
  const { properties } = behavior;
  const functions = [...listOf(properties.FunctionAssociations), ...listOf(properties.LambdaFunctionAssociations)];
  return isSigned(behavior) || functions.some((one) => objectOf(one).EventType === 'viewer-request');
}

/** Whether a function or a signature may be asked for that only the deployed behavior shows. */
function mayBeGuarded({ properties }: CheckedBehavior): boolean {
  const { FunctionAssociations, LambdaFunctionAssociations, TrustedKeyGroups, TrustedSigners } = properties;
  const lists = [FunctionAssociations, LambdaFunctionAssociations];
  const events = lists.flatMap(listOf).map((one) => objectOf(one).EventType);
  return ![properties, ...lists, ...events, TrustedKeyGroups, TrustedSigners].every(isKnown);
}

/** Whether all paths of one pattern are paths of the other, too; the slash at the beginning may be left out. */
function covers(pattern: string, other: string): boolean {
  const [wide = '', narrow = ''] = [pattern, other].map((text) => (/^[/*]/.test(text) ? text : `/${text}`));
  return matchesWildcard(wide, narrow);
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
          .filter((behavior) => !isGuarded(behavior) && !mayBeGuarded(behavior))
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
          .filter((behavior) => isSigned(behavior) && behavior.properties.ViewerProtocolPolicy === 'allow-all')
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
        .filter(({ config, behaviors }) => config.IPV6Enabled === true && behaviors.some(isSigned))
        .map(({ id: resource }) => ({
          resource,
          path: 'DistributionConfig.IPV6Enabled',
          expected: 'false, where signatures are bound to addresses',
          got: true,
        })),
  },
  {
    id: 'web-acl-scope',
    severity: 'error',
    why: 'CloudFront takes global web ACLs alone, which are in us-east-1.',
    advice: 'Make the web ACL in us-east-1, with the scope CLOUDFRONT.',
    see: 'https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html',
    find: (template) =>
      distributionsOf(template).flatMap(({ id: resource, config: { WebACLId: got } }) => {
        if (!isOfRegion(template, got)) return [];
        return [{ resource, path: 'DistributionConfig.WebACLId', expected: 'a global web ACL in us-east-1', got }];
      }),
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
    id: 'shadowed-behavior',
    severity: 'warning',
    why: 'The first behavior whose pattern matches answers: this one, and what it checks, is never asked.',
    advice: 'Put it before the other, or take it away.',
    see: `${PAGE}/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern`,
    find: (template) =>
      distributionsOf(template).flatMap(({ id: resource, behaviors }) => {
        const known = behaviors
          .slice(0, -1)
          .filter(({ properties }) => [properties, properties.PathPattern].every(isKnown));
        return known.flatMap(({ path, pattern }, index) => {
          const earlier = known.slice(0, index).find((other) => covers(other.pattern, pattern));
          if (earlier === undefined) return [];
          const expected = `a pattern that ${earlier.pattern} before it does not cover`;
          return [{ resource, path: `${path}.PathPattern`, expected, got: pattern }];
        });
      }),
  },
];

const WEB_ACL_ARN = /^arn:aws:wafv2:/;
const GLOBAL_WEB_ACL_ARN = /^arn:aws:wafv2:us-east-1:[^:]*:global\/webacl\//;

/** Whether a web ACL, in the same template or by its ARN, is for the resources of a region. */
function isOfRegion({ Resources }: CheckedTemplate, webAcl: unknown): boolean {
  if (typeof webAcl === 'string')
    return isKnown(webAcl) && WEB_ACL_ARN.test(webAcl) && !GLOBAL_WEB_ACL_ARN.test(webAcl);
  const { Type, Properties } = objectOf(Resources[referred(webAcl) ?? '']);
  return Type === 'AWS::WAFv2::WebACL' && objectOf(Properties).Scope === 'REGIONAL';
}

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
