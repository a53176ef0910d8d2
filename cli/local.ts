/** The edge on this machine: serves a distribution, the one of serverless.yml or another, and says what to try. */
import { openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unexpected } from '../config/errors.ts';
import { type CacheKind, type Engine, startEdge } from '../emulator/edge.ts';
import { edgeLocationAt } from '../emulator/edge-location.ts';
import type { ProbedRegions } from '../emulator/health.ts';
import { fileStore } from '../emulator/key-value-store.ts';
import type { RequestEntry } from '../emulator/request-log.ts';
import { isFolder } from '../emulator/stand-ins.ts';
import type { ViewerMap } from '../emulator/viewer-map.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { PHASES, withoutProber } from './drill/phases.ts';
import { foreignIntroduction, introduction } from './introduction.ts';
import { type DistributionVersion, type EditedDistribution, editedDistribution } from './live/edited-distribution.ts';
import { liveEditing } from './live/live-editing.ts';
import { updateReport } from './live/update-report.ts';
import { localFolder, localStoreFile, openLocalStore } from './local-keys.ts';
import { millisecondsOf } from './moment.ts';
import { progress } from './progress.ts';
import { requestExplainer } from './request-explainer.ts';
import { requestSigner } from './request-signer.ts';
import { sampleBuckets } from './sample-buckets.ts';
import { type SourceOptions, servedDistribution } from './served-distribution.ts';
import { BUNDLES, readJson } from './service.ts';
import { guardedBy, keyPairs, requireUse } from './signing-ways.ts';
import { announceEdge } from './store/running-edge.ts';

export interface LocalOptions extends SourceOptions {
  readonly port: number;
  readonly controlPort: number;
  readonly https?: boolean;
  readonly httpsPort: number;
  readonly knownHostsOnly?: boolean;
  readonly edgeLocation: string;
  readonly viewerCountry?: string;
  readonly viewerMap?: string;
  readonly origin: readonly string[];
  readonly function: readonly string[];
  readonly storeDelay: string;
  /** Files of private keys: for requests that are tried, and for nothing that is served. */
  readonly signingKey: readonly string[];
  readonly health?: boolean;
  readonly engine: Engine;
  readonly responseHeadersPolicy: 'after-viewer-response' | 'before-viewer-response';
  readonly cache: CacheKind;
  readonly accessLog?: string;
  readonly accessLogRaw?: boolean;
  readonly json?: boolean;
  /** Whether the control API has its page. */
  readonly inspector: boolean;
  /** Whether what is saved is served from the next request on. */
  readonly watch: boolean;
}

/** An hour, in milliseconds: AWS's store takes seconds. */
const MAX_STORE_DELAY_MS = 3_600_000;

/** Returns when the edge is ready; it runs until the process is ended. */
export async function local(root: string, options: LocalOptions): Promise<void> {
  const location = edgeLocationAt(options.edgeLocation);
  const origins = originsOf(root, options.origin);
  const functions = functionsOf(root, options.function);
  const storeDelayMs = millisecondsOf('--store-delay', options.storeDelay, MAX_STORE_DELAY_MS);
  const pairs = keyPairs(options.signingKey);
  const edited = options.watch ? editedDistribution(root, options, functions, join(root, BUNDLES)) : null;
  const served = await servedFirst(root, options, edited);
  const { source, config, bundles } = served;
  let guarded = guardedBy(served);
  requireUse(pairs, guarded);
  const { store, keys } = config === null ? { store: fileStore(localStoreFile(root)), keys: [] } : openLocalStore(root);
  const health = options.health === true ? probedRegions(config) : null;
  const canary = health?.health.canary ?? null;
  const originsFor = async (own: EdgeConfig | null): Promise<Record<string, string>> => {
    return { ...(await sampleBuckets(root, own?.regions ?? [], origins, canary)), ...origins };
  };
  let settings = config;
  let next = { settings, guarded };
  const edge = await startEdge({
    ...source,
    bundles,
    origins: await originsFor(config),
    functions,
    store,
    storeDelayMs,
    ...(health !== null && { health }),
    cache: options.cache,
    location,
    engine: options.engine,
    ...(options.viewerCountry !== undefined && { viewerCountry: options.viewerCountry }),
    ...(options.viewerMap !== undefined && { viewerMap: await viewerMapIn(root, options.viewerMap) }),
    responseHeadersPolicy: options.responseHeadersPolicy,
    port: options.port,
    controlPort: options.controlPort,
    inspector: options.inspector,
    drillPhases: withoutProber(PHASES),
    explainer: requestExplainer(store, () => settings),
    ...((config !== null || pairs.length > 0) && { signer: requestSigner(root, store, pairs, () => guarded) }),
    ...(options.https === true && { https: { port: options.httpsPort, folder: join(localFolder(root), 'tls') } }),
    knownHostsOnly: options.knownHostsOnly ?? false,
    ...(options.accessLog !== undefined && {
      accessLog: { write: writerTo(root, options.accessLog), isRaw: options.accessLogRaw ?? false },
    }),
    ...(options.json !== true && options.accessLog !== '-' && { onRequest: printRequest }),
    onLine: printLine,
  });
  announceEdge(root, edge);
  if (edited !== null) {
    const changes = async (changed: readonly string[]) => {
      const version = await edited.version(changed);
      next = { settings: version.config, guarded: guardedBy(version) };
      return { ...version.source, bundles: version.bundles, origins: await originsFor(version.config) };
    };
    liveEditing(edge, { sources: edited.sources, changes }, (update) => {
      if (update.error === null) ({ settings, guarded } = next);
      if (update.error !== null) process.stderr.write(updateReport(update, root));
      else if (options.json !== true) process.stdout.write(updateReport(update, root));
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  if (options.json === true) {
    const { url, https, control, inspector, unmaskingInspector, distribution, notices } = edge;
    const secure = https === null ? {} : { https: https.url, authority: https.authorityFile };
    const shown = inspector === null ? {} : { inspector, unmaskingInspector };
    const ready = { url, ...secure, control, ...shown, distribution: distribution.id, notices };
    process.stdout.write(`${JSON.stringify(ready)}\n`);
  } else {
    process.stdout.write(
      config === null ? foreignIntroduction(edge, root) : await introduction(edge, config, keys, root),
    );
  }
}

/** Checked where it is used. */
async function viewerMapIn(root: string, file: string): Promise<ViewerMap> {
  return (await readJson(root, resolve(root, file))) as ViewerMap;
}

async function servedFirst(
  root: string,
  options: LocalOptions,
  edited: EditedDistribution | null,
): Promise<DistributionVersion> {
  if (edited === null) return { ...(await servedDistribution(root, options)), bundles: join(root, BUNDLES) };
  const isOwn = options.template === undefined && options.distributionConfig === undefined;
  if (!isOwn) return edited.version(null);
  return progress('Packaging serverless.yml and building the functions', () => edited.version(null));
}

/** `us-east-1=./public` or `api=http://localhost:3000`, by origin id. */
function originsOf(root: string, mappings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    mappings.map((mapping) => {
      const [id, source] = pairOf('--origin', '<origin id>=<folder or URL>', mapping);
      return [id, isFolder(source) ? resolve(root, source) : source];
    }),
  );
}

/** `auth=./auth.ts`, by the name, ARN or logical id of the function. */
function functionsOf(root: string, mappings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    mappings.map((mapping) => {
      const [name, file] = pairOf('--function', '<name, ARN or logical id>=<file>', mapping);
      return [name, resolve(root, file)];
    }),
  );
}

function pairOf(option: string, expected: string, mapping: string): [name: string, value: string] {
  const equals = mapping.indexOf('=');
  if (equals < 1) throw unexpected('ERR_OPTION_INVALID', option, expected, mapping);
  return [mapping.slice(0, equals), mapping.slice(equals + 1)];
}

/** @throws {EdgeError} ERR_OPTION_INVALID where no settings say how. */
function probedRegions(config: EdgeConfig | null): ProbedRegions {
  if (config?.health) return { regions: config.regions, health: config.health };
  throw unexpected('ERR_OPTION_INVALID', '--health', 'health in the settings of serverless.yml', 'none');
}

/** Appends to a file, which its owner alone may read if it is new; `-`: standard output. */
function writerTo(root: string, file: string): (text: string) => void {
  if (file === '-') return (text) => process.stdout.write(text);
  try {
    const opened = openSync(resolve(root, file), 'a', 0o600);
    return (text) => writeSync(opened, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unexpected('ERR_OPTION_INVALID', '--access-log', 'a file that can be written', `${file}: ${code}`);
  }
}

function printRequest({ method, path, status, xCache, region, reason, milliseconds }: RequestEntry): void {
  const what = [xCache.replace(' from cloudfront', ''), region, reason].filter((part) => part !== null).join(' ');
  process.stdout.write(`${method} ${path} ${status} ${what} ${milliseconds} ms\n`);
}

/** A refusal's line is in the request's already. */
function printLine(source: string, line: string): void {
  if (!line.startsWith('{"edgekeeper":1,"verdict"')) process.stderr.write(`${source}: ${line}\n`);
}
