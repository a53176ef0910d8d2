/** Reading a template of which nothing is known: what is not there, or of another form, is passed over. */
import type { CheckedTemplate, Place, Rule } from './finding.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** Resources of a type, with their logical ids. */
export function resourcesOf({ Resources }: CheckedTemplate, type: string): [id: string, properties: Properties][] {
  return Object.entries(Resources)
    .filter(([, resource]) => objectOf(resource).Type === type)
    .map(([id, { Properties }]) => [id, objectOf(Properties)]);
}

/** The value when it is an object, otherwise an empty one. */
export function objectOf(value: unknown): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

/** The list, or that in `Items`. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const { Items } = objectOf(value);
  return Array.isArray(Items) ? Items : [];
}

/** `.Items` where the list is in there, so that a path can name its entries. */
export function itemsPath(value: unknown): string {
  return Array.isArray(value) ? '' : '.Items';
}

/**
 * Whether it is now as it will be when it is deployed: no intrinsic function and no dynamic reference, nor a list with
 * one among its entries. What is inside of an object is not looked at.
 */
export function isKnown(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('{{resolve:');
  if (Array.isArray(value)) return value.every(isKnown);
  const object = objectOf(value);
  return !Object.keys(object).some((key) => key === 'Ref' || key.startsWith('Fn::')) && isKnown(object.Items ?? []);
}

/** The logical id that `Ref` or `Fn::GetAtt` names; null for anything else. */
export function referred(value: unknown): string | null {
  const { Ref, 'Fn::GetAtt': attribute } = objectOf(value);
  if (typeof Ref === 'string') return Ref;
  if (Array.isArray(attribute)) return String(attribute[0]);
  return typeof attribute === 'string' ? (attribute.split('.', 1)[0] as string) : null;
}

/** A distribution, with what its rules ask for. */
export interface CheckedDistribution {
  readonly id: string;
  readonly config: Properties;
  readonly behaviors: readonly CheckedBehavior[];
  readonly origins: ReadonlyMap<string, Properties>;
  /** Origin ids of the members, by the id of the group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Whether `origins` and `groups` have all that there will be. */
  readonly hasKnownIds: boolean;
}

export interface CheckedBehavior {
  /** Of the behavior, from `Properties` on. */
  readonly path: string;
  /** Path pattern; `*` for the default one. */
  readonly pattern: string;
  readonly properties: Properties;
}

export function distributionsOf(template: CheckedTemplate): CheckedDistribution[] {
  return resourcesOf(template, 'AWS::CloudFront::Distribution').map(([id, { DistributionConfig }]) => {
    const config = objectOf(DistributionConfig);
    const origins = listOf(config.Origins).map(objectOf);
    const groups = listOf(config.OriginGroups).map(objectOf);
    return {
      id,
      config,
      behaviors: behaviorsOf(config),
      origins: new Map(origins.map((origin) => [writtenId(origin.Id), origin])),
      groups: new Map(groups.map((group) => [writtenId(group.Id), membersOf(group)])),
      hasKnownIds: [config, config.Origins, config.OriginGroups, ...[...origins, ...groups].map(({ Id }) => Id)].every(
        isKnown,
      ),
    };
  });
}

/** A place in the resource that is looked at. */
export type Found = Omit<Place, 'resource'>;

/** A rule that looks at each distribution. */
export function inEach(find: (distribution: CheckedDistribution) => readonly Found[]): Rule['find'] {
  return (template) =>
    distributionsOf(template).flatMap((distribution) =>
      find(distribution).map((place) => ({ ...place, resource: distribution.id })),
    );
}

function behaviorsOf(config: Properties): CheckedBehavior[] {
  const others = listOf(config.CacheBehaviors).map((behavior, index) => ({
    path: `DistributionConfig.CacheBehaviors${itemsPath(config.CacheBehaviors)}.${index}`,
    pattern: String(objectOf(behavior).PathPattern),
    properties: objectOf(behavior),
  }));
  const byDefault = objectOf(config.DefaultCacheBehavior);
  return [...others, { path: 'DistributionConfig.DefaultCacheBehavior', pattern: '*', properties: byDefault }];
}

function membersOf(group: Properties): string[] {
  return listOf(group.Members).map((member) => writtenId(objectOf(member).OriginId));
}

/** The id of an origin or a group; the same `Ref` is the same id, whatever it brings. */
export function writtenId(id: unknown): string {
  return typeof id === 'string' ? id : String(JSON.stringify(id));
}

/** Ids of the origins that a behavior may ask. */
export function originsOf({ groups }: CheckedDistribution, { properties }: CheckedBehavior): readonly string[] {
  const id = writtenId(properties.TargetOriginId);
  return groups.get(id) ?? [id];
}

/** Whether CloudFront itself asks its viewers for a signature. */
export function isSigned({ properties: { TrustedKeyGroups, TrustedSigners } }: CheckedBehavior): boolean {
  return listOf(TrustedKeyGroups).length > 0 || listOf(TrustedSigners).length > 0;
}
