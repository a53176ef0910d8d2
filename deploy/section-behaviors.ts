/** What a protected section's cache behaviors need beside their function: the viewer's country, CORS for what is let in. */
import { ConfigError } from '../config/errors.ts';
import type { Cors, EdgeConfig, ProtectedSection } from '../shared/config.ts';
import { COUNTRY_HEADERS, PATH_TOKEN_PATTERN, patternsOf } from './checks/section-rules.ts';
import type { Resource, Template } from './template.ts';

interface Reference {
  readonly Ref: string;
}

interface Behavior {
  readonly PathPattern: string;
  OriginRequestPolicyId?: Reference;
  ResponseHeadersPolicyId?: Reference;
}

interface OriginRequestPolicyConfig {
  readonly HeadersConfig: { readonly HeaderBehavior: string; readonly Headers?: readonly string[] };
}

/**
 * Gives the behaviors of each section the policies that its settings ask for, each a copy of the one that
 * the behavior has.
 *
 * @throws {ConfigError} for policies that cannot be copied, and for sections that share one and differ in it.
 */
export function completeSectionBehaviors(template: Template, service: string, config: EdgeConfig): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CloudFront::Distribution') continue;
    const { CacheBehaviors: behaviors = [] } = Properties.DistributionConfig as { CacheBehaviors?: Behavior[] };
    for (const section of config.protected) {
      const own = behaviorsOf(section, behaviors);
      if (section.geo) withCountry(template, own, service);
      if (section.cors !== null) withCors(template, own, section.cors, service, firstWith(section.cors, config));
    }
    checkPathTokenCors(config);
  }
}

/** Those of its patterns that have a behavior; that all have one is a rule of its own. */
function behaviorsOf(section: ProtectedSection, behaviors: readonly Behavior[]): Behavior[] {
  const patterns = patternsOf(section);
  return behaviors.filter(({ PathPattern }) => patterns.includes(PathPattern));
}

/** What may be read by which site is said by the behavior, and they share one. */
function checkPathTokenCors(config: EdgeConfig): void {
  const settings = config.protected.filter(({ carriers }) => carriers.includes('path')).map(({ cors }) => cors);
  if (new Set(settings.map((cors) => JSON.stringify(cors))).size <= 1) return;
  throw new ConfigError(
    'protected',
    `one cors for all sections with path tokens, which share ${PATH_TOKEN_PATTERN}`,
    settings,
  );
}

function withCountry(template: Template, behaviors: readonly Behavior[], service: string): void {
  for (const behavior of behaviors) {
    behavior.OriginRequestPolicyId = copied(template, behavior.OriginRequestPolicyId, 'WithCountry', (properties) => {
      const config = properties.OriginRequestPolicyConfig as OriginRequestPolicyConfig;
      const headers = [...(config.HeadersConfig.Headers ?? []), ...COUNTRY_HEADERS];
      const HeadersConfig = { HeaderBehavior: 'whitelist', Headers: [...new Set(headers)] };
      return { OriginRequestPolicyConfig: { ...config, Name: `${service}-with-country`, HeadersConfig } };
    });
  }
}

/** Sections that may be read alike share a policy, as those with path tokens share a behavior. */
function firstWith(cors: Cors, { protected: sections }: EdgeConfig): number {
  return sections.findIndex((section) => JSON.stringify(section.cors) === JSON.stringify(cors));
}

/** For what is let in; refusals bring their own headers. */
function withCors(
  template: Template,
  behaviors: readonly Behavior[],
  cors: Cors,
  service: string,
  number: number,
): void {
  const CorsConfig = {
    AccessControlAllowCredentials: cors.credentials,
    AccessControlAllowHeaders: { Items: ['Authorization', 'Range'] },
    AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
    AccessControlAllowOrigins: { Items: cors.origins },
    AccessControlMaxAgeSec: cors.maxAgeSeconds,
    OriginOverride: true,
  };
  for (const behavior of behaviors) {
    const { ResponseHeadersPolicyId: policy } = behavior;
    behavior.ResponseHeadersPolicyId = copied(template, policy, `Cors${number}`, (properties) => {
      const config = properties.ResponseHeadersPolicyConfig as object;
      return { ResponseHeadersPolicyConfig: { ...config, Name: `${service}-cors-${number}`, CorsConfig } };
    });
  }
}

/** A copy of a policy under another name, made once; the behaviors of one section share it. */
function copied(
  template: Template,
  policy: Reference | undefined,
  suffix: string,
  change: (properties: Resource['Properties']) => Resource['Properties'],
): Reference {
  const original = policy === undefined ? undefined : template.Resources[policy.Ref];
  if (policy === undefined || original === undefined) {
    throw new ConfigError(
      'protected',
      'cache behaviors whose policies are resources of this template',
      policy ?? 'none',
    );
  }
  if (policy.Ref.endsWith(suffix)) return policy;
  const id = `${policy.Ref}${suffix}`;
  template.Resources[id] = { ...original, Properties: change(original.Properties) };
  return { Ref: id };
}
