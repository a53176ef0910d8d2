/** What a protected section's cache behaviors need beside their function: the viewer's country, CORS for what is let in. */
import { ConfigError } from '../config/errors.ts';
import type { Cors, EdgeConfig, ProtectedSection } from '../shared/config.ts';
import type { Resource, Template } from './template.ts';

/** Path tokens have a behavior of their own, whatever section they are for. */
const PATH_TOKEN_PATTERN = '/~*';

const COUNTRY_HEADERS = ['CloudFront-Viewer-Country', 'CloudFront-Viewer-Country-Region'];

interface Reference {
  readonly Ref: string;
}

interface Behavior {
  readonly PathPattern: string;
  OriginRequestPolicyId?: Reference;
  ResponseHeadersPolicyId?: Reference;
  readonly FunctionAssociations?: readonly Association[];
  readonly LambdaFunctionAssociations?: readonly Association[];
}

interface Association {
  readonly EventType: string;
}

interface OriginRequestPolicyConfig {
  readonly HeadersConfig: { readonly HeaderBehavior: string; readonly Headers?: readonly string[] };
}

/**
 * Gives the behaviors of each section the policies that its settings ask for, each a copy of the one that
 * the behavior has; then holds every section against its behaviors.
 *
 * @throws {ConfigError} for a section that no behavior checks, and for a behavior whose Lambda@Edge function
 * no section is for.
 */
export function completeSectionBehaviors(template: Template, service: string, config: EdgeConfig): void {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CloudFront::Distribution') continue;
    const { CacheBehaviors: behaviors = [] } = Properties.DistributionConfig as { CacheBehaviors?: Behavior[] };
    config.protected.forEach((section, index) => {
      const own = behaviorsOf(section, behaviors, `protected[${index}]`);
      if (section.geo) withCountry(template, own, service);
      if (section.cors !== null) withCors(template, own, section.cors, service, firstWith(section.cors, config));
    });
    checkPathTokenCors(config);
    checkLambdaBehaviors(behaviors, config);
  }
}

function behaviorsOf(section: ProtectedSection, behaviors: readonly Behavior[], path: string): Behavior[] {
  const takesPath = section.carriers.includes('path');
  const patterns = takesPath ? [section.path, PATH_TOKEN_PATTERN] : [section.path];
  const isLambda = section.runtime === 'lambda-edge';
  const list = isLambda ? 'LambdaFunctionAssociations' : 'FunctionAssociations';
  return patterns.map((pattern) => {
    const known = behaviors.map(({ PathPattern }) => PathPattern).join(', ');
    const behavior = behaviors.find(({ PathPattern }) => PathPattern === pattern);
    const where = pattern === section.path ? `${path}.path` : `${path}.carriers`;
    if (behavior === undefined)
      throw new ConfigError(where, `a cache behavior of the distribution (${known})`, pattern);
    if (!isChecked(behavior, list)) {
      throw new ConfigError(
        where,
        `a cache behavior with ${section.runtime} at its viewer-request, in ${list}`,
        pattern,
      );
    }
    return behavior;
  });
}

function isChecked(behavior: Behavior, list: 'FunctionAssociations' | 'LambdaFunctionAssociations'): boolean {
  return behavior[list]?.some(({ EventType }) => EventType === 'viewer-request') ?? false;
}

/** Such a behavior would refuse everybody: its function knows the sections alone. */
function checkLambdaBehaviors(behaviors: readonly Behavior[], config: EdgeConfig): void {
  const paths = config.protected.filter(({ runtime }) => runtime === 'lambda-edge').map(({ path }) => path);
  const stray = behaviors.find(
    (behavior) => isChecked(behavior, 'LambdaFunctionAssociations') && !paths.includes(behavior.PathPattern),
  );
  if (stray === undefined) return;
  const expected = `a section of runtime lambda-edge for the cache behavior ${stray.PathPattern}, or no such behavior`;
  throw new ConfigError('protected', expected, paths);
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
