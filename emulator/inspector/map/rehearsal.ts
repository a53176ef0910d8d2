/** A drill from the page: regions break and come back phase by phase, while viewers in many cities ask. */
import type { DrillPhase, ShownRegion } from '../../control/answers.ts';
import { emptyCache, getRegions, getTryChoices, setFault, tryRequest } from '../control-api.ts';
import { type Changing, watchers } from '../live/watchers.ts';
import { drainRegion, restoreRegion } from './drains.ts';

export interface RehearsedDrill {
  readonly phases: readonly DrillPhase[];
  /** Of which two thirds are broken. */
  readonly secondsEach: number;
  /** What viewers ask for. */
  readonly path: string;
}

export interface Rehearsal extends Changing {
  /** Null: none runs. */
  readonly phase: DrillPhase | null;
  readonly failure: string | null;
  start(drill: RehearsedDrill): void;
  /** Repairs and restores what it broke. */
  stop(): void;
}

const REQUEST_EACH_MS = 125;

/** So that origins are asked, and not the caches alone. */
const EMPTY_EACH_MS = 1_000;

export function rehearsal(): Rehearsal {
  const { onChange, tell } = watchers();
  let phase: DrillPhase | null = null;
  let failure: string | null = null;
  let ending = new AbortController();

  const show = (next: DrillPhase | null): void => {
    phase = next;
    tell();
  };

  async function run({ phases, secondsEach, path }: RehearsedDrill, signal: AbortSignal): Promise<void> {
    const stopTraffic = await traffic(path);
    try {
      for (const next of phases) {
        if (signal.aborted) break;
        show(next);
        await brokenFor(next, (secondsEach * 2_000) / 3, signal);
        await pause((secondsEach * 1_000) / 3, signal);
      }
    } finally {
      stopTraffic();
    }
  }

  return {
    onChange,
    get phase() {
      return phase;
    },
    get failure() {
      return failure;
    },
    start(drill) {
      if (phase !== null) return;
      ending = new AbortController();
      failure = null;
      show(drill.phases[0] ?? null);
      void run(drill, ending.signal)
        .catch((error: Error) => {
          failure = error.message;
        })
        .then(() => show(null));
    },
    stop: () => ending.abort(),
  };
}

/** Whatever happens, all is repaired at the end of it. */
async function brokenFor(phase: DrillPhase, milliseconds: number, signal: AbortSignal): Promise<void> {
  const regions = (await getRegions()).filter(({ originIds }) => originIds.length > 0);
  const broken = phase.broken === 'none' ? [] : phase.broken === 'first' ? regions.slice(0, 1) : regions;
  const isDrained = phase.drainedBy === 'hand';
  try {
    for (const { region } of broken) if (isDrained) await drainRegion(region);
    await setFaults(broken, phase.fault);
    await pause(milliseconds, signal);
  } finally {
    await setFaults(broken, null);
    for (const { region } of broken) if (isDrained) await restoreRegion(region);
  }
}

async function setFaults(regions: readonly ShownRegion[], fault: DrillPhase['fault']): Promise<void> {
  const ids = regions.flatMap(({ originIds }) => originIds);
  await Promise.all(ids.map((id) => setFault(id, fault)));
}

/** From each city in turn. Returns the way to stop it. */
async function traffic(path: string): Promise<() => void> {
  const { cities } = await getTryChoices();
  let next = 0;
  const asking = setInterval(() => {
    const viewer = cities[next++ % cities.length];
    if (viewer !== undefined) tryRequest({ method: 'GET', path, headers: {}, viewer }).catch(() => {});
  }, REQUEST_EACH_MS);
  const emptying = setInterval(() => emptyCache().catch(() => {}), EMPTY_EACH_MS);
  return () => {
    clearInterval(asking);
    clearInterval(emptying);
  };
}

/** Ends early when it is aborted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
