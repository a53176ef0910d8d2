import type { Phase } from './phases.ts';

/** When a phase does what, in milliseconds since the drill began. */
export interface Scheduled {
  readonly phase: Phase;
  readonly start: number;
  /** When what is broken is repaired; null: not in this phase. */
  readonly repair: number | null;
  readonly end: number;
}

/** What part of a phase the fault lasts, where it is repaired within it. */
const BROKEN_PART = 2 / 3;

/** One phase after the other. @param seconds how long each takes, unless it needs more */
export function scheduled(phases: readonly Phase[], seconds: number): Scheduled[] {
  let start = 0;
  return phases.map((phase) => {
    const length = 1000 * Math.max(seconds, phase.minSeconds ?? 0);
    const entry = {
      phase,
      start,
      repair: phase.isRepaired ? start + Math.round(length * BROKEN_PART) : null,
      end: start + length,
    };
    start = entry.end;
    return entry;
  });
}
