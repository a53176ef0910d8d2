/** The packaged service, and ways to read its compiled template. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { packageService } from '../../deploy/package.ts';
import { deploySettings } from '../../deploy/settings.ts';
import { validateTemplate } from '../../deploy/validate.ts';
import type { EdgeConfig } from '../../shared/config.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Record<string, unknown>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, { readonly Value: unknown }>;
}

export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

export interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly ViewerProtocolPolicy: string;
  readonly CachePolicyId: unknown;
  readonly OriginRequestPolicyId?: unknown;
  readonly ResponseHeadersPolicyId: unknown;
}

/** One run of `serverless package`. */
export interface Packaged {
  readonly folder: string;
  readonly template: Template;
  /** The template as text. */
  readonly text: string;
  /** What `custom.edgekeeper` says, and what the functions get of it. */
  readonly settings: { readonly failover: { readonly statusCodes: readonly number[] } };
  readonly config: EdgeConfig;
}

/** Packages the service into a temporary folder. */
export async function packaged(stage?: string): Promise<Packaged> {
  const outFolder = join(await temporaryFolder(), 'package');
  const path = await packageService({ root: ROOT, outFolder, ...(stage === undefined ? {} : { stage }) });
  const folder = dirname(path);
  const text = await readFile(path, 'utf8');
  const state = JSON.parse(await readFile(join(folder, 'serverless-state.json'), 'utf8'));
  const settings = state.service.custom.edgekeeper;
  const config = deploySettings({ name: 'edgekeeper', stage: stage ?? 'dev', region: 'us-east-1', settings });
  return { folder, text, template: JSON.parse(text), settings, config };
}

const temporaryFolders: string[] = [];

/** A folder that is removed after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-test-'));
  temporaryFolders.push(folder);
  return folder;
}

afterAll(async () => {
  await Promise.all(temporaryFolders.map((folder) => rm(folder, { recursive: true })));
});

export function resource(template: Template, id: string): Resource {
  const found = template.Resources[id];
  if (found === undefined)
    throw new Error(`${id}: expected a resource, got ${Object.keys(template.Resources).join(', ')}`);
  return found;
}

/** The template that the StackSet carries into the secondary region, as it is there. */
export function secondaryTemplate(template: Template): Template {
  const { TemplateBody, StackInstancesGroup } = resource(template, 'SecondaryRegion').Properties;
  const [[region]] = find(StackInstancesGroup, 'Regions') as [[string]];
  return JSON.parse(String(TemplateBody).replaceAll(`\${AWS::Region}`, region));
}

/**
 * What `Ref`, `Fn::GetAtt` and `Fn::Sub` come to in the account of AWS's examples. What CloudFormation
 * alone can know stays a name: `<Distribution>`, `<Distribution.DomainName>`.
 */
export function resolved(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(resolved);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return named(Ref);
  if (Array.isArray(attribute)) return named(attribute.join('.'));
  if (typeof text === 'string') return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => named(name));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item)]));
}

function named(name: string): string {
  return PSEUDO_PARAMETERS[name] ?? `<${name}>`;
}

/** Id of the version of a Lambda function: it has a hash of its code in it. */
export function versionId(template: Template, name: string): string {
  const [id, ...others] = idsOf(template, 'AWS::Lambda::Version').filter((version) => version.startsWith(name));
  if (id === undefined || others.length > 0) throw new Error(`${name}: expected one version, got ${[id, ...others]}`);
  return id;
}

/** What AWS's validator and our own rules have against a template. */
export async function findings(template: Template): Promise<string[]> {
  const file = join(await temporaryFolder(), 'template.json');
  await writeFile(file, JSON.stringify(template));
  return validateTemplate(file);
}

/** Logical ids of the resources of a type. */
export function idsOf(template: Template, type: string): string[] {
  return Object.keys(template.Resources).filter((id) => resource(template, id).Type === type);
}

/** Logical ids that a resource needs before it, by reference or by DependsOn. */
export function dependencies(template: Template, id: string): string[] {
  const { DependsOn = [], Properties } = resource(template, id);
  const text = JSON.stringify(resolved(Properties));
  const referenced = [...text.matchAll(/<([A-Za-z0-9]+)[.>]/g)].map((match) => String(match[1]));
  return [...new Set([...[DependsOn].flat(), ...referenced])].filter((name) => name in template.Resources);
}

/** An order in which CloudFormation can make the resources. */
export function creationOrder(of: Template): string[] {
  const made: string[] = [];
  let waiting = Object.keys(of.Resources);
  while (waiting.length > 0) {
    const next = waiting.filter((id) => dependencies(of, id).every((needed) => made.includes(needed)));
    if (next.length === 0) throw new Error(`a circle in ${waiting.join(', ')}`);
    made.push(...next);
    waiting = waiting.filter((id) => !next.includes(id));
  }
  return made;
}

/** Every name that has to be the only one of its kind in an account, by the place that gives it. */
export function namesOf(of: Template): Record<string, string> {
  const keys = [
    'Name',
    'AlarmName',
    'BucketName',
    'CallerReference',
    'DashboardName',
    'FunctionName',
    'LogGroupName',
    'MetricNamespace',
    'RoleName',
    'StackSetName',
    'TopicName',
  ];
  const inTemplate = (one: Template) =>
    Object.entries(one.Resources)
      .filter(([, { Type }]) => !['AWS::Lambda::Version', 'AWS::Lambda::Permission'].includes(Type))
      .flatMap(
        ([
          id,
          {
            Properties: { Dimensions: _, ...properties },
          },
        ]) => keys.flatMap((key) => find(resolved(properties), key).map((name) => [`${id}.${key}`, String(name)])),
      );
  return Object.fromEntries([...inTemplate(of), ...inTemplate(secondaryTemplate(of))]);
}

/** Every statement of every policy that a template attaches, with intrinsic functions resolved. */
export function statements(template: Template, id?: string): Statement[] {
  const nodes = id === undefined ? Object.values(template.Resources) : [resource(template, id)];
  return nodes.flatMap((node) => find(resolved(node.Properties), 'Statement')).flat() as Statement[];
}

/** All values under a key, at any depth. */
export function find(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, child]) => (name === key ? [child] : find(child, key)));
}
