/** For buckets that a stack left behind when it was removed: the next one takes them over by their names. */
import type { Template } from './template.ts';

interface StackSet {
  readonly TemplateBody: Template;
}

/** Of the regions, and of the access logs. */
const BUCKETS = ['PrimaryBucket', 'SecondaryBucket', 'LogBucket'];

/**
 * Leaves the buckets out, here and in the secondary region; what refers to one names it as it is named. They keep the
 * properties that they were made with: versions, encryption, lifecycle, and replication by the role of a fixed name
 * that this stack makes again.
 */
export function withExistingBuckets(template: Template): void {
  const { SecondaryRegion } = template.Resources;
  const inside = (SecondaryRegion?.Properties as StackSet | undefined)?.TemplateBody;
  // The outer template last: it is copied with what is inside it.
  for (const each of inside === undefined ? [template] : [inside, template]) {
    for (const id of BUCKETS) nameInstead(each, id);
  }
}

function nameInstead(template: Template, id: string): void {
  const bucket = template.Resources[id];
  if (bucket === undefined) return;
  const { 'Fn::Sub': name } = bucket.Properties.BucketName as { 'Fn::Sub': string };
  delete template.Resources[id];
  const replaced = replacing(id, name);
  for (const [other, resource] of Object.entries(template.Resources)) {
    const { DependsOn, ...rest } = resource;
    const left = DependsOn === undefined ? [] : [DependsOn].flat().filter((needed) => needed !== id);
    template.Resources[other] = replaced({ ...rest, ...(left.length > 0 && { DependsOn: left }) }) as typeof resource;
  }
}

/** A copy of a part of a template with the bucket's name and ARN in the place of references to it. */
function replacing(id: string, name: string): (node: unknown) => unknown {
  const arn = `arn:\${AWS::Partition}:s3:::${name}`;
  const replaced = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map(replaced);
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = node as Record<string, unknown>;
    if (Ref === id) return { 'Fn::Sub': name };
    if (Array.isArray(attribute) && attribute.join('.') === `${id}.Arn`) return { 'Fn::Sub': arn };
    if (typeof text === 'string') {
      return { 'Fn::Sub': text.replaceAll(`\${${id}.Arn}`, arn).replaceAll(`\${${id}}`, name) };
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, replaced(value)]));
  };
  return replaced;
}
