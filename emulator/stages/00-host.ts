import { matchesWildcard } from '../../shared/access/wildcard.ts';
import type { Distribution } from '../distribution.ts';
import { BAD_REQUEST, errorPage } from '../error-page.ts';
import type { EdgeRequest, ViewerAnswer } from '../exchange.ts';
import { headerOf } from '../headers.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * CloudFront's refusal of a host that is neither the distribution's domain name nor one of its alternate
 * domain names, or null. This machine's own names are taken, too, and no port is looked at.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html
 */
export function hostRefusal({ domainName, aliases }: Distribution, request: EdgeRequest): ViewerAnswer | null {
  const host = (headerOf(request.headers, 'host') ?? '').toLowerCase().replace(/:\d*(?![\s\S])/, '');
  const known = [...LOOPBACK, domainName.toLowerCase(), ...aliases];
  if (known.some((name) => matchesWildcard(name, host))) return null;
  return errorPage(403, BAD_REQUEST, request.id);
}
