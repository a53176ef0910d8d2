import { type BareItem, type Dictionary, ParseError, parseDictionary, Token } from 'structured-headers';
import { type HeaderLines, headerOf } from '../headers.ts';
import { type Directives, directivesOf, NAMING } from './cache-control.ts';

/** What a response says of its caching here. */
export interface ResponseControl {
  readonly directives: Directives;
  /** Said to caches of content delivery networks alone: `Cache-Control` and `Expires` do not count. */
  readonly isTargeted: boolean;
}

/**
 * `CDN-Cache-Control` where it is there, valid and not empty, otherwise `Cache-Control`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9213#section-2.2
 */
export function responseControl(headers: HeaderLines): ResponseControl {
  const members = membersOf(headerOf(headers, 'cdn-cache-control'));
  if (members.size === 0) {
    return { directives: directivesOf(headerOf(headers, 'cache-control')), isTargeted: false };
  }
  const directives = new Map([...members].map(([name, [value]]) => [name, argumentOf(name, value)]));
  return { directives, isTargeted: true };
}

/** Empty for what cannot be read. */
function membersOf(field: string | undefined): Dictionary {
  try {
    return parseDictionary(field ?? '');
  } catch (error) {
    if (error instanceof ParseError) return new Map();
    throw error;
  }
}

/** Only lists of headers are strings: a number in quotes keeps them, and makes no sense. */
function argumentOf(name: string, value: BareItem | readonly unknown[]): string | null {
  if (value === true) return null;
  if (typeof value === 'string') return NAMING.includes(name) ? value : JSON.stringify(value);
  return value instanceof Token ? value.toString() : String(value);
}
