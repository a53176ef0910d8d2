import { asObject } from '../as-object.ts';
import type { Health } from '../config.ts';
import { changeableState, DRAIN_PREFIX } from '../state.ts';
import { decidedDrains, type HealthDecision, healthDecisions, type Probed } from './health.ts';

export interface HealthChanges {
  readonly decisions: readonly HealthDecision[];
  /** New values of the key value store, by key. */
  readonly values: Readonly<Record<string, string>>;
  /** The line of a log, where no decision can be written; null: it can. */
  readonly problem: string | null;
}

/** The keys that have to be read for it. */
export function healthKeys(regions: readonly string[]): string[] {
  return ['state'].concat(regions.map((region) => DRAIN_PREFIX + region));
}

/**
 * What is to be written to the key value store. Nothing where `state` is missing or is none: it holds keys,
 * and making one would be the end of them. That is a problem, for no region is drained then.
 *
 * @param stored the values of `healthKeys`
 * @param now epoch seconds
 */
export function healthChanges(
  stored: Readonly<Record<string, string | undefined>>,
  probed: readonly Probed[],
  health: Health,
  now: number,
): HealthChanges {
  const state = changeableState(parsed(stored.state));
  if (!state) return { decisions: [], values: {}, problem: UNUSABLE_STATE };
  const notes: Record<string, unknown> = {};
  probed.forEach((one) => {
    notes[one.region] = parsed(stored[DRAIN_PREFIX + one.region]);
  });
  const decisions = healthDecisions(probed, state, notes, health, now);
  const values: Record<string, string> = {};
  if (decisions.length === 0) return { decisions: decisions, values: values, problem: null };
  values.state = JSON.stringify(Object.assign({}, state, decidedDrains(state, decisions, now)));
  decisions.forEach((decision) => {
    values[DRAIN_PREFIX + decision.region] = JSON.stringify(decision.note);
  });
  return { decisions: decisions, values: values, problem: null };
}

const UNUSABLE_STATE = JSON.stringify({ edgekeeper: 1, health: 'state-unusable' });

/** The line of a log that says why. */
export function healthLine(decision: HealthDecision): string {
  return JSON.stringify({
    edgekeeper: 1,
    health: decision.action,
    region: decision.region,
    until: decision.until,
    reason: decision.note.reason,
    times: decision.note.times,
  });
}

function parsed(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch (_error) {
    return undefined;
  }
}
