/** An edge for a test: the service as it is packaged, or a template of the test's own, over small folders. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildFunctions } from '../../build/functions.ts';
import { readPackage } from '../../cli/service.ts';
import { packageService } from '../../deploy/package.ts';
import { type Edge, type EdgeOptions, startEdge } from '../../emulator/edge.ts';
import { type KeyValueStore, memoryStore } from '../../emulator/key-value-store.ts';
import { type ManualClock, manualClock } from '../../emulator/manual-clock.ts';
import type { RequestEntry } from '../../emulator/request-log.ts';
import type { ProtectedSection } from '../../shared/config.ts';
import { memberKeys } from './member-keys.ts';
import { NOON, STATE } from './tokens.ts';

export interface TestEdge extends Edge {
  readonly clock: ManualClock;
  readonly store: KeyValueStore;
  readonly requests: readonly RequestEntry[];
  readonly lines: readonly string[];
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly cookie?: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

/** Objects in each bucket: the text says which region it came from. */
const OBJECTS = [
  'index.html',
  'film.mp4',
  'private/film.mp4',
  'private/films.json',
  'private/a@b.txt',
  'members/film.mp4',
  'x',
];

export interface TestBench {
  /** The compiled template of this project's own serverless.yml. */
  readonly template: unknown;
  /** The folders that stand in for the regions' buckets. */
  readonly folders: Readonly<Record<string, string>>;
  start(options?: Partial<EdgeOptions>): Promise<TestEdge>;
  /** Ends every edge that was started, and removes the folders. */
  close(): Promise<void>;
}

/** Packages the service once, and builds its functions; `members` changes the section of Lambda@Edge. */
export async function testBench(root: string, members: Partial<ProtectedSection> = {}): Promise<TestBench> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-edge-'));
  const packaged = await packageService({ root, outFolder: join(folder, 'package') });
  const { template, config } = await readPackage(root, packaged);
  const sectionKeys = { '/members/*': await memberKeys() };
  const sections = config.protected.map((section) => ({ ...section, ...(section.path in sectionKeys && members) }));
  await buildFunctions({
    root,
    config: { ...config, protected: sections, sectionKeys },
    outFolder: join(folder, 'dist'),
  });
  return benchIn(folder, template);
}

/**
 * A bench for templates of a test's own.
 *
 * @param bundles the text of Lambda@Edge bundles, by file name
 */
export async function plainBench(
  template: unknown,
  bundles: Readonly<Record<string, string>> = {},
): Promise<TestBench> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-edge-'));
  await mkdir(join(folder, 'dist', 'lambda-edge'), { recursive: true });
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"commonjs"}', ...bundles })) {
    await writeFile(join(folder, 'dist', 'lambda-edge', name), text);
  }
  return benchIn(folder, template);
}

async function benchIn(folder: string, template: unknown): Promise<TestBench> {
  const bundles = join(folder, 'dist');
  const folders = { 'us-east-1': join(folder, 'us-east-1'), 'eu-west-1': join(folder, 'eu-west-1') };
  for (const [region, path] of Object.entries(folders)) await fill(path, region);

  const open: Edge[] = [];
  return {
    template,
    folders,
    async start(options = {}) {
      const clock = manualClock(NOON * 1000);
      const store = memoryStore({ state: STATE });
      const requests: RequestEntry[] = [];
      const lines: string[] = [];
      const edge = await startEdge({
        template,
        bundles,
        origins: folders,
        store,
        clock,
        onRequest: (entry) => requests.push(entry),
        onLine: (_, line) => lines.push(line),
        ...options,
      });
      open.push(edge);
      return Object.assign(edge, { clock, store, requests, lines });
    },
    async close() {
      await Promise.all(open.map((edge) => edge.close()));
      await rm(folder, { recursive: true });
    },
  };
}

async function fill(folder: string, region: string): Promise<void> {
  for (const key of OBJECTS) {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${key} from ${region}`);
  }
}

/** Sends the target as it is written: no library on the way makes another path of it. */
export function ask(url: string, target: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, cookie, body } = asked;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      {
        method,
        path: target,
        headers: {
          ...headers,
          ...(cookie !== undefined && { cookie }),
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        },
        agent: false,
        maxHeaderSize: 64 * 1024,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0, headers } = response;
          const bytes = Buffer.concat(chunks);
          resolve({ status: statusCode, headers, body: bytes.toString(), bytes });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
