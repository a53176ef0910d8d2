import { unexpected } from '../config/errors.ts';

/**
 * The properties of a template's object, read by name. What is read is remembered, so that what
 * nobody read can be named in the end instead of being ignored.
 */
export interface Properties {
  /** The object's place in the template: `Distribution.DistributionConfig.Origins[0]`. */
  readonly where: string;
  text(name: string): string;
  optionalText(name: string): string | null;
  optionalTexts(name: string): string[] | null;
  number<A extends number | null>(name: string, absent: A): number | A;
  numbers(name: string): number[];
  flag(name: string): boolean;
  oneOf<T extends string>(name: string, values: readonly T[]): T;
  object(name: string): Properties;
  optionalObject(name: string): Properties | null;
  /** As it stands, for what has a language of its own. */
  value(name: string): unknown;
  /** An absent list is an empty one. */
  objects(name: string): Properties[];
  /** Marks properties as known but without effect here; an empty `effect`: not worth a notice. */
  without(names: readonly string[], effect: string): void;
  /** A line for each property, here and below, that has no effect. */
  notices(): string[];
}

/** @throws {EdgeError} ERR_TEMPLATE_INVALID, from each reader, for a property of another kind than is read. */
export function properties(value: unknown, where: string): Properties {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unexpected('ERR_TEMPLATE_INVALID', where, 'an object', value);
  const record = value as Record<string, unknown>;
  const read = new Set<string>();
  const children = new Map<string, Properties>();
  const effects = new Map<string, string>();

  const get = (name: string): unknown => {
    read.add(name);
    return record[name];
  };
  const expect = <T>(name: string, expected: string, check: (item: unknown) => item is T): T => {
    const item = get(name);
    if (check(item)) return item;
    throw unexpected('ERR_TEMPLATE_INVALID', `${where}.${name}`, expected, item);
  };
  const child = (item: unknown, at: string): Properties => {
    const known = children.get(at) ?? properties(item, `${where}.${at}`);
    children.set(at, known);
    return known;
  };
  const self: Properties = {
    where,
    text: (name) => expect(name, 'a text', isText),
    optionalText: (name) => (get(name) === undefined ? null : self.text(name)),
    optionalTexts: (name) => (get(name) === undefined ? null : expect(name, 'a list of texts', isTexts)),
    number: (name, absent) => (get(name) === undefined ? absent : Number(expect(name, 'a number', isNumeric))),
    numbers: (name) => expect(name, 'a list of numbers', isNumerics).map(Number),
    flag: (name) => get(name) === true || get(name) === 'true',
    oneOf: <T extends string>(name: string, values: readonly T[]) =>
      expect(name, `one of ${values.join(', ')}`, (item): item is T => values.includes(item as T)),
    object: (name) => child(get(name), name),
    optionalObject: (name) => (get(name) === undefined ? null : self.object(name)),
    value: get,
    objects: (name) => {
      if (get(name) === undefined) return [];
      return expect(name, 'a list', Array.isArray).map((item, index) => child(item, `${name}[${index}]`));
    },
    without: (names, effect) => {
      for (const name of names) if (get(name) !== undefined && effect !== '') effects.set(name, effect);
    },
    notices: () => [
      ...Object.keys(record)
        .filter((name) => !read.has(name))
        .map((name) => `${where}.${name}: not emulated`),
      ...[...effects].map(([name, effect]) => `${where}.${name}: ${effect}`),
      ...[...children.values()].flatMap((inner) => inner.notices()),
    ],
  };
  return self;
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
