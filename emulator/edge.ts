/** A distribution on localhost: listeners, functions, origins and the way to control them. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { unexpected } from '../config/errors.ts';
import { type PublicKeys, publicKeys as readPublicKeys } from '../signing/public-keys.ts';
import { ACCESS_LOG_HEAD, accessLogLine } from './access-log.ts';
import { type Clock, systemClock } from './clock.ts';
import { cloudFrontCache } from './cloudfront-cache.ts';
import { njsRuntime, requireNjs } from './cloudfront-functions/njs-runtime.ts';
import { cloudFrontFunctionRuntime } from './cloudfront-functions/runtime.ts';
import { onlyLocation } from './control/edge-locations.ts';
import { controlListener } from './control/listener.ts';
import { publishChanges, publishFault, publishLine, publishRequest } from './control/published.ts';
import { delayedStore } from './delayed-store.ts';
import { describedFunctions } from './described-functions.ts';
import type { Distribution } from './distribution.ts';
import { type DistributionSource, readDistribution } from './distribution-source.ts';
import { type EdgeLocation, edgeLocationAt, popOf } from './edge-location.ts';
import type { EdgeRequest } from './exchange.ts';
import { functionCode } from './function-code.ts';
import { keptConnections } from './kept-connections.ts';
import { type KeyValueStore, memoryStore } from './key-value-store.ts';
import { lambdaRuntime } from './lambda-edge/runtime.ts';
import { listen } from './listening.ts';
import { liveEvents } from './live-events.ts';
import { localCertificate } from './local-certificate.ts';
import { mapValues } from './map-values.ts';
import { type Edge as Pipeline, type ResponseHeadersOrder, serve } from './pipeline.ts';
import { type RequestEntry, requestLog } from './request-log.ts';
import { forwardingAll } from './rfc9111/forwarding.ts';
import { httpCache } from './rfc9111/http-cache.ts';
import type { Bucket } from './s3/bucket.ts';
import type { StandIn } from './stand-in.ts';
import { type OriginSource, startStandIns } from './stand-ins.ts';
import { steerableClock } from './steerable-clock.ts';
import { NOWHERE, unmapped, unmappedNotices } from './unmapped-origins.ts';
import { viewerCountryOf } from './viewer-country.ts';
import { secureViewerListener, type ViewerService, viewerListener } from './viewer-listener.ts';

export type CacheKind = 'cloudfront' | 'rfc9111';

export interface EdgeOptions extends DistributionSource {
  /** What stands in for origins, by origin id. One without is answered 502. */
  readonly origins?: Readonly<Record<string, OriginSource>>;
  /** Files with the code of functions, by name, ARN or logical id; in place of the template's code, where it has any. */
  readonly functions?: Readonly<Record<string, string>>;
  /** The folder that `edgekeeper build` wrote, for Lambda@Edge functions whose code is in neither. */
  readonly bundles?: string;
  /** The key value store of every CloudFront Function that has one. Default: an empty one in memory. */
  readonly store?: KeyValueStore;
  /** How long a change of the store takes to reach the functions; 0, the default: until the next request. */
  readonly storeDelayMs?: number;
  /** Where viewers arrive. Default: the edge location next to us-east-1. */
  readonly location?: EdgeLocation;
  /** Where they are: `DE`, or with a region `US-CA`. Absent: the headers that would tell are not there. */
  readonly viewerCountry?: string;
  /**
   * What CloudFront Functions run in. Default: `realm`, Node.js reduced to what their runtime documents;
   * `njs`: the engine that they derive from, a process an event.
   */
  readonly engine?: Engine;
  /** Where a behavior has a response headers policy and a function at the viewer response. Default: after the function. */
  readonly responseHeadersPolicy?: ResponseHeadersOrder;
  /** `cloudfront`, the default: by the cache policy; `rfc9111`: a strict HTTP cache, whatever the policy says. */
  readonly cache?: CacheKind;
  /** What expires and what times out does so by it. Default: the machine's own time. */
  readonly clock?: Clock;
  /**
   * Listens with TLS, too, where HTTP/2 is spoken if the distribution has it. What comes without is HTTP then, and
   * redirected or refused as behaviors say; absent, it counts as HTTPS that has ended before.
   */
  readonly https?: HttpsOptions;
  /** Refuses requests with another host than the distribution's, as CloudFront does. Default: all are served. */
  readonly knownHostsOnly?: boolean;
  /** 0, the default: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Is written CloudFront's standard log, a line for each request when it has been served. */
  readonly accessLog?: AccessLog;
  /** Told of each answered request. */
  readonly onRequest?: (entry: RequestEntry) => void;
  /** Told of each line that a function logs, and of failures of the emulator itself. */
  readonly onLine?: (source: string, line: string) => void;
}

export interface AccessLog {
  write(text: string): void;
  /** Whether it shows tokens, signatures and cookies, as CloudFront's does. Default: they are masked. */
  readonly isRaw?: boolean;
}

export interface HttpsOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Where the certificate and its authority are kept; absent: both are made anew, and kept nowhere. */
  readonly folder?: string;
}

export type Engine = 'realm' | 'njs';

export interface Edge {
  /** Where viewers go. */
  readonly url: string;
  /** Where they go with TLS; null: nowhere. */
  readonly https: SecureEdge | null;
  /** Where the control API is. */
  readonly control: string;
  /** A name that no other edge has, nor this one when it is started again; the control API tells it. */
  readonly instance: string;
  readonly distribution: Distribution;
  /** The key value store. */
  readonly store: KeyValueStore;
  /** What became of the latest five hundred requests, newest last; `requestId` is in the answer's `x-amz-cf-id`. */
  readonly requests: readonly RequestEntry[];
  /**
   * What stands in for an origin: to break and repair it, and to see what it was asked.
   *
   * @throws {EdgeError} ERR_OPTION_INVALID for an origin that nothing stands in for.
   */
  origin(id: string): StandIn;
  /** Empties the cache. */
  clearCache(): void;
  /** The origins that are folders, by id. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  /**
   * What is asked for and the emulator does not do, or does otherwise, and the origins that nothing stands in
   * for and every request is sent to, one line each.
   */
  readonly notices: readonly string[];
  /** Ends at once, whatever is under way. */
  close(): Promise<void>;
}

export interface SecureEdge {
  readonly url: string;
  /** The certificate that viewers have to trust, as PEM. */
  readonly authority: string;
  /** The file that it is kept in; null: none. */
  readonly authorityFile: string | null;
}

/**
 * Serves a distribution on loopback.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID, ERR_KEY_INVALID, ERR_FILE_MISSING (an origin's folder, a
 * bundle, a function's file), ERR_BUILD_FAILED and ERR_BUNDLE_TOO_LARGE (a function), ERR_OPTION_INVALID or
 * ERR_LISTEN_FAILED; nothing is left running then.
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const clock = steerableClock(options.clock ?? systemClock);
  const { location = edgeLocationAt('us-east-1'), store = memoryStore() } = options;
  const { engine = 'realm', accessLog } = options;
  if (engine === 'njs') requireNjs();
  const viewerCountry = options.viewerCountry === undefined ? null : viewerCountryOf(options.viewerCountry);
  const { distribution: read, notices, functionSummaries } = readDistribution(options);
  const distribution = options.cache === 'rfc9111' ? forwardingAll(read) : read;
  const instance = randomUUID();
  const events = liveEvents();
  const onLine = (source: string, line: string, request?: EdgeRequest): void => {
    options.onLine?.(source, line);
    publishLine(events, () => ({ distribution, log }), source, line, request);
  };
  const log = requestLog(clock, (entry) => {
    options.onRequest?.(entry);
    publishRequest(events, () => ({ distribution, log }), entry);
  });
  const running: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((close) => close()));
  };
  try {
    const started = <T extends { close(): Promise<void> }>(runtime: T): T => {
      running.push(() => runtime.close());
      return runtime;
    };
    const visible = started(delayedStore(store, options.storeDelayMs ?? 0, clock));
    const publicKeys = trustableKeys(distribution);
    const made = join(tmpdir(), `edgekeeper-functions-${instance}`);
    running.push(() => rm(made, { recursive: true, force: true }));
    const files = options.functions ?? {};
    const functions = await functionCode(distribution, {
      files,
      bundles: options.bundles === undefined ? null : resolve(options.bundles),
      made,
      described: functionSummaries,
    });
    const lambdaFunctions = mapValues(functions.lambda, ({ definition, code }, id) =>
      started(lambdaRuntime(definition, code, clock, (line) => onLine(id, line))),
    );
    const cloudFrontFunctions = mapValues(functions.cloudFront, (definition) =>
      started(engine === 'njs' ? njsRuntime(definition, visible) : cloudFrontFunctionRuntime(definition, visible)),
    );
    const onFailure = (error: unknown): void =>
      onLine('emulator', error instanceof Error ? (error.stack ?? error.message) : String(error));
    const standIns = await startStandIns(
      distribution.origins,
      options.origins ?? {},
      clock,
      running,
      onFailure,
      (id, fault) => publishFault(events, id, fault),
    );
    const unwatch = publishChanges(events, { clock, store, instance });
    running.push(async () => unwatch());
    const cache = options.cache === 'rfc9111' ? httpCache(clock, onFailure) : cloudFrontCache(clock, onFailure);
    let httpsPort: number | null = null;
    const pipeline: Pipeline = {
      distribution,
      knownHostsOnly: options.knownHostsOnly ?? false,
      get httpsPort() {
        return httpsPort;
      },
      location,
      viewerCountry,
      clock,
      cache,
      publicKeys,
      cloudFrontFunctions,
      lambdaFunctions,
      responseHeadersPolicy: options.responseHeadersPolicy ?? 'after-viewer-response',
      onLine,
      onLogData: log.wrote,
      network: {
        clock,
        connections: started(keptConnections(clock)),
        addressOf: (id) => standIns.all.get(id)?.address() ?? NOWHERE,
        onAttempt: (requestId, originId, result) => {
          log.attempted(requestId, originId, result);
          const origin = distribution.origins.get(originId);
          if (origin !== undefined && !standIns.all.has(originId)) onLine('emulator', unmapped(origin));
        },
      },
    };
    accessLog?.write(ACCESS_LOG_HEAD);
    const service: ViewerService = {
      serve: (request) => serve(pipeline, log.begun(request)),
      onAnswered(answered) {
        const { attempts } = log.answered(answered);
        if (accessLog === undefined) return null;
        const { request, answer } = answered;
        const place = { domainName: distribution.domainName, edgeLocation: popOf(location) };
        return (served) => {
          const logged = { request, answer, served, attempts };
          accessLog.write(accessLogLine(logged, { ...place, now: clock.now() }, accessLog.isRaw ?? false));
        };
      },
      onCrash: onFailure,
      clock,
      passesInterim: options.cache === 'rfc9111',
    };
    const https =
      options.https === undefined ? null : await listenSecurely(service, distribution, options.https, running);
    httpsPort = https === null ? null : Number(new URL(https.url).port);
    // Viewers say `localhost`: cookies and browsers treat it as a name, and as a secure place.
    const viewers = viewerListener(service, https === null ? 'https' : 'http');
    const url = `http://localhost:${await listen(viewers, options.port ?? 0, 'port', running)}`;
    const shown = {
      events,
      functions: describedFunctions(distribution, functions, engine, clock.now()),
      edgeLocations: onlyLocation(location),
    };
    const control = controlListener({ distribution, standIns, store, cache, clock, log, url, instance, ...shown });
    const controlUrl = `http://localhost:${await listen(control, options.controlPort ?? 0, 'control-port', running)}`;
    const { buckets } = standIns;
    const everywhere = distribution.geoRestriction !== null && viewerCountry === null ? [ANYWHERE] : [];
    const all = [...notices, ...standIns.notices, ...everywhere, ...unmappedNotices(distribution, standIns.all)];
    return {
      url,
      https,
      control: controlUrl,
      instance,
      distribution,
      store,
      requests: log.entries(),
      origin: (id) => standInOf(id, standIns.all),
      clearCache() {
        cache.clear();
        events.publish('cache', () => ({ action: 'emptied', removed: null }));
      },
      buckets,
      notices: all,
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** CloudFront would not have taken the others. */
function trustableKeys(distribution: Distribution): PublicKeys {
  const keys = readPublicKeys(distribution.publicKeys);
  const refused = Object.keys(distribution.publicKeys).find((id) => !keys.has(id));
  if (refused === undefined) return keys;
  throw unexpected(
    'ERR_KEY_INVALID',
    `${refused}.EncodedKey`,
    'a public key of RSA 2048 or ECDSA P-256, as PEM',
    '...',
  );
}

function standInOf(id: string, standIns: ReadonlyMap<string, StandIn>): StandIn {
  const standIn = standIns.get(id);
  if (standIn !== undefined) return standIn;
  const known = [...standIns.keys()].join(', ');
  throw unexpected('ERR_OPTION_INVALID', 'origin', known === '' ? 'none: nothing stands in for any' : known, id);
}

const ANYWHERE =
  'Restrictions.GeoRestriction: nobody is refused, since nothing says where viewers are: --viewer-country <code>';

async function listenSecurely(
  service: ViewerService,
  { aliases, hasHttp2 }: Distribution,
  { port = 0, folder }: HttpsOptions,
  running: (() => Promise<unknown>)[],
): Promise<SecureEdge> {
  const certificate = await localCertificate(aliases, folder ?? null);
  const { authority, authorityFile } = certificate;
  const listening = await listen(secureViewerListener(service, certificate, hasHttp2), port, 'https-port', running);
  return { url: `https://localhost:${listening}`, authority, authorityFile };
}
