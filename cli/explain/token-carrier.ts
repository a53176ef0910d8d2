/** Where tokens travel, in words; and a token put there. */

import type { Step } from '../../emulator/explanation.ts';
import { carriedValues } from '../../shared/access/carriers.ts';
import type { Carrier, ProtectedSection } from '../../shared/config.ts';
import type { ViewerRequest } from '../../shared/events/cloudfront-functions.ts';
import type { TokenCheck } from './token-check.ts';

export function carrierName(carrier: Carrier, { name }: ProtectedSection): string {
  if (carrier === 'path') return 'the path (/~<token>/...)';
  if (carrier === 'query') return `the query parameter ${name}`;
  if (carrier === 'cookie') return `the cookie ${name}`;
  return carrier === 'header' ? 'Authorization: Bearer' : "CloudFront's own signature";
}

/** What the section asks for, in the order in which it looks. */
export function carrierNames(section: ProtectedSection): string {
  return section.carriers.map((carrier) => carrierName(carrier, section)).join(', ');
}

/** The carriers among `carriers` that hold something in this request. */
export function carriersFound(
  carriers: readonly Carrier[],
  request: ViewerRequest,
  section: ProtectedSection,
  pathToken: string | undefined,
): Carrier[] {
  return carriers.filter((carrier) => {
    const token = carrier === 'path' ? pathToken : undefined;
    return carriedValues(request, { ...section, carriers: [carrier] }, token).length > 0;
  });
}

/** @param decided the value that decided; undefined: none was shown */
export function carrierStep(found: readonly Carrier[], { section, values }: TokenCheck, decided?: string): Step {
  const [first, ...others] = found.map((carrier) => carrierName(carrier, section));
  const several = values.length > 1 ? `, ${values.indexOf(decided ?? '') === 0 ? 'first' : 'second'} of 2 values` : '';
  const ignored = others.length === 0 ? '' : `; ${others.join(', ')} beside it not looked at`;
  return {
    step: 'carrier',
    expected: section.carriers.length === 0 ? 'none: this function lets nobody in here' : carrierNames(section),
    got: first === undefined ? 'none of them' : `${first}${several}${ignored}`,
    ok: first !== undefined,
  };
}

/** The request with the token in the first carrier of the section, where it decides. */
export function withToken(
  request: ViewerRequest,
  { carriers, name }: ProtectedSection,
  token: string,
): { request: ViewerRequest; pathToken: string | undefined } {
  const field = { value: token };
  const { querystring, headers, cookies } = request;
  const carrier = carriers.find((other) => other !== 'cloudfront');
  if (carrier === 'path') return { request, pathToken: token };
  const changed =
    carrier === 'query'
      ? { querystring: { ...querystring, [name]: field } }
      : carrier === 'header'
        ? { headers: { ...headers, authorization: { value: `Bearer ${token}` } } }
        : { cookies: { ...cookies, [name]: field } };
  return { request: { ...request, ...changed }, pathToken: undefined };
}
