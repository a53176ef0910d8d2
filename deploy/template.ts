/** What the compiled template needs that CloudFormation cannot say: built code, versions, agreement with the settings. */
import { join } from 'node:path';
import { buildCloudFrontFunction } from '../build/cloudfront-function.ts';
import { ConfigError } from '../config/errors.ts';
import { sectionOf } from '../shared/access/section.ts';
import type { EdgeConfig } from '../shared/config.ts';

/** A CloudFormation template, as far as it is read here. */
export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, unknown>;
}

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly Properties: Record<string, unknown>;
}

interface DistributionConfig {
  readonly DefaultRootObject?: string;
  readonly Origins: readonly { readonly Id: string }[];
  readonly OriginGroups?: { readonly Items?: readonly { readonly Id: string }[] };
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors?: readonly (Behavior & { readonly PathPattern: string })[];
}

interface Behavior {
  readonly TargetOriginId: string;
  readonly CachePolicyId: { readonly Ref: string };
}

/**
 * Replaces each `FunctionCode` that names a source file by the script built from it.
 *
 * Only now, in the finished template: Serverless would take the `${...}` of a script for its own.
 */
export async function compileFunctions(
  template: Template,
  root: string,
  config: EdgeConfig,
  scriptOf = (entry: string) => buildCloudFrontFunction(join(root, entry), config),
): Promise<void> {
  for (const { Properties } of resources(template, 'AWS::CloudFront::Function')) {
    const entry = Properties.FunctionCode;
    if (typeof entry === 'string' && entry.endsWith('.ts')) {
      Properties.FunctionCode = await scriptOf(entry);
    }
  }
}

/** Writes the templates inside StackSets as text, the only form that CloudFormation takes. */
export function writeStackSetTemplates(template: Template): void {
  for (const { Properties } of resources(template, 'AWS::CloudFormation::StackSet')) {
    if (typeof Properties.TemplateBody === 'object') Properties.TemplateBody = JSON.stringify(Properties.TemplateBody);
  }
}

/**
 * Points every `Ref` to `OriginResponseLambdaVersion` and the like at the version that this package publishes.
 *
 * The logical id of a version ends in a hash of the code, since CloudFormation publishes a version
 * only when it makes a resource; so nobody can write that id down.
 */
export function linkVersions({ Resources }: Template): void {
  const ids = Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::Lambda::Version');
  const versions = new Map(ids.map((id) => [/^.*?LambdaVersion/.exec(id)?.[0] ?? id, id]));
  const link = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const reference = node as { Ref?: unknown };
    const version = typeof reference.Ref === 'string' ? versions.get(reference.Ref) : undefined;
    if (version !== undefined) reference.Ref = version;
    for (const child of Object.values(node)) link(child);
  };
  link(Resources);
}

/** The configuration of this service's own distribution; null: it has none. Others may be beside it. */
export function ownDistribution({ Resources }: Template): Record<string, unknown> | null {
  return (Resources.Distribution?.Properties.DistributionConfig as Record<string, unknown> | undefined) ?? null;
}

/**
 * Holds the settings against the distribution. A function that names an origin which is not there
 * is a 502 for every viewer, and CloudFront says so only then.
 *
 * @throws {ConfigError} for the first setting that the distribution does not know.
 */
export function checkDistribution(template: Template, config: EdgeConfig): void {
  for (const { Properties } of resources(template, 'AWS::CloudFront::Distribution')) {
    const {
      Origins,
      OriginGroups,
      DefaultCacheBehavior,
      CacheBehaviors = [],
      DefaultRootObject,
    } = Properties.DistributionConfig as DistributionConfig;
    const originIds = Origins.map((origin) => origin.Id);
    config.regions.forEach(({ originId }, index) => {
      oneOf(originIds, originId, `regions[${index}].originId`, 'an origin');
    });
    checkRootObject(DefaultRootObject, config);
    const groups = (OriginGroups?.Items ?? []).map(({ Id }) => Id);
    const failingOver = [DefaultCacheBehavior, ...CacheBehaviors].filter((behavior) =>
      groups.includes(behavior.TargetOriginId),
    );
    checkFailoverTime(template, failingOver, config);
  }
}

/** The root URL is turned into the root object after the viewer request: the function sees `/`. */
function checkRootObject(rootObject: string | undefined, config: EdgeConfig): void {
  if (!rootObject || sectionOf(config.protected, '/') !== undefined) return;
  const section = sectionOf(config.protected, `/${rootObject}`);
  if (section === undefined) return;
  const path = `protected[${config.protected.indexOf(section)}].path`;
  throw new ConfigError(
    path,
    `a pattern that covers "/" too, as it covers the root object ${rootObject}`,
    section.path,
  );
}

/** The function cannot know the default TTL; a longer time than that would keep an answer longer. */
function checkFailoverTime(template: Template, behaviors: readonly Behavior[], { failover }: EdgeConfig): void {
  for (const { CachePolicyId } of behaviors) {
    const properties = template.Resources[CachePolicyId.Ref]?.Properties;
    const { MinTTL, DefaultTTL } = Object(properties?.CachePolicyConfig) as { MinTTL: number; DefaultTTL: number };
    const { maxAgeSeconds } = failover;
    if (!(maxAgeSeconds >= MinTTL && maxAgeSeconds <= DefaultTTL)) {
      const expected = `a time from MinTTL ${MinTTL} to DefaultTTL ${DefaultTTL} of ${CachePolicyId.Ref}`;
      throw new ConfigError('failover.maxAgeSeconds', expected, maxAgeSeconds);
    }
  }
}

function oneOf(known: readonly string[], value: string, path: string, noun: string): void {
  if (!known.includes(value)) throw new ConfigError(path, `${noun} of the distribution (${known.join(', ')})`, value);
}

function resources(template: Template, type: string): Resource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}
