/** The result of a drill as people read it in a terminal. */
import { table } from '../table.ts';
import type { DrillResult, PhaseResult } from './result.ts';

export function summary(result: DrillResult): string {
  const { phases, missed, isInterrupted, report, seed, url } = result;
  const verdict = missed.map(({ phase, text }) => `Missed: ${phase}: ${text}.\n`);
  const kept = phases.length === 0 ? 'No phase came to its end.\n' : 'All objectives were met.\n';
  return [
    table(COLUMNS, phases.map(rowOf)),
    '\n',
    ...(url === null ? [] : [`${observed(url, phases)}\n`]),
    ...(isInterrupted ? ['Ended early: the table has what came to its end.\n'] : []),
    ...(verdict.length > 0 ? verdict : [kept]),
    `Report: ${report}${seed === null ? '' : ` (seed ${seed})`}\n`,
  ].join('');
}

function observed(url: string, phases: readonly PhaseResult[]): string {
  const counts = phases.flatMap(({ servedBy }) => Object.entries(servedBy));
  const regions = counts.map(([region, count]) => `${count} from ${region}`);
  return `Observed ${url}: nothing was broken, nothing was written. Good answers: ${regions.join(', ') || 'none'}.`;
}

/** The report says what they mean. */
export const COLUMNS = [
  'phase',
  'requests',
  'good',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'elsewhere',
  'failovers',
  'longest s',
  'broken off',
  'bad for s',
  'back after s',
];

export function rowOf(phase: PhaseResult): string[] {
  const { availability, firstByteMs, elsewhere, longestFailoverMs, badSeconds, recoverySeconds } = phase;
  return [
    phase.name,
    String(phase.requests),
    percent(availability, 2),
    ...[firstByteMs?.p50, firstByteMs?.p95, firstByteMs?.p99].map((milliseconds) => fixed(milliseconds ?? null, 0)),
    percent(elsewhere, 0),
    String(phase.failovers),
    fixed(longestFailoverMs === null ? null : longestFailoverMs / 1000, 2),
    String(phase.brokenOff),
    fixed(badSeconds, 1),
    fixed(recoverySeconds, 2),
  ];
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}

/** Cut, not rounded: 100 % is said of all alone. */
function percent(share: number | null, digits: number): string {
  if (share === null) return '-';
  const scale = 10 ** digits;
  return `${(Math.floor(share * 100 * scale) / scale).toFixed(digits)} %`;
}
