import type { Fault } from './fault.ts';

/** What is broken for a while in a drill. */
export interface DrillPhase {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Which regions are: none, the first one, or all of them. */
  readonly broken: 'none' | 'first' | 'all';
  /** What is wrong with them; null where none is broken. */
  readonly fault: Fault | null;
  /** Who drains the broken region: an operator, before it breaks, or a prober that finds out. */
  readonly drainedBy?: 'hand' | 'health';
}
