/** Reading settings: each reader returns the value, or throws a `ConfigError` that names its place. */
import { ConfigError } from './errors.ts';

export function text(value: unknown, path: string, pattern: RegExp, expected: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ConfigError(path, expected, value);
}

/** Null has to be written: which issuer or audience is not checked stays visible in the settings. */
export function stringOrNull(value: unknown, path: string): string | null {
  if (value === null || (typeof value === 'string' && value !== '')) return value;
  throw new ConfigError(path, 'a non-empty string, or null for any', value);
}

export function integer(value: unknown, path: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new ConfigError(path, `a whole number from ${min} to ${max}`, value);
}

export function fraction(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new ConfigError(path, 'a number from 0 to 1', value);
}

export function flag(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ConfigError(path, 'true or false', value);
}

export function oneOf<T extends string>(value: unknown, path: string, known: readonly T[]): T {
  if (known.includes(value as T)) return value as T;
  throw new ConfigError(path, `one of ${known.join(', ')}`, value);
}

export function list<T>(value: unknown, path: string, item: (value: unknown, path: string) => T): T[] {
  if (!Array.isArray(value)) throw new ConfigError(path, 'a list', value);
  return value.map((entry, index) => item(entry, `${path}[${index}]`));
}

/** @param known the names that it may have */
export function record(value: unknown, path: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(path, 'an object', value);
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw new ConfigError(`${path}.${name}`, `one of ${known.join(', ')}`, name);
  }
  return value as Record<string, unknown>;
}
