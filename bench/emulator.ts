/**
 * The emulator: the time to its first answer, cached hits and misses a second, how long a request takes, and
 * the memory that many leave behind. Beside it a bare `node:http` server that answers the same bytes from
 * memory, and nginx as a proxy cache over that server, where it is installed. Servers and viewers are
 * processes of their own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildFunctions } from '../build/functions.ts';
import { readPackage } from '../cli/service.ts';
import { packageService } from '../deploy/package.ts';
import { type Child, startChild } from './child.ts';
import { edgeTemplate } from './edge-template.ts';
import type { Answered, Load, LoadTask } from './load-process.ts';
import { nginxAvailable, startNginx } from './nginx.ts';
import type { Memory, Ready, Task } from './server-process.ts';
import { formatBudget, formatFloor, formatSpread, ratioSpread, spreadOf } from './spread.ts';
import { printTable } from './table.ts';
import { type Amount, inTurns } from './turns.ts';

const START_BUDGET_SECONDS = 0.5;
const HIT_BUDGET = 0.3;

/** Kept open by the viewers. */
const CONNECTIONS = 16;

/** Memory is taken after as many requests as this times those of a round: 100,000, unless `--calls` says otherwise. */
const ROUNDS_OF_MEMORY = 25;

const PATH = '/film.txt';
const BODY = 'edge'.repeat(256);
const BARE: Task = { kind: 'bare', body: BODY, path: PATH };

interface Server extends Child {
  readonly url: string;
}

/** What is asked of a server: one path, or with `isDistinct` always another below it. */
interface Contender {
  readonly name: string;
  readonly url: string;
  readonly path: string;
  readonly isDistinct: boolean;
  /** The least ratio to the first contender. */
  readonly floor?: number;
}

export async function benchEmulator({ rounds = 9, calls = 4_000 }: Amount): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bench-'));
  const ends: (() => void)[] = [];
  const start = async (task: Task): Promise<Server> => {
    const { url, ...child } = await startServer(folder, task);
    ends.push(child.end);
    return { ...child, url };
  };
  try {
    const service = await thisService(folder);
    await benchStart(folder, service, rounds);

    const bare = await start(BARE);
    const least = await start(leastEdge(bare.url));
    const own = await start(service);
    const hits: Contender[] = [
      hitsOf('bare node:http', bare.url, PATH),
      hitsOf('emulator, no function', least.url, `/plain${PATH}`),
      { ...hitsOf('emulator, least function', least.url, PATH), floor: HIT_BUDGET },
      { ...hitsOf("emulator, this project's function", own.url, PATH), floor: HIT_BUDGET },
    ];
    const misses: Contender[] = [
      missesOf('bare node:http', bare.url, '/'),
      missesOf('emulator, no function', least.url, '/plain/'),
      missesOf('emulator, least function', least.url, '/'),
    ];
    if (nginxAvailable()) {
      const nginx = await startNginx(join(folder, 'nginx'), bare.url);
      ends.push(nginx.end);
      hits.push(hitsOf('nginx, proxy cache', nginx.url, PATH));
      misses.push(missesOf('nginx, proxy cache', nginx.url, '/'));
    } else {
      process.stdout.write('\nnginx is absent: no yardstick; apt-get install nginx\n');
    }
    const viewers = startChild('load-process.ts');
    ends.push(viewers.end);
    await benchLoad('cached hits', hits, viewers, rounds, calls);
    await benchLoad('misses', misses, viewers, rounds, calls);
    const requests = calls * ROUNDS_OF_MEMORY;
    const memory = (name: string, server: Server, isDistinct: boolean) =>
      memoryRow(name, server, viewers, loadOf({ name, url: server.url, path: PATH, isDistinct }, requests));
    printTable(
      `Emulator, memory in MB before and after ${requests} requests, garbage collected`,
      ['server', 'resident, before', 'after', 'heap, before', 'after'],
      [
        await memory('bare node:http', bare, false),
        await memory('emulator, hits through the least function', least, false),
        await memory('emulator, misses, stored up to 256 MB', least, true),
      ],
    );
  } finally {
    for (const end of ends) end();
    rmSync(folder, { recursive: true });
  }
}

/** The service of serverless.yml, packaged, over folders with one small object. */
async function thisService(folder: string): Promise<Task> {
  const root = resolve('.');
  const { template, config } = await readPackage(
    root,
    await packageService({ root, outFolder: join(folder, 'package') }),
  );
  const bundles = join(folder, 'dist');
  await buildFunctions({ root, config, outFolder: bundles });
  const objects = join(folder, 'objects');
  mkdirSync(objects);
  writeFileSync(join(objects, PATH), BODY);
  const origins = Object.fromEntries(config.regions.map(({ originId }) => [originId, objects]));
  const store = { state: JSON.stringify({ keys: {}, drained: {} }) };
  return { kind: 'edge', template, bundles, origins, store, path: PATH };
}

function leastEdge(originUrl: string): Task {
  return {
    kind: 'edge',
    template: edgeTemplate(),
    bundles: '',
    origins: { origin: originUrl },
    store: {},
    path: PATH,
  };
}

async function startServer(folder: string, task: Task): Promise<Server & Ready> {
  const file = join(mkdtempSync(join(folder, 'server-')), 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const child = startChild('server-process.ts', file);
  return { ...child, ...((await child.said()) as Ready) };
}

/** Each start is a process, so that nothing is warm. */
async function benchStart(folder: string, service: Task, rounds: number): Promise<void> {
  const starts = [
    { name: 'bare node:http', task: BARE },
    { name: "emulator, this project's template", task: service, budget: START_BUDGET_SECONDS },
  ];
  const measured = await inTurns('start', starts, rounds, async ({ task }) => {
    const { milliseconds, end } = await startServer(folder, task);
    end();
    return milliseconds / 1000;
  });
  printTable(
    `Emulator, startEdge() to the first answer, packaged before; median (middle half) of ${rounds} processes each`,
    ['server', 'seconds', 'budget'],
    starts.map((each) => {
      const spread = spreadOf(measured.get(each) ?? []);
      return [each.name, formatSpread(spread, 3), formatBudget(spread, each.budget)];
    }),
  );
}

function hitsOf(name: string, url: string, path: string): Contender {
  return { name, url, path, isDistinct: false };
}

function missesOf(name: string, url: string, path: string): Contender {
  return { name, url, path, isDistinct: true };
}

async function benchLoad(
  what: string,
  contenders: readonly Contender[],
  viewers: Child,
  rounds: number,
  calls: number,
) {
  const measure = async (contender: Contender): Promise<Answered> => {
    await check(contender);
    return answered(viewers, loadOf(contender, calls));
  };
  for (const contender of contenders) await measure(contender);
  const measured = await inTurns(what, contenders, rounds, measure);
  const of = (contender: Contender | undefined, which: keyof Answered): number[] =>
    (contender === undefined ? [] : (measured.get(contender) ?? [])).map((each) => each[which]);
  const base = contenders[0];
  printTable(
    `Emulator, ${what} of ${BODY.length} bytes, ${CONNECTIONS} connections; median (middle half) of ${rounds} rounds of ${calls} requests`,
    ['server', 'requests/s', 'ratio to bare', 'budget', 'p50 in ms', 'p99 in ms', 'ratio of p99'],
    contenders.map((contender) => {
      const ratio = ratioSpread(of(contender, 'perSecond'), of(base, 'perSecond'));
      return [
        contender.name,
        formatSpread(spreadOf(of(contender, 'perSecond')), 0),
        formatSpread(ratio, 2),
        formatFloor(ratio, contender.floor),
        formatSpread(spreadOf(of(contender, 'p50')), 2),
        formatSpread(spreadOf(of(contender, 'p99')), 2),
        formatSpread(ratioSpread(of(contender, 'p99'), of(base, 'p99')), 2),
      ];
    }),
  );
}

let distinct = 0;

function loadOf({ url, path, isDistinct }: Contender, requests: number): LoadTask {
  const below = isDistinct ? `${path}${++distinct}/` : path;
  return { port: Number(new URL(url).port), requests, connections: CONNECTIONS, path: below, isDistinct };
}

/** @throws when a request is not answered with the object, from the cache or not: the figure would be of something else. */
async function check({ name, url, path, isDistinct }: Contender): Promise<void> {
  const target = isDistinct ? `${url}${path}${++distinct}` : `${url}${path}`;
  if (!isDistinct) await (await fetch(target)).text();
  const answer = await fetch(target);
  const xCache = answer.headers.get('x-cache') ?? '';
  const isAsNamed = name === 'bare node:http' || xCache.toLowerCase().startsWith(isDistinct ? 'miss' : 'hit');
  if ((await answer.text()) === BODY && isAsNamed) return;
  throw new Error(`${name}: expected a ${isDistinct ? 'miss' : 'hit'}, got ${answer.status} ${xCache}`);
}

async function answered(viewers: Child, task: LoadTask): Promise<Answered> {
  const load = (await viewers.ask(task)) as Load;
  if ('error' in load) throw new Error(`port ${task.port}: ${load.error}`);
  return load;
}

async function memoryRow(name: string, server: Server, viewers: Child, task: LoadTask): Promise<string[]> {
  const before = (await server.ask({})) as Memory;
  await answered(viewers, task);
  const after = (await server.ask({})) as Memory;
  const megabytes = [before.rss, after.rss, before.heapUsed, after.heapUsed].map((bytes) =>
    (bytes / 1024 ** 2).toFixed(0),
  );
  return [name, ...megabytes];
}
