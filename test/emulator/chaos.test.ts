/**
 * A storm: thousands of requests while origins flap, functions fail, hang and are replaced, the template is, too,
 * edge locations come and go, and viewers leave half-way. `EDGEKEEPER_CHAOS_SEED` makes the same choices again, `EDGEKEEPER_CHAOS_REQUESTS`
 * another number of requests.
 */
import { expect, test } from 'vitest';
import { systemClock } from '../../emulator/clock.ts';
import type { Fault } from '../../emulator/fault.ts';
import { type Random, seededRandom } from '../support/chaos/random.ts';
import { bodyOf, LAMBDA, origin, originResponse, site } from '../support/chaos/site.ts';
import { plannedVisits, type Received, type Visit, viewersOf } from '../support/chaos/viewers.ts';
import type { TestEdge } from '../support/edge.ts';
import { functionBench } from '../support/function-bench.ts';

const SEED = Number(process.env.EDGEKEEPER_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
const REQUESTS = Number(process.env.EDGEKEEPER_CHAOS_REQUESTS ?? 20_000);
const AT_ONCE = 200;

/** After so many answers the weather changes. */
const ANSWERS_A_CHANGE = 100;

/** Two origins of two seconds each to connect and to answer, a function of a second twice; the rest is this machine's. */
const LIMIT_MS = 30_000;

/** Of what the whole process grows by from a quarter of the storm to its end. */
const MAX_GROWTH_BYTES = 256 * 1024 * 1024;

const FAULTS: readonly Fault[] = [
  { kind: 'refuse' },
  { kind: 'dns' },
  { kind: 'reset' },
  { kind: 'truncate' },
  { kind: 'slow', ms: 20 },
  { kind: 'hang' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 404 },
];

const ORIGINS = ['one', 'two'];

const own = functionBench(site(0));

/**
 * What is wrong with what a viewer got; null: nothing.
 *
 * @param mayBeCut whether an origin broke answers off meanwhile
 */
function complaint({ path, leavesAfter }: Visit, received: Received, mayBeCut: boolean): string | null {
  const { status, headers, body, end, milliseconds } = received;
  if (milliseconds > LIMIT_MS) return `took ${Math.round(milliseconds)} ms`;
  if (status === 0) return 'got no answer';
  if (status !== 200) return /\/(?:kept|sent)\//.test(body) ? `got a body of another with ${status}` : null;
  const expected = bodyOf(path);
  const isPart = end !== 'whole' && expected.startsWith(body);
  if (body !== expected && !isPart) return 'got the body of another';
  if (end === 'left' && leavesAfter === null) return 'left by itself';
  if (end === 'broken' && !mayBeCut) return `got ${body.length} bytes of ${expected.length}`;
  for (const name of ['x-origin-path', 'x-lambda-path', 'x-seen-path']) {
    if (headers[name] !== path) return `got ${name}: ${headers[name]}`;
  }
  return null;
}

interface Weather {
  change(): Promise<void>;
  /** Changes whenever an origin begins to break answers off, or ends that; odd while one does. */
  readonly cuts: number;
  readonly version: number;
}

function weatherOver(edge: TestEdge, lambda: string, random: Random): Weather {
  let version = 0;
  let cuts = 0;
  const cutting = new Set<string>();
  const setFault = async (id: string, fault: Fault | null): Promise<void> => {
    const was = cutting.size > 0;
    if (fault?.kind === 'truncate') cutting.add(id);
    if (!was && cutting.size > 0) cuts++;
    await edge.origin(id).setFault(fault);
    if (fault?.kind !== 'truncate') cutting.delete(id);
    if (was && cutting.size === 0) cuts++;
  };
  const repair = async (): Promise<void> => {
    for (const id of ORIGINS) await setFault(id, null);
  };
  const changes = [
    // More often than not the other origin is whole.
    async () => {
      if (random.happens(0.7)) await repair();
      await setFault(random.oneOf(ORIGINS), random.oneOf(FAULTS));
    },
    repair,
    async () => {
      version++;
      await own.files.write('storm.js', originResponse(version));
      await edge.update({ template: site(version), functions: { [LAMBDA]: lambda } });
    },
    () => expect(edge.update({ template: { Resources: {} } })).rejects.toThrow('expected'),
    async () => edge.clearCache(),
    async () => {
      const [, ...others] = random.shuffled(edge.edgeLocations.list().filter(({ isUp }) => isUp));
      // The last one that is up cannot be taken down.
      for (const { name } of others.slice(0, 12)) edge.edgeLocations.setUp(name, false);
    },
    async () => {
      for (const { name } of edge.edgeLocations.list()) edge.edgeLocations.setUp(name, true);
    },
  ];
  return {
    change: () => (random.oneOf(changes) as () => Promise<void>)(),
    get cuts() {
      return cuts;
    },
    get version() {
      return version;
    },
  };
}

test(`no request is lost, hangs, or gets what is another's (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const lambda = await own.files.write('storm.js', originResponse(0));
  const edge = await own.bench.start({
    template: site(0),
    functions: { [LAMBDA]: lambda },
    origins: { one: origin, two: origin },
    https: {},
    clock: systemClock,
  });
  const random = seededRandom(SEED);
  const visits = plannedVisits(REQUESTS, random);
  const weather = weatherOver(edge, lambda, random);
  const viewers = viewersOf(edge);
  const complaints: string[] = [];
  const seen = new Map<string, number>();
  let answered = 0;
  let changing = Promise.resolve();
  let early = 0;

  const viewer = async (): Promise<void> => {
    for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
      const before = weather.cuts;
      const received = await viewers.visit(visit);
      const what = complaint(visit, received, before % 2 === 1 || weather.cuts !== before);
      if (what !== null) complaints.push(`${visit.path}${visit.isHttp2 ? ' over HTTP/2' : ''} ${what}`);
      const key = `${received.status} ${received.end}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      answered++;
      if (answered % ANSWERS_A_CHANGE === 0) changing = changing.then(weather.change);
      if (answered === Math.floor(REQUESTS / 4)) early = process.memoryUsage().rss;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, viewer));
  await changing;
  const grown = process.memoryUsage().rss - early;
  viewers.close();

  console.log(
    `seed ${SEED}: ${JSON.stringify(Object.fromEntries(seen))}, ${weather.version} versions, ${grown >> 20} MB`,
  );
  expect(complaints).toEqual([]);
  expect(answered).toBe(REQUESTS);
  expect(seen.get('200 whole') ?? 0).toBeGreaterThan(REQUESTS / 10);
  expect(grown).toBeLessThan(MAX_GROWTH_BYTES);

  for (const id of ORIGINS) await edge.origin(id).setFault(null);
  await edge.update({ clearCache: true, template: site(1000) });
  const after = await viewersOf(edge).visit({
    path: '/sent/last/100',
    isHttp2: false,
    city: 'Tokyo',
    leavesAfter: null,
  });
  expect([after.status, after.headers['x-version']]).toEqual([200, '1000']);
});
