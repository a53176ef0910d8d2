/** Where a request holds a token that its section does not look at. */
import type { Carrier, ProtectedSection } from '../../shared/config.ts';
import { type Field, fieldValues, headerText, type ViewerRequest } from '../../shared/events/cloudfront-functions.ts';
import { brief, namedAlgorithm } from './hidden.ts';
import { carrierName, carrierNames } from './token-carrier.ts';

/** Those in which a token can be while the section is found. */
const CARRIERS: readonly Carrier[] = ['query', 'header', 'cookie'];

/** One sentence; null where there is none. */
export function carrierMiss(request: ViewerRequest, section: ProtectedSection): string | null {
  const { carriers, name, path } = section;
  const unasked = CARRIERS.find((carrier) => !carriers.includes(carrier) && isIn(carrier, request, section));
  if (unasked !== undefined && carriers.length > 0) {
    return `there is a token in ${carrierName(unasked, section)}, but ${path} looks at ${carrierNames(section)} alone`;
  }
  if (carriers.includes('header') && isToken(headerText(request, 'authorization'))) {
    return 'there is a token in the header Authorization, but without "Bearer " before it';
  }
  const asked = carriers.includes('cookie') ? otherName(request.cookies, name) : undefined;
  if (asked !== undefined) return `there is a token in the cookie ${asked}, but ${path} asks for ${name}`;
  const parameter = carriers.includes('query') ? otherName(request.querystring, name) : undefined;
  return parameter === undefined
    ? null
    : `there is a token in the query parameter ${parameter}, but ${path} asks for ${name}`;
}

function isIn(carrier: Carrier, request: ViewerRequest, { name }: ProtectedSection): boolean {
  if (carrier === 'header') {
    const [, token = ''] = /^bearer (.*)$/i.exec(headerText(request, 'authorization')) ?? [];
    return isToken(token.trim());
  }
  return fieldValues((carrier === 'query' ? request.querystring : request.cookies)[name]).some(isToken);
}

function isToken(value: string): boolean {
  return namedAlgorithm(value) !== undefined;
}

function otherName(fields: Readonly<Record<string, Field>>, name: string): string | undefined {
  const other = Object.keys(fields).find((own) => own !== name && fieldValues(fields[own]).some(isToken));
  return other === undefined ? undefined : brief(other);
}
