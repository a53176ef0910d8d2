/** What is wrong with a region, in words, and the ways to break it. */
import type { Fault, ShownOrigin, ShownRegion } from '../../control/answers.ts';

export interface BreakableFault {
  readonly title: string;
  readonly fault: Fault;
}

/** As a drill has them. */
export const FAULTS: readonly BreakableFault[] = [
  { title: 'refuses connections', fault: { kind: 'refuse' } },
  { title: 'swallows connections', fault: { kind: 'down' } },
  { title: 'says nothing', fault: { kind: 'hang' } },
  { title: 'is a second late', fault: { kind: 'slow', ms: 1_000 } },
  { title: 'answers 503', fault: { kind: 'status', status: 503 } },
  { title: 'answers every second request with 503', fault: { kind: 'status', status: 503, share: 0.5 } },
  { title: 'denies everything (403)', fault: { kind: 'status', status: 403 } },
  { title: 'breaks off half-way', fault: { kind: 'truncate' } },
  { title: 'resets connections', fault: { kind: 'reset' } },
];

export function faultOf({ originIds }: ShownRegion, origins: readonly ShownOrigin[]): Fault | null {
  return origins.find(({ id, fault }) => originIds.includes(id) && fault !== null)?.fault ?? null;
}

/** One that is not among those above was set by another hand. */
export function faultTitle(fault: Fault): string {
  return FAULTS.find((known) => sameFault(known.fault, fault))?.title ?? `fails: ${JSON.stringify(fault)}`;
}

function sameFault(a: Fault, b: Fault): boolean {
  const textOf = (fault: Fault): string => JSON.stringify(Object.entries(fault).sort());
  return textOf(a) === textOf(b);
}

export function drainTitle({ until, isHard, reason }: NonNullable<ShownRegion['drain']>): string {
  const how = isHard ? 'drained hard' : 'drained';
  const end = until === null ? '' : ` until ${until}`;
  return `${how}${end}${reason === null ? '' : `: ${reason}`}`;
}
