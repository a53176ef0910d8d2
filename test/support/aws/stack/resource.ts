/** What a stack makes of a resource of its template. */
import type { Account } from '../account.ts';

export type Properties = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly region: string;
  /** Which no second one of the type may have; undefined: CloudFormation makes one up. */
  readonly name: string | undefined;
  /** What `Ref` is. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` is. */
  readonly attributes: Readonly<Record<string, string>>;
  properties: Properties;
  /** What becomes of it when its stack goes, or another one takes its place. */
  deletionPolicy: string | undefined;
  replacePolicy: string | undefined;
}

/** Where and for whom something is made. */
export interface Place {
  readonly account: Account;
  readonly region: string;
  readonly stackName: string;
  /** In whose name; undefined: the deployer's, who may do everything. */
  readonly role?: string | undefined;
}

/** How one type of resource behaves. */
export interface Kind {
  /** Where its name is in the properties: `CachePolicyConfig.Name`. */
  readonly name?: string;
  /** Its name is taken for all regions. */
  readonly isGlobal?: boolean;
  /** Every change makes another one. */
  readonly isImmutable?: boolean;
  /** `Ref` and what `Fn::GetAtt` knows, of one that is being made; `name` is its own, or one made up. */
  identify(
    name: string,
    place: Place,
    properties: Properties,
  ): { physicalId: string; attributes?: Resource['attributes'] };
  /**
   * Does what the type does, when it is made and when it is changed.
   *
   * @param before the properties that it had; undefined: it is made
   * @throws {Refusal} what AWS would say.
   */
  apply?(name: string, properties: Properties, place: Place, before?: Properties): void;
  /** @throws {Refusal} what AWS would say. */
  remove?(resource: Resource, place: Place): void;
}

/** The value at a path of names. */
export function at(properties: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, name) => Object(value)[name], properties);
}

/** All values under a key, at any depth. */
export function valuesOf(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, child]) => (name === key ? [child] : valuesOf(child, key)));
}

/** The resource of a type that has this as an attribute or as its `Ref`. */
export function living(account: Account, type: string, value: unknown): Resource | undefined {
  return [...account.resources].find(
    (resource) =>
      resource.type === type &&
      (resource.physicalId === value || Object.values(resource.attributes).includes(String(value))),
  );
}
