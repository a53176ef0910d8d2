/** A service to explain requests of, over a store in memory; and requests as a viewer would send them. */
import { type ExplainedRequest, withHeaders } from '../../cli/explain/explained-request.ts';
import type { ExplainedService } from '../../cli/explain/explained-service.ts';
import { openStore } from '../../cli/explain/store-secrets.ts';
import type { CacheBehavior } from '../../emulator/distribution.ts';
import { type HeaderLines, headerOf } from '../../emulator/headers.ts';
import type { KeyValueStore } from '../../emulator/key-value-store.ts';
import { readTemplate } from '../../emulator/template.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { template } from './template.ts';
import { NOON } from './tokens.ts';

/** With the behaviors that serverless.yml has for such settings; `signed` are public keys of a trusted key group. */
export function serviceOf(
  config: EdgeConfig,
  store: KeyValueStore,
  signed: Readonly<Record<string, string>> = {},
): ExplainedService {
  const { distribution } = readTemplate(template());
  const example = distribution.behaviors[0] as CacheBehavior;
  const behavior = (pathPattern: string, runtime: 'cloudfront-function' | 'lambda-edge'): CacheBehavior => ({
    ...example,
    pathPattern,
    viewerRequest: { runtime, id: runtime, includesBody: false, where: pathPattern },
  });
  const behaviors = [
    behavior('/~*', 'cloudfront-function'),
    ...config.protected.map(({ path, runtime }) => behavior(path, runtime)),
    { ...behavior('/signed/*', 'cloudfront-function'), trustedKeys: Object.keys(signed) },
    { ...example, pathPattern: '/api/*' },
    behavior('*', 'cloudfront-function'),
  ];
  return {
    distribution: { ...distribution, behaviors, publicKeys: signed },
    config,
    store: async () => openStore('the store', store),
  };
}

export interface Sent {
  readonly method?: string;
  readonly headers?: HeaderLines;
  /** The cookie header. */
  readonly cookie?: string;
  readonly ip?: string;
  readonly now?: number;
}

/** A request for a path with its query string, taken apart without any normalizing, at noon. */
export function requestFor(
  target: string,
  { method = 'GET', headers = [], cookie, ip, now }: Sent = {},
): ExplainedRequest {
  const mark = target.indexOf('?');
  const visit = {
    scheme: 'https',
    host: headerOf(headers, 'host') ?? 'www.example.com',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? undefined : target.slice(mark + 1),
    cookies: (cookie ?? '').split('; ').flatMap((pair) => {
      const equals = pair.indexOf('=');
      return equals === -1 ? [] : [[pair.slice(0, equals), pair.slice(equals + 1)] as const];
    }),
    viewerIp: ip ?? '203.0.113.7',
    now: now ?? NOON,
  };
  return withHeaders(visit, method, headers);
}
