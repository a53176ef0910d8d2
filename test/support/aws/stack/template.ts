/** CloudFormation templates: read, and what of them needs what. */
import { refusal } from '../request.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Condition?: string }>>;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Conditions',
  'Resources',
  'Outputs',
];
const ATTRIBUTES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];

/** Limits of a template that is sent, and of one that is fetched from a bucket. */
export const MAX_BODY_BYTES = 51_200;
export const MAX_FETCHED_BYTES = 1_048_576;

/** @throws {Refusal} ValidationError for what is no template, or names what is not in it, or goes in circles. */
export function parseTemplate(text: string): Template {
  const template = parsed(text);
  const known = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]);
  const unknown = Object.keys(template.Resources)
    .flatMap((id) => needs(template, id))
    .filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw invalid(`Unresolved resource dependencies [${unknown.join(', ')}] in the Resources block of the template`);
  }
  const made = new Set<string>();
  const waiting = () => Object.keys(template.Resources).filter((id) => !made.has(id));
  for (let ready = waiting(); ready.length > 0; ) {
    ready = waiting().filter((id) => isReady(template, id, made));
    for (const id of ready) made.add(id);
  }
  if (waiting().length > 0)
    throw refusal('ValidationError', `Circular dependency between resources: [${waiting().join(', ')}]`);
  return template;
}

function parsed(text: string): Template {
  let template: Template;
  try {
    template = JSON.parse(text);
  } catch {
    throw invalid('JSON not well-formed. (line 1, column 1)');
  }
  unknownKeys(template, SECTIONS, 'Invalid template property or properties');
  if (Object.keys(template.Resources ?? {}).length === 0) {
    throw invalid('At least one Resources member must be defined.');
  }
  for (const [id, resource] of Object.entries(template.Resources)) {
    unknownKeys(resource, ATTRIBUTES, `Invalid attributes of ${id}`);
    if (typeof resource.Type !== 'string')
      throw invalid(`[/Resources/${id}] Every Resources object must contain a Type member.`);
  }
  return template;
}

function unknownKeys(value: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw refusal('ValidationError', `${what} [${unknown.join(', ')}]`);
}

function invalid(message: string) {
  return refusal('ValidationError', `Template format error: ${message}`);
}

/** Logical ids, resources' and parameters', that a resource names. */
export function needs(template: Template, id: string): string[] {
  const { DependsOn = [], Properties } = template.Resources[id] ?? {};
  return [...[DependsOn].flat(), ...namesIn(Properties)].filter((name) => !name.startsWith('AWS::'));
}

/** Whether all that a resource needs is there. */
export function isReady(template: Template, id: string, made: ReadonlySet<string>): boolean {
  return needs(template, id).every((name) => made.has(name) || !(name in template.Resources));
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Record<string, unknown>;
  if (Ref !== undefined) return [String(Ref)];
  if (attribute !== undefined) return [String([attribute].flat()[0]).replace(/\..*/, '')];
  if (text === undefined) return Object.values(value).flatMap(namesIn);
  const [template, given = {}] = [text].flat() as [string, object?];
  return [
    ...[...template.matchAll(SUBSTITUTION)]
      .map(([, name = '']) => name.replace(/\..*/, ''))
      .filter((name) => !(name in given)),
    ...namesIn(given),
  ];
}

/** `${Name}` and `${Name.Attribute}`, but not `${!Literal}`. */
export const SUBSTITUTION = /\$\{([A-Za-z0-9:]+(?:\.[A-Za-z0-9.]+)?)\}/g;
