/** What is done in a drill, one after the other. */
import { unexpected } from '../../config/errors.ts';
import type { DrillPhase } from '../../emulator/drill-phase.ts';

export interface Phase extends DrillPhase {
  /** Whether it is repaired within the phase, so that the way back is seen. */
  readonly isRepaired: boolean;
  /** Asks for the objects of the phase before it again, in place of its own. */
  readonly asksAgain?: boolean;
  /** A failover waits for the response timeout here, which `objectives.failoverSeconds` does not bound. */
  readonly waitsForResponse?: boolean;
  /** Seconds that it takes at least. */
  readonly minSeconds?: number;
}

/** Long enough for CloudFront to forget an error, which takes 10 seconds. */
const FORGETTING_SECONDS = 12;

/** Long enough for a prober to find out, and to find out again that all is well. */
const PROBING_SECONDS = 9;

const single = { broken: 'first', isRepaired: true } as const;

export const PHASES: readonly Phase[] = [
  { name: 'healthy', title: 'All is well', broken: 'none', fault: null, isRepaired: false },
  { ...single, name: 'denies', title: 'The primary denies everything (403)', fault: { kind: 'status', status: 403 } },
  { ...single, name: 'refuses', title: 'The primary refuses connections', fault: { kind: 'refuse' } },
  { ...single, name: 'unreachable', title: 'The primary swallows connections', fault: { kind: 'down' } },
  {
    ...single,
    name: 'hangs',
    title: 'The primary accepts requests and says nothing',
    fault: { kind: 'hang' },
    waitsForResponse: true,
  },
  { ...single, name: 'slow', title: 'The primary is a second late', fault: { kind: 'slow', ms: 1000 } },
  {
    ...single,
    name: 'errors',
    title: 'The primary answers every second request with 503',
    fault: { kind: 'status', status: 503, share: 0.5 },
  },
  { ...single, name: 'truncates', title: 'The primary breaks off half-way', fault: { kind: 'truncate' } },
  {
    ...single,
    name: 'drained-by-hand',
    title: 'The primary swallows connections, drained by hand',
    fault: { kind: 'down' },
    drainedBy: 'hand',
  },
  {
    ...single,
    name: 'drained-by-health',
    title: 'The primary swallows connections, and a prober drains it',
    fault: { kind: 'down' },
    drainedBy: 'health',
    minSeconds: PROBING_SECONDS,
  },
  {
    name: 'both-down',
    title: 'Both regions refuse connections',
    broken: 'all',
    fault: { kind: 'refuse' },
    isRepaired: false,
  },
  {
    name: 'recovery',
    title: 'Both are repaired, and asked for the same again',
    broken: 'none',
    fault: null,
    isRepaired: false,
    asksAgain: true,
    minSeconds: FORGETTING_SECONDS,
  },
];

/**
 * Those that are named, in the order of the drill; all of them when none is.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a name that no phase has.
 */
export function chosenPhases(names: readonly string[]): readonly Phase[] {
  const unknown = names.find((name) => !PHASES.some((phase) => phase.name === name));
  if (unknown !== undefined) {
    const known = PHASES.map(({ name }) => name).join(', ');
    throw unexpected('ERR_OPTION_INVALID', '--phase', `one of ${known}`, unknown);
  }
  return names.length === 0 ? PHASES : PHASES.filter(({ name }) => names.includes(name));
}

/** Without those that need a prober. */
export function withoutProber(phases: readonly Phase[]): readonly Phase[] {
  return phases.filter(({ drainedBy }) => drainedBy !== 'health');
}
