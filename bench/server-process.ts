/**
 * A server in a process of its own, so that only its own memory and time count: the emulator, or a bare
 * `node:http` server that answers from memory. Its argument is a file of `Task`; to each message it answers
 * what memory it has.
 */
import { readFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export type Task = EdgeTask | { readonly kind: 'bare'; readonly body: string; readonly path: string };

export interface EdgeTask {
  readonly kind: 'edge';
  readonly template: unknown;
  readonly bundles: string;
  readonly origins: Readonly<Record<string, string>>;
  readonly store: Readonly<Record<string, string>>;
  /** What is asked for first. */
  readonly path: string;
}

export interface Ready {
  readonly url: string;
  /** From before the start to the end of the first answer. */
  readonly milliseconds: number;
}

/** In bytes, after garbage was collected. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

async function main(task: Task): Promise<void> {
  const start = task.kind === 'edge' ? await edgeStarter(task) : () => startBare(task.body);
  const started = performance.now();
  const url = await start();
  await answered(`${url}${task.path}`);
  send({ url, milliseconds: performance.now() - started } satisfies Ready);
  process.on('message', () => {
    collectGarbage();
    const { rss, heapUsed } = process.memoryUsage();
    send({ rss, heapUsed } satisfies Memory);
  });
  process.once('disconnect', () => process.exit());
}

/** Asked for when all threads are up: in the realm of a function there must be no `gc`. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Loaded here, so that the bare server has nothing of it. */
async function edgeStarter({ store, ...task }: EdgeTask): Promise<() => Promise<string>> {
  const { startEdge } = await import('../emulator/edge.ts');
  const { memoryStore } = await import('../emulator/key-value-store.ts');
  return async () => (await startEdge({ ...task, store: memoryStore(store) })).url;
}

function startBare(text: string): Promise<string> {
  const body = Buffer.from(text);
  const headers = {
    'content-type': 'text/plain',
    'content-length': String(body.length),
    'cache-control': 'max-age=3600',
  };
  const server = createServer((_, response) => {
    response.writeHead(200, headers);
    response.end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://localhost:${(server.address() as AddressInfo).port}`));
  });
}

/** @throws when the answer is no 200: then the figure would be of something else. */
function answered(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${url}: expected 200, got ${response.statusCode}`));
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}

function send(message: object): void {
  process.send?.(message);
}

main(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))).catch((error: Error) => {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exit(1);
});
