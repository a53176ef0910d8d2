/**
 * The CORS headers of a response headers policy.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html#understanding-response-headers-policies-cors
 */
import { unexpected } from '../config/errors.ts';
import { matchesWildcard } from '../shared/access/wildcard.ts';
import type { CorsPolicy, PolicyHeader } from './distribution.ts';
import type { EdgeRequest } from './exchange.ts';
import { type HeaderLines, headerOf, withHeader } from './headers.ts';
import type { Properties } from './properties.ts';

/** What `ALL` stands for. */
const ALL_METHODS = ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** `*` may be all of it, the leftmost part of the host, or anywhere in the port. */
const ALLOWED_ORIGIN = /^(?:\*|(?:https?:\/\/)?(?:\*\.)?[^*/:?]+(?::[\d*]+)?)$/i;

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for an origin with `*` where CloudFront takes none. */
export function corsPolicyOf(config: Properties): CorsPolicy {
  const items = (name: string): string[] => config.optionalObject(name)?.optionalTexts('Items') ?? [];
  const allowMethods = items('AccessControlAllowMethods');
  const allowOrigins = items('AccessControlAllowOrigins');
  for (const origin of allowOrigins) {
    if (ALLOWED_ORIGIN.test(origin)) continue;
    const expected = '*, or an origin such as https://*.example.com';
    throw unexpected('ERR_TEMPLATE_INVALID', `${config.where}.AccessControlAllowOrigins`, expected, origin);
  }
  return {
    allowOrigins,
    allowHeaders: items('AccessControlAllowHeaders'),
    allowMethods: allowMethods.includes('ALL') ? ALL_METHODS : allowMethods,
    exposeHeaders: items('AccessControlExposeHeaders'),
    allowCredentials: config.flag('AccessControlAllowCredentials'),
    maxAgeSeconds: config.number('AccessControlMaxAgeSec', null),
    override: config.flag('OriginOverride'),
  };
}

/** None without an `Origin`, or for one that is not allowed. An OPTIONS request counts as the preflight. */
export function corsHeaders(policy: CorsPolicy, { method, headers }: EdgeRequest): PolicyHeader[] {
  const origin = headerOf(headers, 'origin');
  if (origin === undefined || !policy.allowOrigins.some((allowed) => matchesOrigin(allowed, origin))) return [];
  const preflight = {
    'access-control-allow-headers': policy.allowHeaders.join(', '),
    'access-control-allow-methods': policy.allowMethods.join(', '),
    'access-control-max-age': String(policy.maxAgeSeconds ?? ''),
  };
  const values = {
    'access-control-allow-origin': policy.allowOrigins.includes('*') ? '*' : origin,
    'access-control-allow-credentials': policy.allowCredentials ? 'true' : '',
    'access-control-expose-headers': policy.exposeHeaders.join(', '),
    ...(method === 'OPTIONS' && preflight),
  };
  const { override } = policy;
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value, override }));
}

/** Without a scheme, either is allowed; without a port, none but the scheme's own. */
function matchesOrigin(allowed: string, origin: string): boolean {
  if (allowed === '*') return true;
  const pattern = originParts(allowed);
  const sent = originParts(origin);
  const isScheme = pattern.scheme === '' ? sent.scheme !== '' : pattern.scheme === sent.scheme;
  return isScheme && matchesWildcard(pattern.host, sent.host) && matchesWildcard(pattern.port, sent.port);
}

function originParts(origin: string) {
  const [, scheme = '', host = '', port = ''] =
    /^(?:([^:/]*):\/\/)?([^:]*)(?::(.*))?$/.exec(origin.toLowerCase()) ?? [];
  return { scheme, host, port };
}

/** Caches between here and the viewer must not show one origin what was allowed to another. */
export function varyingByOrigin(headers: HeaderLines): HeaderLines {
  const vary = headerOf(headers, 'vary');
  const names = vary?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  if (names.includes('origin') || names.includes('*')) return headers;
  return withHeader(headers, 'vary', vary === undefined ? 'Origin' : `${vary}, Origin`);
}
