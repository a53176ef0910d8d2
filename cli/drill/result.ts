/** What a drill came to: what `--json` prints, and what the report is made of. */
import type { Objectives } from '../../shared/config.ts';
import { type Figures, figuresOf, type PhaseRun, type Regions } from './measurements.ts';
import { type Missed, missedObjectives } from './objectives.ts';
import type { OriginSettings } from './origin-settings.ts';
import { knownAt, type Sample } from './sample.ts';

/** Moments are seconds since the drill began. */
export interface PhaseResult extends Figures {
  readonly name: string;
  readonly title: string;
  readonly start: number;
  /** Null: nothing was broken. */
  readonly fault: number | null;
  /** Null: nothing was repaired. */
  readonly repair: number | null;
  readonly end: number;
}

export interface DrillResult {
  /** ISO 8601. */
  readonly began: string;
  /** What was observed; null: the service of serverless.yml, on this machine, broken on purpose. */
  readonly url: string | null;
  /** The choice of requests; null: they were given. */
  readonly seed: string | null;
  /** Requests a second. */
  readonly rate: number;
  readonly originSettings: OriginSettings | null;
  /** It was ended early: the phases are those that came to their end. */
  readonly isInterrupted: boolean;
  readonly objectives: Objectives;
  readonly phases: readonly PhaseResult[];
  readonly missed: readonly Missed[];
  /** The file of the report. */
  readonly report: string;
}

export type About = Omit<DrillResult, 'phases' | 'missed'>;

/** @param samples in any order */
export function resultOf(
  about: About,
  runs: readonly PhaseRun[],
  samples: readonly Sample[],
  regions: Regions,
): DrillResult {
  const inTurn = samples.toSorted((a, b) => a.due - b.due);
  const measured = runs.map((run) => {
    const own = inTurn.filter((sample) => metBy(sample, runs) === run);
    return { run, figures: figuresOf(run, own, regions) };
  });
  const phases = measured.map(({ run, figures }) => ({
    name: run.phase.name,
    title: run.phase.title,
    start: run.start / 1000,
    fault: seconds(run.fault),
    repair: seconds(run.repair),
    end: run.end / 1000,
    ...figures,
  }));
  return { ...about, phases, missed: missedObjectives(measured, about.objectives) };
}

/**
 * The phase in which it was due. What was due while nothing was broken and waits still when the next phase breaks
 * something, has met that: it counts there.
 */
export function metBy(sample: Sample, runs: readonly PhaseRun[]): PhaseRun | undefined {
  const index = runs.findIndex(({ phase }) => phase.name === sample.phase);
  const [own, next] = [runs[index], runs[index + 1]];
  if (own === undefined) return undefined;
  const isQuiet = own.fault === null || (own.repair !== null && sample.due >= own.repair);
  const isMet = isQuiet && next !== undefined && next.fault !== null && knownAt(sample) >= next.fault;
  return isMet ? next : own;
}

function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1000;
}
