/** `edgekeeper drill`: regions break in many ways, one after the other, while viewers in twenty cities go on asking. */
import { randomBytes } from 'node:crypto';
import { relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { progress } from '../progress.ts';
import { packagedService } from '../service.ts';
import { conduct } from './conductor.ts';
import { drilledEdge } from './drilled-edge.ts';
import { endedBySignal } from './ended-by-signal.ts';
import type { OriginSettings } from './origin-settings.ts';
import { chosenPhases } from './phases.ts';
import { planned } from './plan.ts';
import { progressDisplay } from './progress-display.ts';
import { regionsOf } from './regions.ts';
import { writeReport } from './report/page.ts';
import { type DrillResult, resultOf } from './result.ts';
import type { Sample } from './sample.ts';
import { scheduled } from './schedule.ts';
import { summary } from './summary.ts';
import { view } from './viewers.ts';

export interface DrillOptions {
  readonly short?: boolean;
  readonly secondsPerPhase?: number;
  readonly rate: number;
  readonly seed?: string;
  readonly phase: readonly string[];
  readonly originSettings: OriginSettings;
  readonly report: string;
  readonly json?: boolean;
}

/** Seconds of a phase: so that the slowest failover shows, with time to spare. */
const SECONDS = { own: 15, cloudfront: 60 } as const;

const SHORT_SECONDS = 3;

/** By when an answer has to be there, in milliseconds: later than both regions could take one after the other. */
const TIMEOUT_MS = { own: 15_000, cloudfront: 90_000 } as const;

/**
 * Returns the exit code: 1 when an objective was missed, 130 when it was ended early.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID, or what packaging and building throw.
 */
export async function drill(root: string, options: DrillOptions): Promise<number> {
  const phases = chosenPhases(options.phase);
  const service = await progress('Packaging serverless.yml and building the functions', () => packagedService(root));
  const { originSettings, rate, seed = randomBytes(4).toString('hex') } = options;
  const seconds = options.secondsPerPhase ?? (options.short ? SHORT_SECONDS : SECONDS[originSettings]);
  const schedule = scheduled(phases, seconds);
  const requests = planned(schedule, rate, seed);
  const { edge, close } = await drilledEdge(root, service, originSettings, requests);
  const { signal, stopListening } = endedBySignal();
  const began = new Date();
  const now = sinceNow();
  const display = progressDisplay((schedule.at(-1)?.end ?? 0) / 1000, now);
  const samples: Sample[] = [];
  try {
    const onSample = (sample: Sample): void => {
      samples.push(sample);
      display.onSample(sample);
    };
    const viewing = view(
      requests.map((request) => ({ ...request, cityName: request.city.name })),
      { url: edge.url, timeoutMs: TIMEOUT_MS[originSettings], now, signal, onSample },
    );
    const { regions, objectives } = service.config;
    const runs = await conduct(schedule, { edge, regions, now, signal, onPhase: display.onPhase });
    await viewing;
    display.end();
    const report = resolve(root, options.report);
    const about = { began: began.toISOString(), url: null, seed, rate, originSettings, objectives };
    const result = resultOf(
      { ...about, isInterrupted: signal.aborted, report: relative(root, report) },
      runs,
      samples,
      regionsOf(service.config),
    );
    await writeReport(report, result, samples, regions);
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : summary(result));
    return exitCodeOf(result);
  } finally {
    display.end();
    stopListening();
    await close();
  }
}

export function exitCodeOf({ isInterrupted, missed }: DrillResult): number {
  if (isInterrupted) return 130;
  return missed.length > 0 ? 1 : 0;
}

/** Milliseconds from now on. */
export function sinceNow(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
