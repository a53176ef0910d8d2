/** The distribution beside the settings that its functions are built with: what CloudFront would say only to viewers. */
import { ConfigError } from '../../config/errors.ts';
import { sectionOf } from '../../shared/access/section.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import type { CheckedTemplate, SettingPlace, SettingsRule } from './finding.ts';
import { type CheckedDistribution, distributionsOf, objectOf, referred, writtenId } from './read.ts';
import { REWRITE_DIRECTORIES } from './rewrite-rule.ts';
import { GEO_HEADER, LAMBDA_SECTION, SECTION_BEHAVIOR } from './section-rules.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

export const SETTINGS_RULES: readonly SettingsRule[] = [
  {
    id: 'origin-id',
    severity: 'error',
    why: 'A function that names an origin which is not there is a 502 for every viewer.',
    advice: 'Name the Id of an origin of the distribution.',
    see: `${PAGE}/helper-functions-origin-modification.html`,
    find: (template, { regions }) =>
      distributionsOf(template).flatMap(({ id: resource, origins, hasKnownIds }) =>
        regions.flatMap(({ originId }, index) => {
          if (!hasKnownIds || origins.has(originId)) return [];
          const expected = `an origin of the distribution (${[...origins.keys()].join(', ')})`;
          const place = { resource, path: 'DistributionConfig.Origins', setting: `regions[${index}].originId` };
          return [{ ...place, expected, got: originId }];
        }),
      ),
  },
  {
    id: 'root-object',
    severity: 'error',
    why: 'CloudFront puts the root object in the place of "/" after the viewer request: the function sees "/", which no section protects.',
    advice: 'Protect "/" as well, or nothing that the root object is.',
    see: `${PAGE}/DefaultRootObject.html`,
    find: (template, settings) => distributionsOf(template).flatMap((distribution) => openRoot(distribution, settings)),
  },
  {
    id: 'failover-cap',
    severity: 'error',
    why: 'CloudFront keeps an answer for MinTTL at least, and the function cannot tell that it would have kept it for less than the cap.',
    advice: 'Choose failover.maxAgeSeconds from MinTTL to DefaultTTL, or other times in the cache policy.',
    see: `${PAGE}/Expiration.html`,
    find: (template, settings) =>
      distributionsOf(template).flatMap((distribution) => wrongCaps(template, distribution, settings)),
  },
  SECTION_BEHAVIOR,
  LAMBDA_SECTION,
  GEO_HEADER,
  REWRITE_DIRECTORIES,
];

/**
 * Refuses what packaging must not bring about.
 *
 * @throws {ConfigError} for the first setting that the template does not agree with.
 */
export function requireAgreement(template: CheckedTemplate, settings: EdgeConfig): void {
  for (const { find } of SETTINGS_RULES) {
    const [first] = find(template, settings);
    if (first !== undefined) throw new ConfigError(first.setting, first.expected, first.got);
  }
}

function openRoot({ id: resource, config }: CheckedDistribution, settings: EdgeConfig): SettingPlace[] {
  const root = config.DefaultRootObject;
  if (!root || sectionOf(settings.protected, '/') !== undefined) return [];
  const section = sectionOf(settings.protected, `/${root}`);
  if (section === undefined) return [];
  const setting = `protected[${settings.protected.indexOf(section)}].path`;
  const expected = `a pattern that covers "/" too, as it covers the root object ${root}`;
  return [{ resource, path: 'DistributionConfig.DefaultRootObject', setting, expected, got: section.path }];
}

/** Each cache policy of a behavior that fails over, once. */
function wrongCaps(
  template: CheckedTemplate,
  { id, behaviors, groups }: CheckedDistribution,
  { failover: { maxAgeSeconds } }: EdgeConfig,
): SettingPlace[] {
  const failingOver = behaviors.filter(({ properties }) => groups.has(writtenId(properties.TargetOriginId)));
  const policies = new Map(failingOver.map((behavior) => [referred(behavior.properties.CachePolicyId), behavior]));
  return [...policies].flatMap(([policy, { path }]) => {
    const place = { setting: 'failover.maxAgeSeconds', got: maxAgeSeconds };
    const properties = template.Resources[policy ?? '']?.Properties;
    if (policy === null || properties === undefined) {
      const expected = 'behaviors whose cache policy is a resource of this template';
      return [{ ...place, resource: id, path: `${path}.CachePolicyId`, expected }];
    }
    const { MinTTL, DefaultTTL } = objectOf(properties.CachePolicyConfig);
    if (maxAgeSeconds >= Number(MinTTL) && maxAgeSeconds <= Number(DefaultTTL)) return [];
    const expected = `a time from MinTTL ${MinTTL} to DefaultTTL ${DefaultTTL} of ${policy}`;
    const name = maxAgeSeconds > Number(DefaultTTL) ? 'DefaultTTL' : 'MinTTL';
    return [{ ...place, resource: policy, path: `CachePolicyConfig.${name}`, expected }];
  });
}
