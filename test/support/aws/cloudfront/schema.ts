/** The shapes of CloudFront's API as the SDK's own client describes them. */
import {
  CachePolicyConfig$,
  ContinuousDeploymentPolicyConfig$,
  DistributionConfig$,
  OriginRequestPolicyConfig$,
} from '@aws-sdk/client-cloudfront';

export type Shape =
  | { readonly kind: 'text' | 'number' | 'flag' | 'time' }
  | { readonly kind: 'list'; readonly item: string; readonly of: Shape }
  | { readonly kind: 'structure'; readonly members: readonly Member[] };

export interface Member {
  readonly name: string;
  readonly isRequired: boolean;
  readonly shape: () => Shape;
}

export const SHAPES = {
  DistributionConfig: shapeOf(DistributionConfig$),
  CachePolicyConfig: shapeOf(CachePolicyConfig$),
  OriginRequestPolicyConfig: shapeOf(OriginRequestPolicyConfig$),
  ContinuousDeploymentPolicyConfig: shapeOf(ContinuousDeploymentPolicyConfig$),
};

/** The client has its schema as nested lists: `[kind, namespace, name, traits, ...]`. */
function shapeOf(reference: unknown): Shape {
  const schema = typeof reference === 'function' ? reference() : reference;
  if (schema === 1) return { kind: 'number' };
  if (schema === 2) return { kind: 'flag' };
  if (schema === 4) return { kind: 'time' };
  if (!Array.isArray(schema)) return { kind: 'text' };
  if (typeof schema[0] !== 'number' || schema.length <= 2) return shapeOf(schema[0]);
  const [kind, , , , inner, shapes, required = 0] = schema;
  if (kind === 1) {
    const [of, traits] = Array.isArray(inner) ? inner : [inner];
    return { kind: 'list', item: traits?.xmlName ?? 'member', of: shapeOf(of) };
  }
  if (kind !== 3) return { kind: 'text' };
  const members = (inner as string[]).map((name, index) => ({
    name,
    isRequired: index < required,
    shape: () => shapeOf(shapes[index]),
  }));
  return { kind: 'structure', members };
}
