/** Where a token travels, and how it is taken out of the request. */
import type { ProtectedSection } from '../config.ts';
import { type Field, fieldValues, type ViewerRequest } from '../events/cloudfront-functions.ts';
import { SIGN_IN_MARK } from './sign-in.ts';

/** Of one carrier at most this many values are tried. */
const MAX_VALUES = 2;

/** A path that begins with this carries a token in its first segment. */
const PATH_TOKEN = '/~';

/**
 * Takes the token out of the path: the segment after `/~`. Undefined when the path carries none. What
 * remains is empty, which is no path, when there is no token there, or nothing behind it, or another.
 */
export function takePathToken(request: ViewerRequest): string | undefined {
  const uri = request.uri;
  if (uri.indexOf(PATH_TOKEN) !== 0) return undefined;
  const end = uri.indexOf('/', PATH_TOKEN.length);
  request.uri = end > PATH_TOKEN.length && uri.indexOf(PATH_TOKEN, end) !== end ? uri.slice(end) : '';
  return uri.slice(PATH_TOKEN.length, end);
}

/**
 * The values of the first carrier that is there: a token that it holds in vain is not rescued by the
 * next. An empty value is no credential.
 */
export function carriedValues(
  request: ViewerRequest,
  section: ProtectedSection,
  pathToken: string | undefined,
): string[] {
  if (pathToken) return [pathToken];
  let values: string[] = [];
  for (let i = 0; i < section.carriers.length && values.length === 0; i++) {
    const carrier = section.carriers[i];
    if (carrier === 'query') values = valuesOf(request.querystring[section.name]);
    else if (carrier === 'cookie') values = valuesOf(request.cookies[section.name]);
    else if (carrier === 'header') values = valuesOf(request.headers.authorization).map(bearerToken).filter(Boolean);
  }
  return values;
}

function valuesOf(field: Field | undefined): string[] {
  return fieldValues(field).slice(0, MAX_VALUES).filter(Boolean);
}

/** Empty for another scheme, which is not ours to judge (RFC 6750, section 2.1). */
function bearerToken(value: string): string {
  return value.slice(0, 7).toLowerCase() === 'bearer ' ? value.slice(7).trim() : '';
}

/**
 * The query string without some of its parameters; undefined when nothing remains. Parameters of other
 * names are never looked at one by one: a viewer may send thousands of them.
 */
export function queryWithout(query: string | undefined, names: readonly string[]): string | undefined {
  return names.reduce(withoutParameter, `&${query || ''}`).slice(1) || undefined;
}

/** `query` begins with `&`, as each of its parameters does. */
function withoutParameter(query: string, name: string): string {
  const parts = query.split(`&${name}`).map((part) => {
    const rest = part.split('&', 1)[0] as string;
    return rest === '' || rest[0] === '=' ? part.slice(rest.length) : `&${name}${part}`;
  });
  return parts.join('');
}

/** The parameters that are between the viewer and us. */
export function ownParameters(section: ProtectedSection): string[] {
  return section.carriers.includes('query') ? [section.name, SIGN_IN_MARK] : [SIGN_IN_MARK];
}

/** Every parameter that may hold a token of ours, or the mark: an address to come back to has none of them. */
export function tokenParameters(sections: readonly ProtectedSection[]): string[] {
  return sections.map((section) => section.name).concat(SIGN_IN_MARK);
}

/**
 * Takes the token out of a request that goes on. A cookie is taken out in every behavior, since its
 * path may be wider than its section; a parameter or a header only where the section asked for it.
 */
export function removeTokens(
  request: ViewerRequest,
  section: ProtectedSection | undefined,
  sections: readonly ProtectedSection[],
): void {
  sections.forEach((other) => {
    delete request.cookies[other.name];
  });
  if (!section) return;
  ownParameters(section).forEach((name) => {
    delete request.querystring[name];
  });
  if (section.carriers.includes('header')) delete request.headers.authorization;
}
