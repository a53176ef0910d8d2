/** A distribution on localhost: listeners, functions, origins and the way to control them. */
import { randomUUID } from 'node:crypto';
import { type EdgeError, unexpected } from '../config/errors.ts';
import { ACCESS_LOG_HEAD, accessLogLine } from './access-log.ts';
import { arrivals } from './arrival.ts';
import { type Clock, systemClock } from './clock.ts';
import { cloudFrontCache } from './cloudfront-cache.ts';
import { requireNjs } from './cloudfront-functions/njs-runtime.ts';
import { controlListener } from './control/listener.ts';
import { publishChanges, publishFault, publishLine, publishRequest, publishUpdate } from './control/published.ts';
import { delayedStore } from './delayed-store.ts';
import { type CacheKind, type Deployment, type DeploymentSource, deploy, type Engine } from './deployment.ts';
import type { Distribution, Origin } from './distribution.ts';
import { type EdgeLocation, edgeLocationAt, popOf } from './edge-location.ts';
import type { EdgeRequest } from './exchange.ts';
import type { Fault } from './fault.ts';
import { type ProbedRegions, startProber } from './health.ts';
import { keptConnections } from './kept-connections.ts';
import { type KeyValueStore, memoryStore } from './key-value-store.ts';
import { listen } from './listening.ts';
import { liveEvents } from './live-events.ts';
import { localCertificate } from './local-certificate.ts';
import type { OpenAnswers } from './open-answers.ts';
import { type Edge as Pipeline, type ResponseHeadersOrder, serve } from './pipeline.ts';
import { type RequestEntry, requestLog } from './request-log.ts';
import { httpCache } from './rfc9111/http-cache.ts';
import type { Bucket } from './s3/bucket.ts';
import { type EdgeChanges, servedDeployment } from './served-deployment.ts';
import { type EdgeLocations, servingLocations } from './serving-locations.ts';
import type { OriginNetwork } from './stages/07-origin.ts';
import type { StandIn } from './stand-in.ts';
import { steerableClock } from './steerable-clock.ts';
import { NOWHERE, unmapped, unmappedNotices } from './unmapped-origins.ts';
import { secureViewerListener, type ViewerService, viewerListener } from './viewer-listener.ts';
import { type ViewerMap, viewerMapOf } from './viewer-map.ts';
import { viewerCountryOf } from './viewer-place.ts';

export type { CacheKind, EdgeChanges, Engine };

export interface EdgeOptions extends DeploymentSource {
  /** The key value store of every CloudFront Function that has one. Default: an empty one in memory. */
  readonly store?: KeyValueStore;
  /** How long a change of the store takes to reach the functions; 0, the default: until the next request. */
  readonly storeDelayMs?: number;
  /** Where viewers arrive whose position is not known. Default: the edge location next to us-east-1. */
  readonly location?: EdgeLocation;
  /** Where they are: `DE`, or with a region `US-CA`. Absent: the headers that would tell are not there. */
  readonly viewerCountry?: string;
  /** Which addresses of viewers are where; those that it does not have are where `location` and `viewerCountry` say. */
  readonly viewerMap?: ViewerMap;
  /**
   * What CloudFront Functions run in. Default: `realm`, Node.js reduced to what their runtime documents;
   * `njs`: the engine that they derive from, a process an event.
   */
  readonly engine?: Engine;
  /** Where a behavior has a response headers policy and a function at the viewer response. Default: after the function. */
  readonly responseHeadersPolicy?: ResponseHeadersOrder;
  /** `cloudfront`, the default: by the cache policy; `rfc9111`: a strict HTTP cache, whatever the policy says. */
  readonly cache?: CacheKind;
  /** Probes regions, and drains and restores them in the store by what comes of it. Default: only a person does. */
  readonly health?: ProbedRegions;
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
  /** Empties the caches. */
  clearCache(): void;
  /** To see edge locations, take them down and bring them back. */
  readonly edgeLocations: EdgeLocations;
  /** The origins that are folders, by id. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  /**
   * What is asked for and the emulator does not do, or does otherwise, and the origins that nothing stands in
   * for and every request is sent to, one line each.
   */
  readonly notices: readonly string[];
  /**
   * Serves something else from now on: requests that begin after this call wait for it, for up to ten seconds, and
   * those under way end as they began. What is given takes the place of what was, what is not stays; files of
   * functions and the folder of the bundles are read anew. Origins keep their faults where id and source stay, and
   * the cache what it has, but for paths whose cache policy changed. Where viewers arrive, and all other options,
   * stay. Several at a time are done in turn.
   *
   * @param changes or a function that makes them, called when its turn comes
   * @throws {EdgeError} what `startEdge` does, and what making the changes does; what was served until then still
   * is, and `updateFailure` tells viewers.
   */
  update(changes: EdgeChanges | (() => Promise<EdgeChanges>)): Promise<void>;
  /**
   * Why the latest update failed; null: it did not. Until the next one that succeeds, a browser's navigations are
   * answered with a page that shows it, and all other answers have the header `x-edgekeeper-update-failed`.
   */
  readonly updateFailure: EdgeError | null;
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
  const { engine = 'realm', accessLog, cache: cacheKind = 'cloudfront' } = options;
  if (engine === 'njs') requireNjs();
  const viewer = options.viewerCountry === undefined ? null : viewerCountryOf(options.viewerCountry);
  const placeOf = options.viewerMap === undefined ? null : viewerMapOf(options.viewerMap);
  const home = { location, viewer };
  const instance = randomUUID();
  const events = liveEvents();
  /** Custom headers of all origins that there have been: older requests still show them. */
  const originSecrets: Origin['customHeaders'][number][] = [];
  const onLine = (source: string, line: string, request?: EdgeRequest): void => {
    options.onLine?.(source, line);
    publishLine(events, { originSecrets, log }, source, line, request);
  };
  const log = requestLog(clock, (entry) => {
    options.onRequest?.(entry);
    publishRequest(events, { originSecrets, log }, entry);
  });
  const running: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((close) => close()));
  };
  const started = <T extends { close(): Promise<void> }>(part: T): T => {
    running.push(() => part.close());
    return part;
  };
  const onFailure = (error: unknown): void =>
    onLine('emulator', error instanceof Error ? (error.stack ?? error.message) : String(error));
  try {
    const visible = started(delayedStore(store, options.storeDelayMs ?? 0, clock));
    const onFault = (id: string, fault: Fault | null): void => publishFault(events, id, fault);
    const target = { engine, cache: cacheKind, clock, store: visible, onLine, onFailure, onFault };
    const unwatch = publishChanges(events, { clock, store, instance });
    running.push(async () => unwatch());
    const cache = cacheKind === 'rfc9111' ? httpCache(clock, onFailure) : cloudFrontCache(clock, onFailure);
    const locations = servingLocations(location, cache.objectsAt);
    const connections = started(keptConnections(clock));
    const network = (deployment: Deployment): OriginNetwork => ({
      clock,
      connections,
      addressOf: (id) => deployment.standIns.all.get(id)?.address() ?? NOWHERE,
      onAttempt: (requestId, originId, result) => {
        log.attempted(requestId, originId, result);
        const origin = deployment.distribution.origins.get(originId);
        if (origin !== undefined && !deployment.standIns.all.has(originId)) onLine('emulator', unmapped(origin));
      },
    });
    let httpsPort: number | null = null;
    const pipeline = (deployment: Deployment, open: OpenAnswers): Pipeline => ({
      ...deployment,
      open,
      knownHostsOnly: options.knownHostsOnly ?? false,
      get httpsPort() {
        return httpsPort;
      },
      home,
      clock,
      cache,
      responseHeadersPolicy: options.responseHeadersPolicy ?? 'after-viewer-response',
      onLine,
      onLogData: log.wrote,
      network: network(deployment),
    });
    const deployed = started(
      await servedDeployment(deploymentSource(options), {
        cache,
        async deploy(source, before) {
          const made = await deploy(source, target, before);
          for (const { customHeaders } of made.distribution.origins.values()) originSecrets.push(...customHeaders);
          return made;
        },
        answer: (request, deployment, open) => serve(pipeline(deployment, open), request),
      }),
    );
    if (options.health !== undefined) {
      const onProbed = (line: string): void => onLine('health', line);
      const served = () => ({ origins: deployed.current.distribution.origins, network: network(deployed.current) });
      started(startProber(options.health, { served, store, clock, onLine: onProbed }));
    }
    accessLog?.write(ACCESS_LOG_HEAD);
    const service: ViewerService = {
      arriving: arrivals(home, locations, placeOf),
      serve: (request) => deployed.serve(log.begun(request)),
      onAnswered(answered) {
        const { attempts } = log.answered(answered);
        if (accessLog === undefined) return null;
        const { request, answer } = answered;
        const { location: servedAt } = request.arrival ?? home;
        const place = { domainName: deployed.current.distribution.domainName, edgeLocation: popOf(servedAt) };
        return (served) => {
          const logged = { request, answer, served, attempts };
          accessLog.write(accessLogLine(logged, { ...place, now: clock.now() }, accessLog.isRaw ?? false));
        };
      },
      onCrash: onFailure,
      clock,
      passesInterim: cacheKind === 'rfc9111',
    };
    const https =
      options.https === undefined
        ? null
        : await listenSecurely(service, deployed.current.distribution, options.https, running);
    httpsPort = https === null ? null : Number(new URL(https.url).port);
    // Viewers say `localhost`: cookies and browsers treat it as a name, and as a secure place.
    const viewers = viewerListener(service, https === null ? 'https' : 'http');
    const url = `http://localhost:${await listen(viewers, options.port ?? 0, 'port', running)}`;
    const edgeLocations = { list: locations.list, setUp: locations.setUp };
    const control = controlListener({
      get distribution() {
        return deployed.current.distribution;
      },
      get standIns() {
        return deployed.current.standIns;
      },
      get functions() {
        return deployed.current.described;
      },
      ...{ store, cache, clock, log, events, originSecrets, edgeLocations, url, instance },
    });
    const controlUrl = `http://localhost:${await listen(control, options.controlPort ?? 0, 'control-port', running)}`;
    return {
      url,
      https,
      control: controlUrl,
      instance,
      get distribution() {
        return deployed.current.distribution;
      },
      store,
      requests: log.entries(),
      origin: (id) => standInOf(id, deployed.current.standIns.all),
      clearCache() {
        cache.clear();
        events.publish('cache', () => ({ action: 'emptied', removed: null }));
      },
      edgeLocations,
      get buckets() {
        return deployed.current.standIns.buckets;
      },
      get notices() {
        return noticesOf(deployed.current, viewer !== null || placeOf !== null);
      },
      update: (changes) => publishUpdate(events, deployed.update(changes)),
      get updateFailure() {
        return deployed.failure;
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What of the options an update may change. */
function deploymentSource(options: EdgeOptions): DeploymentSource {
  const { template, distributionConfig, distribution, parameters, resources, origins, functions, bundles } = options;
  const all = { template, distributionConfig, distribution, parameters, resources, origins, functions, bundles };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function noticesOf({ distribution, notices, standIns }: Deployment, isPlaceKnown: boolean): string[] {
  const everywhere = distribution.geoRestriction !== null && !isPlaceKnown ? [ANYWHERE] : [];
  return [...notices, ...standIns.notices, ...everywhere, ...unmappedNotices(distribution, standIns.all)];
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
