/** Numbers that CloudFront and CloudFormation take up to a limit. */
import type { Place, Rule } from './finding.ts';
import { distributionsOf, itemsPath, listOf, objectOf, type Properties, resourcesOf } from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

const IN_DISTRIBUTION = [
  ['CacheBehaviors', 75],
  ['Origins', 100],
  ['OriginGroups', 10],
  ['Aliases', 100],
] as const;

const KEYS_IN_GROUP = 5;
const GROUPS_AT_BEHAVIOR = 4;

/** Names, cookies or parameters in a policy. */
const IN_POLICY = 10;

const STACK_SET_TEMPLATE_BYTES = 51_200;

const TIMES = [
  { path: 'ConnectionAttempts', most: 3 },
  { path: 'ConnectionTimeout', most: 10 },
  { path: 'S3OriginConfig.OriginReadTimeout', most: 120 },
  { path: 'CustomOriginConfig.OriginReadTimeout', most: 120 },
];

export const QUOTA_RULES: readonly Rule[] = [
  {
    id: 'distribution-quotas',
    severity: 'warning',
    why: 'A distribution has no more without a quota that AWS has raised.',
    advice: 'Ask AWS for more, or divide the distribution.',
    see: `${PAGE}/cloudfront-limits.html#limits-web-distributions`,
    find: (template) =>
      distributionsOf(template).flatMap(({ id: resource, config }) =>
        IN_DISTRIBUTION.flatMap(([name, most]) =>
          tooMany(resource, `DistributionConfig.${name}`, listOf(config[name]), most),
        ),
      ),
  },
  {
    id: 'origin-timeouts',
    severity: 'error',
    why: 'CloudFront refuses other numbers of attempts and other timeouts.',
    advice: 'Attempts are 1 to 3, connecting takes 1 to 10 seconds, an answer 1 to 120.',
    see: `${PAGE}/DownloadDistValuesOrigin.html`,
    find: (template) =>
      distributionsOf(template).flatMap(({ id: resource, config }) =>
        listOf(config.Origins).flatMap((origin, index) =>
          TIMES.flatMap(({ path, most }) => {
            const [first = '', second] = path.split('.');
            const outer = objectOf(origin)[first];
            const got = second === undefined ? outer : objectOf(outer)[second];
            if (typeof got !== 'number' || (got >= 1 && got <= most)) return [];
            const where = `DistributionConfig.Origins${itemsPath(config.Origins)}.${index}.${path}`;
            return [{ resource, path: where, expected: `1 to ${most}`, got }];
          }),
        ),
      ),
  },
  {
    id: 'key-group-quotas',
    severity: 'warning',
    why: 'A group has five keys and a behavior four groups, without a quota that AWS has raised.',
    advice: 'Take keys away that nobody signs with any more, or ask AWS for more.',
    see: `${PAGE}/cloudfront-limits.html#limits-key-groups`,
    find: (template) => [
      ...resourcesOf(template, 'AWS::CloudFront::KeyGroup').flatMap(([resource, { KeyGroupConfig }]) =>
        tooMany(resource, 'KeyGroupConfig.Items', listOf(KeyGroupConfig), KEYS_IN_GROUP),
      ),
      ...distributionsOf(template).flatMap(({ id, behaviors }) =>
        behaviors.flatMap(({ path, properties }) =>
          tooMany(id, `${path}.TrustedKeyGroups`, listOf(properties.TrustedKeyGroups), GROUPS_AT_BEHAVIOR),
        ),
      ),
    ],
  },
  {
    id: 'policy-quotas',
    severity: 'warning',
    why: 'A policy lists no more headers, cookies or query strings without a quota that AWS has raised.',
    advice: 'List fewer, or ask AWS for more.',
    see: `${PAGE}/cloudfront-limits.html#limits-policies`,
    find: (template) =>
      [
        ...listed(resourcesOf(template, 'AWS::CloudFront::CachePolicy'), [
          'CachePolicyConfig',
          'ParametersInCacheKeyAndForwardedToOrigin',
        ]),
        ...listed(resourcesOf(template, 'AWS::CloudFront::OriginRequestPolicy'), ['OriginRequestPolicyConfig']),
      ].flatMap(({ resource, path, list }) => tooMany(resource, path, list, IN_POLICY)),
  },
  {
    id: 'stack-set-template',
    severity: 'error',
    why: 'CloudFormation takes no longer template inside another.',
    advice: 'Take comments and spaces out, or code that is in it.',
    see: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html',
    find: (template) =>
      resourcesOf(template, 'AWS::CloudFormation::StackSet').flatMap(([resource, { TemplateBody }]) => {
        const bytes = typeof TemplateBody === 'string' ? Buffer.byteLength(TemplateBody) : 0;
        const expected = `at most ${STACK_SET_TEMPLATE_BYTES} bytes`;
        return bytes > STACK_SET_TEMPLATE_BYTES ? [{ resource, path: 'TemplateBody', expected, got: bytes }] : [];
      }),
  },
];

function tooMany(resource: string, path: string, { length }: readonly unknown[], most: number): Place[] {
  return length > most ? [{ resource, path, expected: `at most ${most}`, got: length }] : [];
}

/** The lists of policies, wherever in their configuration. */
function listed(policies: readonly [id: string, properties: Properties][], way: readonly string[]) {
  const places = [
    ['HeadersConfig', 'Headers'],
    ['CookiesConfig', 'Cookies'],
    ['QueryStringsConfig', 'QueryStrings'],
  ] as const;
  return policies.flatMap(([resource, properties]) => {
    const config = way.reduce<Properties>((outer, name) => objectOf(outer[name]), properties);
    return places.map(([name, list]) => ({
      resource,
      path: [...way, name, list].join('.'),
      list: listOf(objectOf(config[name])[list]),
    }));
  });
}
