/** What the policies of signed URLs and signed cookies cannot say. */
import { SIGNING_PARAMETERS } from '../shared/access/signed-credential.ts';
import { readSourceIp } from '../shared/access/source-ip.ts';

/** The first signing parameter that a URL has already, as it is there. */
export function signingParameterIn(url: string): string | undefined {
  const [, query = ''] = url.split('?');
  return query.split('&').find((pair) => SIGNING_PARAMETERS.includes(pair.split('=')[0] ?? ''));
}

/** Whether a canned policy names this URL and no other. */
export function isOneUrl(url: string): boolean {
  return !/[*"]/.test(url);
}

/** An address or range of IPv4: a viewer that comes over IPv6 is refused then. */
export function isPolicyAddress(text: unknown): text is string {
  return readSourceIp(text)?.bits === 32;
}
