/** What the compiled template needs that CloudFormation cannot say: built code, versions. */
import { join } from 'node:path';
import { buildCloudFrontFunction } from '../build/cloudfront-function.ts';
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

function resources(template: Template, type: string): Resource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}
