/**
 * Which regions are drained, and restored, without anybody's hand: decided from what a prober saw. What the
 * scheduled function and the emulator do is the same, for it is decided here.
 */
import { asObject } from '../as-object.ts';
import type { Health } from '../config.ts';
import { isDrained } from '../routing/region-order.ts';
import { standingDrains } from '../routing/standing-drains.ts';
import type { Drains } from '../state.ts';
import { timeText } from '../time-text.ts';

/** What came of probing a region. A probe may be neither: it tells nothing where the canary is missing. */
export interface Probed {
  readonly region: string;
  readonly succeeded: number;
  readonly failed: number;
  /** How the latest failed: `403`, or `timed-out`; null: none did. */
  readonly failure: string | null;
}

/** The prober's own entry under `drain:<region>`: it tells whose drain it is, and how often it came back. */
export interface HealthNote {
  readonly reason: string;
  readonly by: typeof PROBER;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; absent while it is drained. */
  readonly restored?: string;
  /** How many drains this is, each soon after the one before. */
  readonly times: number;
  /** As it was written to `state`, in epoch seconds: with another end there a person has drained it since. */
  readonly until: number;
}

export interface HealthDecision {
  readonly region: string;
  readonly action: 'drain' | 'renew' | 'restore';
  /** Epoch seconds; 0 for a region that is restored. */
  readonly until: number;
  readonly note: HealthNote;
}

/** Who drained a region, where no person did. */
export const PROBER = 'health';

/** A region that fails again within this time of its restoration, in seconds, is relapsing. */
const RELAPSE_SECONDS = 3600;

/** A relapsing region is held twice as long each time, up to this many times `holdSeconds`. */
const MAX_HOLDS = 16;

/**
 * What to do now, in the order of `probed`; empty: nothing.
 *
 * A region is drained at `threshold` failures, and only while another one that is not drained answered at
 * `threshold` probes: never the last. It is restored at `threshold` successes, no sooner than `holdSeconds`
 * after it was drained, and longer each time that it relapses; at once when no other region is left. In
 * between its drain is renewed, for it ends by itself when nobody probes any more. A drain that a person
 * made is never changed.
 *
 * @param notes the entries under `drain:<region>`, parsed, by region
 * @param now epoch seconds
 */
export function healthDecisions(
  probed: readonly Probed[],
  drains: Drains,
  notes: Readonly<Record<string, unknown>>,
  health: Health,
  now: number,
): HealthDecision[] {
  const drained = drains.drained || {};
  const isOpen = (one: Probed): boolean => !isDrained(drained[one.region], now);
  const isServing = (one: Probed): boolean => isOpen(one) && one.succeeded >= health.threshold;
  const serving = probed.filter(isServing);
  const decisions: HealthDecision[] = [];
  probed.forEach((one) => {
    const note = healthNote(notes[one.region]);
    if (isOpen(one)) {
      if (one.failed >= health.threshold && serving.length > 0) decisions.push(drain(one, note, health, now));
    } else if (note && !note.restored && drained[one.region] === note.until) {
      const isBack = one.succeeded >= health.threshold;
      if (isBack && (serving.length === 0 || now >= seconds(note.since) + holdSeconds(note.times, health))) {
        decisions.push(restore(one, note, now));
      } else if (note.until - now <= health.drainSeconds / 2) {
        decisions.push(renew(one, note, now + health.drainSeconds));
      }
    }
  });
  return decisions;
}

/** The drains as they are once it is done. */
export function decidedDrains(drains: Drains, decisions: readonly HealthDecision[], now: number): Required<Drains> {
  const drained: Record<string, number> = Object.assign({}, drains.drained);
  decisions.forEach((decision) => {
    if (decision.action === 'restore') delete drained[decision.region];
    else drained[decision.region] = decision.until;
  });
  return standingDrains({ drained: drained, hard: drains.hard || [] }, now);
}

function drain(one: Probed, note: HealthNote | undefined, health: Health, now: number): HealthDecision {
  const isRelapse = note !== undefined && now - seconds(note.restored || note.since) <= RELAPSE_SECONDS;
  const until = now + health.drainSeconds;
  const reason = `${one.failed} of ${health.probes} probes failed (${one.failure})`;
  const times = isRelapse ? note.times + 1 : 1;
  const made: HealthNote = { reason: reason, by: PROBER, since: timeText(now), times: times, until: until };
  return { region: one.region, action: 'drain', until: until, note: made };
}

function renew(one: Probed, note: HealthNote, until: number): HealthDecision {
  return { region: one.region, action: 'renew', until: until, note: Object.assign({}, note, { until: until }) };
}

function restore(one: Probed, note: HealthNote, now: number): HealthDecision {
  const restored = Object.assign({}, note, { restored: timeText(now) });
  return { region: one.region, action: 'restore', until: 0, note: restored };
}

function holdSeconds(times: number, health: Health): number {
  return health.holdSeconds * Math.min(2 ** (times - 1), MAX_HOLDS);
}

/** Undefined for a note that a person's drain has left, and for none. */
function healthNote(value: unknown): HealthNote | undefined {
  const note = asObject(value);
  if (!note || note.by !== PROBER || typeof note.since !== 'string' || typeof note.times !== 'number') return undefined;
  return Number.isNaN(seconds(note.since)) ? undefined : (note as unknown as HealthNote);
}

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}
