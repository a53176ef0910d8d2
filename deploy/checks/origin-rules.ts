/** Origins and origin groups. */
import { ERROR_PAGE_STATUS_CODES, FAILOVER_STATUS_CODES, SHOWN_STATUS_CODES } from '../../config/status-codes.ts';
import { WRITE_METHODS } from '../../config/write-methods.ts';
import type { Rule } from './finding.ts';
import {
  type CheckedDistribution,
  inEach,
  isKnown,
  itemsPath,
  listOf,
  objectOf,
  originsOf,
  writtenId,
} from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';
const FAILOVER = `${PAGE}/high_availability_origin_failover.html`;

const ERROR_PAGE_STATUSES = [
  { name: 'ErrorCode', statuses: ERROR_PAGE_STATUS_CODES },
  { name: 'ResponseCode', statuses: SHOWN_STATUS_CODES },
];

interface CheckedGroup {
  readonly path: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Groups that can be read. */
function groupsOf({ config }: CheckedDistribution): CheckedGroup[] {
  const { OriginGroups } = config;
  const groups = listOf(OriginGroups).map((group, index) => ({
    path: `DistributionConfig.OriginGroups${itemsPath(OriginGroups)}.${index}`,
    properties: objectOf(group),
  }));
  return groups.filter(({ properties }) => isKnown(properties));
}

/** Statuses that can be read, and whether these are all. */
function codesOf({ properties: { FailoverCriteria } }: CheckedGroup) {
  const { StatusCodes } = objectOf(FailoverCriteria);
  return {
    codes: listOf(StatusCodes).filter(isKnown).map(Number),
    areAll: isKnown(FailoverCriteria) && isKnown(StatusCodes),
    at: `FailoverCriteria.StatusCodes${itemsPath(StatusCodes)}`,
  };
}

/** Whether viewers may come to an origin without TLS. */
function takesHttp(distribution: CheckedDistribution, origin: string): boolean {
  return distribution.behaviors.some(
    (behavior) =>
      behavior.properties.ViewerProtocolPolicy === 'allow-all' && originsOf(distribution, behavior).includes(origin),
  );
}

export const ORIGIN_RULES: readonly Rule[] = [
  {
    id: 'target-origin',
    severity: 'error',
    why: 'A behavior sends requests to an origin or an origin group of its distribution.',
    advice: 'Name the Id of one of them.',
    see: `${PAGE}/DownloadDistValuesCacheBehavior.html#DownloadDistValuesTargetOriginId`,
    find: inEach(({ behaviors, origins, groups, hasKnownIds }) => {
      if (!hasKnownIds) return [];
      const known = [...origins.keys(), ...groups.keys()];
      return behaviors
        .filter(({ properties }) => typeof properties.TargetOriginId === 'string' && isKnown(properties.TargetOriginId))
        .filter(({ properties }) => !known.includes(String(properties.TargetOriginId)))
        .map(({ path, properties }) => ({
          path: `${path}.TargetOriginId`,
          expected: `one of ${known.join(', ')}`,
          got: properties.TargetOriginId,
        }));
    }),
  },
  {
    id: 'origin-group-members',
    severity: 'error',
    why: 'An origin group has two different origins of its distribution.',
    advice: 'Name a primary and a secondary origin by their Ids.',
    see: FAILOVER,
    find: inEach((distribution) =>
      groupsOf(distribution).flatMap(({ path, properties: { Members } }) => {
        const members = listOf(Members).map((member) => objectOf(member).OriginId);
        if (!isKnown(Members) || !isKnown(members)) return [];
        const areThere = !distribution.hasKnownIds || members.every((id) => distribution.origins.has(writtenId(id)));
        if (areThere && members.length === 2 && members[0] !== members[1]) return [];
        const expected = `two of ${[...distribution.origins.keys()].join(', ')}`;
        return [{ path: `${path}.Members`, expected, got: members }];
      }),
    ),
  },
  {
    id: 'failover-code',
    severity: 'error',
    why: 'CloudFront fails over for these statuses alone.',
    advice: 'Take the others away.',
    see: FAILOVER,
    find: inEach((distribution) =>
      groupsOf(distribution).flatMap((group) => {
        const { codes, at } = codesOf(group);
        const wrong = codes.filter((code) => !FAILOVER_STATUS_CODES.includes(code));
        const place = { path: `${group.path}.${at}`, expected: `some of ${FAILOVER_STATUS_CODES.join(', ')}` };
        return wrong.length === 0 ? [] : [{ ...place, got: wrong }];
      }),
    ),
  },
  {
    id: 'failover-codes',
    severity: 'warning',
    why: 'CloudFront counts a connection that fails as 503 and a timeout as 504: without them an outage is no reason to fail over.',
    advice: 'Add 503 and 504.',
    see: FAILOVER,
    find: inEach((distribution) =>
      groupsOf(distribution).flatMap((group) => {
        const { codes, areAll, at } = codesOf(group);
        const place = { path: `${group.path}.${at}`, expected: '503 and 504 among them' };
        return !areAll || (codes.includes(503) && codes.includes(504)) ? [] : [{ ...place, got: codes }];
      }),
    ),
  },
  {
    id: 'origin-group-methods',
    severity: 'error',
    why: 'CloudFront refuses a behavior that writes to an origin group.',
    advice: 'Allow GET, HEAD and OPTIONS there, and give the others a behavior with one origin.',
    see: FAILOVER,
    find: inEach(({ behaviors, groups }) =>
      behaviors
        .filter(({ properties }) => groups.has(writtenId(properties.TargetOriginId)))
        .map(({ path, properties }) => ({ path, methods: listOf(properties.AllowedMethods).map(String) }))
        .filter(({ methods }) => methods.some((method) => WRITE_METHODS.includes(method)))
        .map(({ path, methods }) => ({ path: `${path}.AllowedMethods`, expected: 'GET, HEAD, OPTIONS', got: methods })),
    ),
  },
  {
    id: 'origin-access',
    severity: 'warning',
    why: 'Without origin access control the bucket has to be public, and whoever knows its name passes the distribution by.',
    advice: 'Give the origin an OriginAccessControlId, and the bucket a policy for this distribution alone.',
    see: `${PAGE}/private-content-restricting-access-to-s3.html`,
    find: inEach(({ config, origins }) =>
      [...origins.values()].flatMap((origin, index) => {
        const { S3OriginConfig, OriginAccessControlId = '' } = origin;
        const { OriginAccessIdentity = '' } = objectOf(S3OriginConfig);
        if (S3OriginConfig === undefined || !isKnown(S3OriginConfig)) return [];
        if (OriginAccessControlId !== '' || OriginAccessIdentity !== '') return [];
        const path = `DistributionConfig.Origins${itemsPath(config.Origins)}.${index}.OriginAccessControlId`;
        return [{ path, expected: 'an origin access control', got: OriginAccessControlId }];
      }),
    ),
  },
  {
    id: 'origin-over-http',
    severity: 'warning',
    why: 'Requests and answers, with the credentials in them, are in the clear for whoever is between CloudFront and the origin.',
    advice:
      'Set OriginProtocolPolicy to https-only. The website endpoint of a bucket has no TLS: take its REST endpoint.',
    see: `${PAGE}/using-https-cloudfront-to-custom-origin.html`,
    find: inEach((distribution) =>
      listOf(distribution.config.Origins).flatMap((origin, index) => {
        const { Id, CustomOriginConfig } = objectOf(origin);
        const { OriginProtocolPolicy: got } = objectOf(CustomOriginConfig);
        if (got !== 'http-only' && (got !== 'match-viewer' || !takesHttp(distribution, writtenId(Id)))) return [];
        const at = `DistributionConfig.Origins${itemsPath(distribution.config.Origins)}.${index}`;
        return [{ path: `${at}.CustomOriginConfig.OriginProtocolPolicy`, expected: 'https-only', got }];
      }),
    ),
  },
  {
    id: 'error-page-status',
    severity: 'error',
    why: 'CloudFront replaces these errors alone, and shows pages with these statuses.',
    advice: 'Name one of them.',
    see: `${PAGE}/creating-custom-error-pages.html`,
    find: inEach(({ config }) =>
      listOf(config.CustomErrorResponses).flatMap((response, index) =>
        ERROR_PAGE_STATUSES.flatMap(({ name, statuses }) => {
          const got = objectOf(response)[name];
          if (got === undefined || !isKnown(got) || statuses.includes(Number(got))) return [];
          const path = `DistributionConfig.CustomErrorResponses${itemsPath(config.CustomErrorResponses)}.${index}.${name}`;
          return [{ path, expected: `one of ${statuses.join(', ')}`, got }];
        }),
      ),
    ),
  },
];
