import { unexpected } from '../config/errors.ts';

/**
 * The properties of an object, read by CloudFormation's names. What is read is remembered, so that
 * what nobody read can be named in the end instead of being ignored.
 */
export interface Properties {
  /** The object's place in the file: `Distribution.DistributionConfig.Origins[0]`. */
  readonly where: string;
  /** The place of one of its properties. */
  at(name: string): string;
  text(name: string): string;
  optionalText(name: string): string | null;
  optionalTexts(name: string): string[] | null;
  number<A extends number | null>(name: string, absent: A): number | A;
  numbers(name: string): number[];
  flag(name: string): boolean;
  oneOf<T extends string>(name: string, values: readonly T[]): T;
  object(name: string): Properties;
  optionalObject(name: string): Properties | null;
  /** Resolved throughout, and otherwise as it stands: for what has a language of its own. */
  value(name: string): unknown;
  /** An absent list is an empty one. */
  objects(name: string): Properties[];
  /** Marks properties as known but without effect here; an empty `effect`: not worth a notice. */
  without(names: readonly string[], effect: string): void;
  /** A line for each property, here and below, that has no effect; none for one that asks for nothing. */
  notices(): string[];
}

/** How a file writes what is read. */
export interface Notation {
  /** The value that is meant; undefined: as if the property were not there. */
  resolve(value: unknown, where: string): unknown;
  /** The file's own name of a property. */
  name(property: string): string;
  /** The same, where the property is a list whose members are meant. */
  items(property: string): string;
}

const PLAIN: Notation = { resolve: (value) => value, name: (property) => property, items: (property) => property };

/** A value that CloudFormation puts in place of this when it deploys. */
const DYNAMIC_REFERENCE = '{{resolve:';

/**
 * Each property is resolved when it is read, so that one which cannot be resolved matters only where
 * it is needed.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID, from each reader, for a property of another kind than is read.
 */
export function properties(value: unknown, where: string, notation: Notation = PLAIN): Properties {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'an object', value);
  const record = value as Record<string, unknown>;
  const read = new Set<string>();
  const children = new Map<string, Properties>();
  const effects = new Map<string, string>();

  const at = (name: string): string => `${where}.${notation.name(name)}`;
  const itemAt = (name: string, index: number): string => `${where}.${notation.items(name)}[${index}]`;
  const get = (name: string): unknown => {
    read.add(name);
    const item = Object.hasOwn(record, name) ? notation.resolve(record[name], at(name)) : undefined;
    if (isText(item) && item.includes(DYNAMIC_REFERENCE)) {
      effects.set(name, 'a dynamic reference is not looked up, its text is what counts');
    }
    return Array.isArray(item)
      ? item.map((each, index) => notation.resolve(each, itemAt(name, index))).filter((each) => each !== undefined)
      : item;
  };
  const expect = <T>(name: string, expected: string, check: (item: unknown) => item is T): T => {
    const item = get(name);
    if (check(item)) return item;
    throw unexpected('ERR_TEMPLATE_INVALID', at(name), expected, item);
  };
  const child = (item: unknown, place: string): Properties => {
    const known = children.get(place) ?? properties(item, place, notation);
    children.set(place, known);
    return known;
  };
  const isAskedFor = (name: string): boolean => {
    try {
      return !asksForNothing(notation.resolve(record[name], at(name)));
    } catch {
      return true;
    }
  };
  const self: Properties = {
    where,
    at,
    text: (name) => expect(name, 'a text', isText),
    optionalText: (name) => (get(name) === undefined ? null : self.text(name)),
    optionalTexts: (name) => (get(name) === undefined ? null : expect(name, 'a list of texts', isTexts)),
    number: (name, absent) => (get(name) === undefined ? absent : Number(expect(name, 'a number', isNumeric))),
    numbers: (name) => expect(name, 'a list of numbers', isNumerics).map(Number),
    flag: (name) => [true, 'true'].includes(get(name) as boolean | string),
    oneOf: <T extends string>(name: string, values: readonly T[]) =>
      expect(name, `one of ${values.join(', ')}`, (item): item is T => values.includes(item as T)),
    object: (name) => child(get(name), at(name)),
    optionalObject: (name) => (get(name) === undefined ? null : self.object(name)),
    value: (name) => whole(get(name), at(name), notation),
    objects: (name) => {
      if (get(name) === undefined) return [];
      return expect(name, 'a list', Array.isArray).map((item, index) => child(item, itemAt(name, index)));
    },
    without: (names, effect) => {
      for (const name of names) {
        read.add(name);
        if (effect !== '' && isAskedFor(name)) effects.set(name, effect);
      }
    },
    notices: () => [
      ...Object.keys(record)
        .filter((name) => !read.has(name) && isAskedFor(name))
        .map((name) => `${at(name)}: not emulated`),
      ...[...effects].map(([name, effect]) => `${at(name)}: ${effect}`),
      ...[...children.values()].flatMap((inner) => inner.notices()),
    ],
  };
  return self;
}

/** A value with everything inside it resolved. */
function whole(value: unknown, where: string, notation: Notation): unknown {
  const resolved = notation.resolve(value, where);
  if (typeof resolved !== 'object' || resolved === null) return resolved;
  const items = Object.entries(resolved).map(([key, item]) => [key, whole(item, `${where}.${key}`, notation)] as const);
  const kept = items.filter(([, item]) => item !== undefined);
  return Array.isArray(resolved) ? kept.map(([, item]) => item) : Object.fromEntries(kept);
}

/** As AWS writes what is not used: nothing, an empty text or list, a flag that is not set. */
function asksForNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return [undefined, null, '', false, 'false'].includes(value as never);
  if (Array.isArray(value)) return value.length === 0;
  const { Enabled } = value as { Enabled?: unknown };
  return Enabled === false || Enabled === 'false';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isNumeric(value: unknown): value is number | string {
  return value !== '' && (typeof value === 'number' || typeof value === 'string') && !Number.isNaN(Number(value));
}

function isNumerics(value: unknown): value is (number | string)[] {
  return Array.isArray(value) && value.every(isNumeric);
}
