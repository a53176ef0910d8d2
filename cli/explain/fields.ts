/** Fields of a line of JSON, read with their place in messages. */
import { EdgeError } from '../../config/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** @throws {EdgeError} ERR_OPTION_INVALID, as each reader here, for a field of another kind. */
export function fields(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(where, 'an object', value);
}

export function textField(parent: Fields, name: string): string {
  const value = parent[name];
  if (typeof value === 'string') return value;
  throw wrong(name, 'a text', value);
}

export function numberField(parent: Fields, name: string, absent?: number): number {
  const value = parent[name] ?? absent;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(name, 'a number', value);
}

/** A name, and null where nothing was said but the name: `?name`. */
export type NamedValue = [name: string, value: string | null];

/** Pairs of name and value; undefined when the field is absent. */
export function pairsField(parent: Fields, name: string): NamedValue[] | undefined {
  const value = parent[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every(isPair)) return value;
  throw wrong(name, 'a list of pairs of texts', value);
}

function isPair(value: unknown): value is NamedValue {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [name, text] = value;
  return typeof name === 'string' && (text === null || typeof text === 'string');
}

/** Names the kind of what came, not its content: it may be a credential. */
export function wrong(where: string, expected: string, value: unknown): EdgeError {
  return new EdgeError('ERR_OPTION_INVALID', `${where}: expected ${expected}, got ${kindOf(value)}`);
}

/** In words, and without its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
