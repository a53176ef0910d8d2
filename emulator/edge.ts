/** A distribution on localhost: listeners, functions, origins and the way to control them. */
import { randomUUID } from 'node:crypto';
import { type EdgeError, unexpected } from '../config/errors.ts';
import { arrivals } from './arrival.ts';
import { systemClock } from './clock.ts';
import { cloudFrontCache } from './cloudfront-cache.ts';
import { requireNjs } from './cloudfront-functions/njs-runtime.ts';
import { spareThread } from './cloudfront-functions/thread.ts';
import type { Controlled } from './control/controlled.ts';
import { INSPECTOR_PATH, inspectorPage } from './control/inspector.ts';
import { controlListener } from './control/listener.ts';
import { publishChanges, publishFault, publishUpdate } from './control/published.ts';
import { newUnmaskKey } from './control/unmasking.ts';
import { delayedStore } from './delayed-store.ts';
import { type CacheKind, type Deployment, deploy, type Engine } from './deployment.ts';
import type { Distribution } from './distribution.ts';
import { edgeLocationAt } from './edge-location.ts';
import { type AccessLog, deploymentSource, type EdgeOptions, type HttpsOptions } from './edge-options.ts';
import type { Fault } from './fault.ts';
import { startProber } from './health.ts';
import { keptConnections } from './kept-connections.ts';
import { type KeyValueStore, memoryStore } from './key-value-store.ts';
import { listen } from './listening.ts';
import { loggedService } from './logged-service.ts';
import { observation } from './observation.ts';
import type { OpenAnswers } from './open-answers.ts';
import { type Edge as Pipeline, serve } from './pipeline.ts';
import type { RequestEntry } from './request-log.ts';
import { httpCache } from './rfc9111/http-cache.ts';
import type { Bucket } from './s3/bucket.ts';
import { listenSecurely, type SecureEdge } from './secure-edge.ts';
import { type EdgeChanges, servedDeployment } from './served-deployment.ts';
import { type EdgeLocations, servingLocations } from './serving-locations.ts';
import type { OriginNetwork } from './stages/07-origin.ts';
import type { StandIn } from './stand-in.ts';
import { steerableClock } from './steerable-clock.ts';
import { NOWHERE, unmapped, unmappedNotices } from './unmapped-origins.ts';
import { viewerListener } from './viewer-listener.ts';
import { viewerMapOf } from './viewer-map.ts';
import { viewerCountryOf } from './viewer-place.ts';

export type { AccessLog, CacheKind, EdgeChanges, EdgeOptions, Engine, HttpsOptions, SecureEdge };

export interface Edge {
  /** Where viewers go. */
  readonly url: string;
  /** Where they go with TLS; null: nowhere. */
  readonly https: SecureEdge | null;
  /** Where the control API is. */
  readonly control: string;
  /** Where the page is that shows requests as they cross the edge; null: there is none. */
  readonly inspector: string | null;
  /**
   * The same page for whoever may see the credentials in requests: from this address it can unmask them. It has a key,
   * which is good for this edge and this run.
   */
  readonly unmaskingInspector: string | null;
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
  const { engine = 'realm', cache: cacheKind = 'cloudfront' } = options;
  if (engine === 'njs') requireNjs();
  const viewer = options.viewerCountry === undefined ? null : viewerCountryOf(options.viewerCountry);
  const placeOf = options.viewerMap === undefined ? null : viewerMapOf(options.viewerMap);
  const home = { location, viewer };
  const instance = randomUUID();
  const observed = observation(options, clock, home);
  const { events, log, onLine, onFailure } = observed;
  const running: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((close) => close()));
  };
  const started = <T extends { close(): Promise<void> }>(part: T): T => {
    running.push(() => part.close());
    return part;
  };
  try {
    const visible = started(delayedStore(store, options.storeDelayMs ?? 0, clock));
    const onFault = (id: string, fault: Fault | null): void => publishFault(events, id, fault);
    const spare = started(spareThread());
    const startThread = spare.take;
    const target = { engine, startThread, cache: cacheKind, clock, store: visible, onLine, onFailure, onFault };
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
          observed.onDeployed(made.distribution);
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
    const service = loggedService(
      { deployed, log, accessLog: options.accessLog, home },
      {
        arriving: arrivals(home, locations, placeOf),
        onCrash: onFailure,
        clock,
        passesInterim: cacheKind === 'rfc9111',
      },
    );
    const https =
      options.https === undefined
        ? null
        : await listenSecurely(service, deployed.current.distribution, options.https, running);
    httpsPort = https === null ? null : Number(new URL(https.url).port);
    // Viewers say `localhost`: cookies and browsers treat it as a name, and as a secure place.
    const scheme = https === null ? 'https' : 'http';
    const viewers = viewerListener(service, scheme);
    const url = `http://localhost:${await listen(viewers, options.port ?? 0, 'port', running)}`;
    const edgeLocations = { list: locations.list, setUp: locations.setUp };
    const notices = () => noticesOf(deployed.current, viewer !== null || placeOf !== null);
    const inspector = options.inspector === false ? null : inspectorPage();
    const unmaskKey = inspector === null ? null : newUnmaskKey();
    const controlled: Controlled = {
      get distribution() {
        return deployed.current.distribution;
      },
      get standIns() {
        return deployed.current.standIns;
      },
      get functions() {
        return deployed.current.described;
      },
      get notices() {
        return notices();
      },
      ...{ store, cache, clock, log, events, edgeLocations, url, scheme, instance, unmaskKey },
      originSecrets: observed.originSecrets,
      codeOf: (functionId) => deployed.current.codeOf(functionId),
      findings: () => deployed.current.findings(),
      drillPhases: options.drillPhases ?? [],
      ...(options.explainer !== undefined && { explainer: options.explainer }),
      ...(options.signer !== undefined && { signer: options.signer }),
    };
    const control = controlListener(controlled, inspector);
    const controlUrl = `http://localhost:${await listen(control, options.controlPort ?? 0, 'control-port', running)}`;
    return {
      url,
      https,
      control: controlUrl,
      inspector: inspector === null ? null : `${controlUrl}${INSPECTOR_PATH}`,
      unmaskingInspector: unmaskKey === null ? null : `${controlUrl}${INSPECTOR_PATH}#/unmask/${unmaskKey}`,
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
        return notices();
      },
      update(changes) {
        // Making the changes takes as long as starting a thread for them.
        const isThreadUsed = engine === 'realm' && deployed.current.cloudFrontFunctions.size > 0;
        if (isThreadUsed && typeof changes === 'function') spare.prepare();
        return publishUpdate(events, observed, deployed.update(changes));
      },
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
