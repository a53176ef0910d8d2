/** What of a request reaches buckets, by the policies of their behaviors. */
import type { CheckedTemplate, Place, Rule } from './finding.ts';
import { policiesOf } from './policies.ts';
import {
  type CheckedBehavior,
  type CheckedDistribution,
  distributionsOf,
  type Found,
  isKnown,
  objectOf,
  originsOf,
} from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

/** Managed policies that forward every query string, by id. */
const MANAGED_WITH_QUERIES: Readonly<Record<string, string>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': 'AllViewer',
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': 'AllViewerExceptHostHeader',
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': 'AllViewerAndCloudFrontHeaders-2022-06',
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': 'UseOriginCacheControlHeaders-QueryStrings',
};

/** Managed policies that forward the Host header of the viewer, by id. */
const MANAGED_WITH_HOST: Readonly<Record<string, string>> = {
  '216adef6-5c7f-47e4-b989-5492eafa07d3': 'AllViewer',
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': 'AllViewerAndCloudFrontHeaders-2022-06',
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': 'HostHeaderOnly',
};

export const POLICY_RULES: readonly Rule[] = [
  {
    id: 's3-query-strings',
    severity: 'warning',
    why: 'S3 takes query strings for commands (versionId, response-content-type), and a viewer writes them.',
    advice: 'Forward none to buckets.',
    see: `${PAGE}/QueryStringParameters.html`,
    find: (template) => atBuckets(template, (behavior) => forwardedQueries(template, behavior)),
  },
  {
    id: 's3-host-header',
    severity: 'error',
    why: 'S3 knows its buckets by the Host header: with that of the viewer it answers with an error.',
    advice: 'Forward no Host header to buckets: AllViewerExceptHostHeader and CORS-S3Origin do not.',
    see: `${PAGE}/using-managed-origin-request-policies.html`,
    find: (template) => atBuckets(template, (behavior) => forwardedHosts(template, behavior)),
  },
];

/** A rule that looks at each behavior which may ask a bucket. */
function atBuckets(template: CheckedTemplate, find: (behavior: CheckedBehavior) => Found[]): Place[] {
  return distributionsOf(template).flatMap((distribution) =>
    distribution.behaviors
      .filter((behavior) => asksBucket(distribution, behavior))
      .flatMap(find)
      .map((place) => ({ ...place, resource: distribution.id })),
  );
}

function asksBucket(distribution: CheckedDistribution, behavior: CheckedBehavior): boolean {
  return originsOf(distribution, behavior).some((id) => distribution.origins.get(id)?.S3OriginConfig !== undefined);
}

function forwardedQueries(template: CheckedTemplate, behavior: CheckedBehavior): Found[] {
  const { path } = behavior;
  const expected = 'a policy without query strings';
  const { QueryString } = objectOf(behavior.properties.ForwardedValues);
  const legacy = QueryString === true ? [{ path: `${path}.ForwardedValues.QueryString`, expected, got: true }] : [];
  const byPolicy = policiesOf(template, behavior).flatMap(({ name, id, properties }) => {
    const { QueryStringBehavior } = objectOf(properties.QueryStringsConfig);
    const isOpen = QueryStringBehavior === 'all' || QueryStringBehavior === 'allExcept';
    const got = id === null ? isOpen && QueryStringBehavior : MANAGED_WITH_QUERIES[id];
    return got ? [{ path: `${path}.${name}`, expected, got }] : [];
  });
  return [...legacy, ...byPolicy];
}

function forwardedHosts(template: CheckedTemplate, behavior: CheckedBehavior): Found[] {
  return policiesOf(template, behavior).flatMap(({ name, id, properties }) => {
    const { HeaderBehavior, Headers } = objectOf(properties.HeadersConfig);
    const isListed = /"host"/i.test(JSON.stringify(Headers ?? []));
    const isForwarded =
      /^allViewer/.test(String(HeaderBehavior)) ||
      (isKnown(Headers) && HeaderBehavior === (isListed ? 'whitelist' : 'allExcept'));
    const got = id === null ? isForwarded && HeaderBehavior : MANAGED_WITH_HOST[id];
    return got ? [{ path: `${behavior.path}.${name}`, expected: 'a policy without the Host header', got }] : [];
  });
}
