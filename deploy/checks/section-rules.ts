/** Protected sections beside the behaviors that are to check them. */
import type { EdgeConfig, ProtectedSection } from '../../shared/config.ts';
import type { CheckedTemplate, SettingsRule } from './finding.ts';
import { listedHeaders } from './policies.ts';
import { type CheckedBehavior, distributionsOf, listOf, objectOf } from './read.ts';

const PAGE = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';

/** Path tokens have a behavior of their own, whatever section they are for. */
export const PATH_TOKEN_PATTERN = '/~*';

/** What a token's countries are held against. */
export const COUNTRY_HEADERS = ['CloudFront-Viewer-Country', 'CloudFront-Viewer-Country-Region'];

export const SECTION_BEHAVIOR: SettingsRule = {
  id: 'section-behavior',
  severity: 'error',
  why: 'A section is protected only where a behavior runs the function that knows it.',
  advice: 'Give the distribution a behavior with the same pattern, and the function of the section’s runtime.',
  see: `${PAGE}/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern`,
  find: (template, settings) =>
    sectionBehaviors(template, settings).flatMap((one) => {
      const { section, pattern, known, behavior, distribution: resource } = one;
      const setting = `${one.setting}.${pattern === section.path ? 'path' : 'carriers'}`;
      if (behavior === undefined) {
        const expected = `a cache behavior of the distribution (${known.join(', ')})`;
        return [{ resource, path: 'DistributionConfig.CacheBehaviors', setting, expected, got: pattern }];
      }
      const list = section.runtime === 'lambda-edge' ? 'LambdaFunctionAssociations' : 'FunctionAssociations';
      if (isChecked(behavior, list)) return [];
      const expected = `a cache behavior with ${section.runtime} at its viewer-request, in ${list}`;
      return [{ resource, path: `${behavior.path}.${list}`, setting, expected, got: pattern }];
    }),
};

export const LAMBDA_SECTION: SettingsRule = {
  id: 'lambda-section',
  severity: 'error',
  why: 'The Lambda@Edge function knows the sections alone: anywhere else it refuses everybody.',
  advice: 'Add a section of runtime lambda-edge with the pattern, or take the behavior away.',
  see: `${PAGE}/lambda-cloudfront-trigger-events.html`,
  find: (template, settings) => {
    const paths = settings.protected.filter(({ runtime }) => runtime === 'lambda-edge').map(({ path }) => path);
    return distributionsOf(template).flatMap(({ id: resource, behaviors }) =>
      behaviors
        .slice(0, -1)
        .filter((behavior) => isChecked(behavior, 'LambdaFunctionAssociations') && !paths.includes(behavior.pattern))
        .map(({ path, pattern }) => ({
          ...{ resource, path: `${path}.LambdaFunctionAssociations`, setting: 'protected', got: paths },
          expected: `a section of runtime lambda-edge for the cache behavior ${pattern}, or no such behavior`,
        })),
    );
  },
};

export const GEO_HEADER: SettingsRule = {
  id: 'geo-header',
  severity: 'error',
  why: 'Where no policy asks CloudFront for the country, the function reads what the viewer wrote.',
  advice: `List ${COUNTRY_HEADERS.join(' and ')} in the origin request policy of the section's behaviors.`,
  see: `${PAGE}/adding-cloudfront-headers.html`,
  find: (template, settings) =>
    sectionBehaviors(template, settings)
      .filter(({ section, behavior }) => section.geo && behavior !== undefined)
      .flatMap(({ distribution, behavior, setting }) => {
        const { path } = behavior as CheckedBehavior;
        const got = listedHeaders(template, behavior as CheckedBehavior) ?? [];
        if (COUNTRY_HEADERS.every((header) => got.includes(header.toLowerCase()))) return [];
        const expected = `${COUNTRY_HEADERS.join(' and ')} in its policies`;
        return [{ resource: distribution, path, setting: `${setting}.geo`, expected, got }];
      }),
};

interface SectionBehavior {
  readonly distribution: string;
  readonly section: ProtectedSection;
  /** `protected[0]` */
  readonly setting: string;
  readonly pattern: string;
  /** Undefined: no behavior has the pattern, but those in `known` do. */
  readonly behavior: CheckedBehavior | undefined;
  readonly known: readonly string[];
}

/** For each section of the settings its own pattern, and that of path tokens where it takes them. */
export function sectionBehaviors(template: CheckedTemplate, settings: EdgeConfig): SectionBehavior[] {
  return distributionsOf(template).flatMap(({ id: distribution, behaviors }) => {
    const others = behaviors.slice(0, -1);
    const known = others.map(({ pattern }) => pattern);
    return settings.protected.flatMap((section, index) =>
      patternsOf(section).map((pattern) => {
        const behavior = others.find((other) => other.pattern === pattern);
        return { distribution, section, setting: `protected[${index}]`, pattern, behavior, known };
      }),
    );
  });
}

/** Patterns of the behaviors by which a section is reached. */
export function patternsOf({ path, carriers }: ProtectedSection): string[] {
  return carriers.includes('path') ? [path, PATH_TOKEN_PATTERN] : [path];
}

function isChecked(
  { properties }: CheckedBehavior,
  list: 'FunctionAssociations' | 'LambdaFunctionAssociations',
): boolean {
  return listOf(properties[list]).some((association) => objectOf(association).EventType === 'viewer-request');
}
