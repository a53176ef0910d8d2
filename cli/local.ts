/** The edge on this machine: packages, builds, serves, and says what to try. */
import { cp, mkdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unexpected } from '../config/errors.ts';
import { type CacheKind, type Edge, type Engine, startEdge } from '../emulator/edge.ts';
import { edgeLocationAt } from '../emulator/edge-location.ts';
import type { RequestEntry } from '../emulator/request-log.ts';
import { sectionOf } from '../shared/access/section.ts';
import type { EdgeConfig, ProtectedSection } from '../shared/config.ts';
import { type SigningKey, signHs256 } from '../signing/hs256.ts';
import { localFolder, openLocalStore } from './local-keys.ts';
import { millisecondsOf } from './moment.ts';
import { progress } from './progress.ts';
import { BUNDLES, givenService, packagedService } from './service.ts';
import { announceEdge } from './store/running-edge.ts';

export interface LocalOptions {
  readonly port: number;
  readonly controlPort: number;
  readonly edgeLocation: string;
  readonly viewerCountry?: string;
  readonly origin: readonly string[];
  readonly function: readonly string[];
  readonly storeDelay: string;
  readonly engine: Engine;
  readonly responseHeadersPolicy: 'after-viewer-response' | 'before-viewer-response';
  readonly cache: CacheKind;
  readonly template?: string;
  readonly json?: boolean;
}

const SAMPLE = fileURLToPath(new URL('../emulator/sample', import.meta.url));

/** How long the printed token is good for, in seconds. */
const TOKEN_SECONDS = 3600;

/** An hour, in milliseconds: AWS's store takes seconds. */
const MAX_STORE_DELAY_MS = 3_600_000;

/** Returns when the edge is ready; it runs until the process is ended. */
export async function local(root: string, options: LocalOptions): Promise<void> {
  const location = edgeLocationAt(options.edgeLocation);
  const { folders, urls } = standInsOf(root, options.origin);
  const functions = functionsOf(root, options.function);
  const storeDelayMs = millisecondsOf('--store-delay', options.storeDelay, MAX_STORE_DELAY_MS);
  const { template, config } = await (options.template === undefined
    ? progress('Packaging serverless.yml and building the functions', () => packagedService(root))
    : givenService(root, resolve(root, options.template)));
  const { store, keys } = openLocalStore(root);
  const edge = await startEdge({
    template,
    bundles: join(root, BUNDLES),
    folders: { ...(await sampleFolders(root, config, { ...folders, ...urls })), ...folders },
    urls,
    functions,
    store,
    storeDelayMs,
    cache: options.cache,
    location,
    engine: options.engine,
    ...(options.viewerCountry !== undefined && { viewerCountry: options.viewerCountry }),
    responseHeadersPolicy: options.responseHeadersPolicy,
    port: options.port,
    controlPort: options.controlPort,
    ...(options.json !== true && { onRequest: printRequest }),
    onLine: printLine,
  });
  announceEdge(root, edge);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  if (options.json === true) {
    const { url, control, distribution } = edge;
    process.stdout.write(`${JSON.stringify({ url, control, distribution: distribution.id })}\n`);
  } else {
    process.stdout.write(await introduction(edge, config, keys, root));
  }
}

/** `us-east-1=./public` or `api=http://localhost:3000`, by origin id. */
function standInsOf(root: string, mappings: readonly string[]) {
  const folders: Record<string, string> = {};
  const urls: Record<string, string> = {};
  for (const mapping of mappings) {
    const [id, standIn] = pairOf('--origin', '<origin id>=<folder or URL>', mapping);
    if (/^https?:\/\//i.test(standIn)) urls[id] = standIn;
    else folders[id] = resolve(root, standIn);
  }
  return { folders, urls };
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

/** A folder for each region that has none yet, with the sample content in it once: public, under `/private/` and under `/members/`. */
async function sampleFolders(root: string, config: EdgeConfig, given: Readonly<Record<string, string>>) {
  const folders: Record<string, string> = {};
  for (const { originId } of config.regions) {
    if (given[originId] !== undefined) continue;
    const folder = join(localFolder(root), 'buckets', originId);
    folders[originId] = folder;
    if (await exists(folder)) continue;
    await mkdir(folder, { recursive: true });
    await cp(SAMPLE, folder, { recursive: true });
    for (const part of ['private', 'members']) await cp(SAMPLE, join(folder, part), { recursive: true });
  }
  return folders;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function introduction(edge: Edge, config: EdgeConfig, keys: readonly SigningKey[], root: string) {
  const { url, control, distribution, buckets, notices } = edge;
  const primary = config.regions[0];
  const secondary = config.regions[1];
  const bucket = [...buckets.values()][0];
  const lines = [
    `The edge of ${distribution.domainName} is at ${url}, its control API at ${control}.`,
    ...(bucket === undefined ? [] : [`The bucket of ${bucket.name} is the folder ${relative(root, bucket.folder)}`]),
    ...(notices.length === 0 ? [] : ['Of the template, this is not emulated:']),
    ...notices.map((notice) => `  ${notice}`),
    '',
  ];
  const section = sectionOf(config.protected, '/private/catalogue.json');
  const key = keys[0];
  const isProtected = section !== undefined && key !== undefined;
  const privately = (path: string): string => (isProtected ? shown(`${url}/private${path}`, section) : `${url}${path}`);
  if (isProtected) {
    lines.push(
      'Without a token, 401:',
      `  curl -i ${url}/private/catalogue.json`,
      'With one signed just now, good for an hour, 200 from the nearest region:',
      `  token=${await signedToken(section, key)}`,
      `  curl -i ${privately('/catalogue.json')}`,
    );
  }
  for (const { path, jwks } of config.protected) {
    if (jwks?.file == null || (config.sectionKeys[path]?.jwks.length ?? 0) > 0) continue;
    lines.push(`No token opens ${path} until ${jwks.file} holds a public key.`);
  }
  lines.push(
    `Break ${primary?.region}, then ask for what is not cached yet:`,
    `  curl -X PUT ${control}/origins/${primary?.originId}/fault -d '{"kind":"refuse"}'`,
    `  curl -sS -D - -o /dev/null ${privately('/photo.jpg')}`,
    'The headers then say who answered, and that it was a failover:',
    `  x-origin-region: ${secondary?.region}`,
    '  x-origin-role: secondary',
    `  proxy-status: edgekeeper;next-hop="${secondary?.region}";details="not ${primary?.region}; ..."`,
    'Repair it:',
    `  curl -X DELETE ${control}/origins/${primary?.originId}/fault`,
    '',
    'Ctrl-C ends it.',
    '',
  );
  return `${lines.join('\n')}\n`;
}

/** A URL with the token in the first place of those that the section looks at, a cookie where it may. */
function shown(url: string, { carriers, name }: ProtectedSection): string {
  if (carriers.includes('cookie')) return `-b "${name}=$token" ${url}`;
  return carriers.includes('header') ? `-H "Authorization: Bearer $token" ${url}` : `"${url}?${name}=$token"`;
}

/** For the private half of the sample. */
function signedToken({ issuer, audience }: ProtectedSection, key: SigningKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    exp: now + TOKEN_SECONDS,
    res: '/private/*',
    ...(issuer !== null && { iss: issuer }),
    ...(audience !== null && { aud: audience }),
  };
  return signHs256(claims, key, now);
}

function printRequest({ method, path, status, xCache, region, reason, milliseconds }: RequestEntry): void {
  const what = [xCache.replace(' from cloudfront', ''), region, reason].filter((part) => part !== null).join(' ');
  process.stdout.write(`${method} ${path} ${status} ${what} ${milliseconds} ms\n`);
}

/** A refusal's line is in the request's already. */
function printLine(source: string, line: string): void {
  if (!line.startsWith('{"edgekeeper":1,"verdict"')) process.stderr.write(`${source}: ${line}\n`);
}
