/** Where a token travels, and how it is taken out of the request. */
import type { ProtectedSection } from '../config.ts';
import type { Field, ViewerRequest } from '../events/cloudfront-functions.ts';

/** Of one carrier at most this many values are tried. */
const MAX_VALUES = 2;

/**
 * The values of the first carrier that is there: a token that it holds in vain is not rescued by the
 * next. An empty value is no credential.
 */
export function carriedValues(request: ViewerRequest, section: ProtectedSection): string[] {
  let values: string[] = [];
  for (let i = 0; i < section.carriers.length && values.length === 0; i++) {
    const carrier = section.carriers[i];
    if (carrier === 'query') values = valuesOf(request.querystring[section.name]);
    else if (carrier === 'cookie') values = valuesOf(request.cookies[section.name]);
    else values = valuesOf(request.headers.authorization).map(bearerToken).filter(isNotEmpty);
  }
  return values;
}

function valuesOf(field: Field | undefined): string[] {
  if (!field) return [];
  const fields = (field.multiValue || [field]).slice(0, MAX_VALUES);
  return fields.map((item) => item.value).filter(isNotEmpty);
}

/** Empty for another scheme, which is not ours to judge (RFC 6750, section 2.1). */
function bearerToken(value: string): string {
  return value.slice(0, 7).toLowerCase() === 'bearer ' ? value.slice(7).trim() : '';
}

function isNotEmpty(value: string): boolean {
  return value !== '';
}

/** The query string without the parameter that carries the token; undefined when nothing remains. */
export function ownQuery(query: string | undefined, section: ProtectedSection): string | undefined {
  if (!query || section.carriers.indexOf('query') === -1) return query || undefined;
  const kept = query.split('&').filter((pair) => pair.split('=')[0] !== section.name);
  return kept.length === 0 ? undefined : kept.join('&');
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
  if (section.carriers.indexOf('query') !== -1) delete request.querystring[section.name];
  if (section.carriers.indexOf('header') !== -1) delete request.headers.authorization;
}
