/** The prober of the regions, on this machine: decides as the scheduled function does, over stand-ins and the edge's clock. */
import type { Health, Region } from '../shared/config.ts';
import { healthChanges, healthKeys, healthLine } from '../shared/failover/health-changes.ts';
import { type ProbeResult, probeRegions } from '../shared/failover/probes.ts';
import type { Clock } from './clock.ts';
import type { Origin } from './distribution.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { askOrigin, type OriginAnswer } from './origin-connection.ts';
import type { OriginNetwork } from './stages/07-origin.ts';

export interface ProbedRegions {
  readonly regions: readonly Region[];
  readonly health: Health;
}

export interface ProberPlace {
  /** What is served now, and how its origins are reached. */
  served(): {
    readonly origins: ReadonlyMap<string, Origin>;
    readonly network: Pick<OriginNetwork, 'addressOf' | 'connections'>;
  };
  readonly store: KeyValueStore;
  readonly clock: Clock;
  /** Told of each decision, and of a run that failed. */
  onLine(line: string): void;
}

/** Probes every `everySeconds`, for the first time after that long, until it is closed. A failure of its own changes nothing. */
export function startProber({ regions, health }: ProbedRegions, place: ProberPlace): { close(): Promise<void> } {
  const { clock, store, onLine } = place;
  const names = regions.map(({ region }) => region);
  let isClosed = false;
  let cancelWait = (): void => {};
  const wait = (seconds: number): Promise<void> =>
    new Promise((resolve) => {
      cancelWait = clock.after(seconds * 1000, resolve);
    });
  const probe = ({ originId }: Region): Promise<ProbeResult> => probed(originId, health, place);

  const run = async (): Promise<void> => {
    const results = await probeRegions(regions, health, probe, wait);
    if (isClosed) return;
    const stored = Object.fromEntries(healthKeys(names).map((key) => [key, store.get(key)]));
    const { decisions, values } = healthChanges(stored, results, health, Math.floor(clock.now() / 1000));
    if (decisions.length > 0) store.write(values);
    for (const decision of decisions) onLine(healthLine(decision));
  };
  const loop = async (): Promise<void> => {
    let taken = 0;
    while (!isClosed) {
      await wait(Math.max(1, health.everySeconds - taken));
      const begun = clock.now();
      await run().catch((error: Error) => onLine(error.message));
      taken = (clock.now() - begun) / 1000;
    }
  };
  void loop();
  return {
    async close() {
      isClosed = true;
      cancelWait();
    },
  };
}

/** Without a stand-in, nobody answers; a missing canary tells nothing. */
async function probed(originId: string, health: Health, { served, clock }: ProberPlace): Promise<ProbeResult> {
  const { origins, network } = served();
  const origin = origins.get(originId);
  if (origin === undefined) return 'unknown';
  const { canary, timeoutSeconds } = health;
  const impatient: Origin = {
    ...origin,
    connectionAttempts: 1,
    connectionTimeoutSeconds: timeoutSeconds,
    readTimeoutSeconds: timeoutSeconds,
    responseCompletionTimeoutSeconds: timeoutSeconds,
  };
  const headers: [string, string][] = [
    ['host', origin.domainName],
    ['user-agent', 'edgekeeper-health'],
  ];
  const request = { method: 'GET', target: `${origin.path}${canary}`, headers, body: null };
  const answer = await askOrigin(impatient, () => network.addressOf(origin.id), request, clock, network.connections);
  if (typeof answer === 'string') return { failure: answer };
  const isWhole = await readToEnd(answer);
  if (answer.status === 404) return 'unknown';
  if (answer.status !== 200) return { failure: String(answer.status) };
  return isWhole ? 'ok' : { failure: 'truncated' };
}

async function readToEnd({ body }: OriginAnswer): Promise<boolean> {
  try {
    for await (const _ of body);
    return body.complete;
  } catch {
    return false;
  }
}
