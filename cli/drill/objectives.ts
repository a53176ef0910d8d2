import type { Objectives } from '../../shared/config.ts';
import type { Figures, PhaseRun } from './measurements.ts';
import type { Phase } from './phases.ts';

export interface Measured {
  readonly run: PhaseRun;
  readonly figures: Figures;
}

export interface Missed {
  readonly phase: string;
  readonly objective: keyof Objectives;
  /** As people read it: `failovers took up to 30.0 s, not 3 s`. */
  readonly text: string;
}

/**
 * The objectives that phases missed. While at most one region is broken every request has to be answered well, in
 * time; while all are, none is held to anything; after each repair the way back is.
 */
export function missedObjectives(measured: readonly Measured[], objectives: Objectives): Missed[] {
  return measured.flatMap(({ run, figures }) => {
    const missed = (objective: keyof Objectives, text: string | null): Missed[] =>
      text === null ? [] : [{ phase: run.phase.name, objective, text }];
    return [
      ...missed('availability', isHeld(run.phase) ? unavailability(figures, objectives.availability) : null),
      ...missed('failoverSeconds', isHeld(run.phase) ? lateness(run.phase, figures, objectives.failoverSeconds) : null),
      ...missed('recoverySeconds', run.repair === null ? null : delay(figures, objectives.recoverySeconds)),
    ];
  });
}

/** What comes after the outage of all regions still has its errors in the cache. */
function isHeld({ broken, asksAgain = false }: Phase): boolean {
  return broken !== 'all' && !asksAgain;
}

function unavailability({ availability, failures, requests }: Figures, objective: number): string | null {
  if (availability === null || availability >= objective) return null;
  return `${failures} of ${requests} requests failed, not ${percent(1 - objective)} at most`;
}

function lateness({ waitsForResponse = false }: Phase, figures: Figures, objective: number): string | null {
  const { badSeconds, longestFailoverMs } = figures;
  if (badSeconds !== null && badSeconds > objective) {
    return `answers were bad for ${badSeconds.toFixed(1)} s after the fault, not ${objective} s at most`;
  }
  const longest = (longestFailoverMs ?? 0) / 1000;
  if (waitsForResponse || longest <= objective) return null;
  return `failovers took up to ${longest.toFixed(1)} s, not ${objective} s at most`;
}

function delay({ recoverySeconds }: Figures, objective: number): string | null {
  if (recoverySeconds === null) return `the way back was not seen, not within ${objective} s`;
  if (recoverySeconds <= objective) return null;
  return `the way back took ${recoverySeconds.toFixed(1)} s, not ${objective} s at most`;
}

function percent(part: number): string {
  return `${Number((part * 100).toFixed(3))} %`;
}
