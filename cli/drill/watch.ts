/** Viewers at work, until they are done or the operator ends it. */
import { performance } from 'node:perf_hooks';
import { endedBySignal } from './ended-by-signal.ts';
import type { PhaseRun } from './measurements.ts';
import { type ProgressDisplay, progressDisplay } from './progress-display.ts';
import type { Sample } from './sample.ts';
import type { Scheduled } from './schedule.ts';
import { type DueRequest, type Viewing, view } from './viewers.ts';

export interface During extends Pick<ProgressDisplay, 'onPhase'> {
  /** Milliseconds since it began. */
  now(): number;
  /** The operator has ended it. */
  readonly signal: AbortSignal;
}

export interface Watched {
  /** ISO 8601. */
  readonly began: string;
  readonly runs: readonly PhaseRun[];
  readonly samples: readonly Sample[];
  readonly isInterrupted: boolean;
}

/** @param act what goes on meanwhile; tells of the phases that came to their end */
export async function watch(
  schedule: readonly Scheduled[],
  requests: readonly DueRequest[],
  to: Pick<Viewing, 'url' | 'timeoutMs'>,
  act: (during: During) => Promise<PhaseRun[]>,
): Promise<Watched> {
  const began = new Date().toISOString();
  const start = performance.now();
  const now = (): number => performance.now() - start;
  const { signal, end } = endedBySignal();
  const display = progressDisplay((schedule.at(-1)?.end ?? 0) / 1000, now);
  const samples: Sample[] = [];
  const onSample = (sample: Sample): void => {
    samples.push(sample);
    display.onSample(sample);
  };
  try {
    const acting = act({ now, signal, onPhase: display.onPhase });
    const [runs] = await Promise.all([acting, view(requests, { ...to, now, signal, onSample })]);
    return { began, runs, samples, isInterrupted: signal.aborted };
  } finally {
    display.end();
    end();
  }
}
