/** Breaks regions and repairs them, at the times of the schedule. */
import { setTimeout as after } from 'node:timers/promises';
import type { Edge } from '../../emulator/edge.ts';
import type { Health, Region } from '../../shared/config.ts';
import { timeText } from '../../shared/time-text.ts';
import { writeDrain, writeUndrain } from '../drain-writing.ts';
import { storeOfEdge } from '../store/store-of-edge.ts';
import type { PhaseRun } from './measurements.ts';
import type { Phase } from './phases.ts';
import { quickProber } from './prober.ts';
import type { Scheduled } from './schedule.ts';

export interface Conducted {
  readonly edge: Edge;
  readonly regions: readonly Region[];
  readonly health: Health | null;
  /** Milliseconds since the drill began. */
  now(): number;
  readonly signal: AbortSignal;
  onPhase(phase: Phase): void;
}

/** The phases that came to their end, with the times at which things were done. All is repaired at the end. */
export async function conduct(schedule: readonly Scheduled[], conducted: Conducted): Promise<PhaseRun[]> {
  const runs: PhaseRun[] = [];
  let left: readonly Region[] = [];
  for (const entry of schedule) {
    await until(entry.start, conducted);
    if (conducted.signal.aborted) break;
    conducted.onPhase(entry.phase);
    const done = await conductPhase(entry, left, conducted);
    left = done.left;
    if (!conducted.signal.aborted) runs.push(done.run);
  }
  await repairAll(left, conducted);
  return runs;
}

/** @param before regions that the phase before left broken */
async function conductPhase(entry: Scheduled, before: readonly Region[], conducted: Conducted) {
  const { phase, start, end } = entry;
  const { edge, regions, health } = conducted;
  const repairedFirst = await repairAll(before, conducted);
  const breaking = regionsBroken(phase, regions);
  const prober = phase.drainedBy === 'health' && health !== null ? quickProber(edge, regions, health) : null;
  try {
    const { fault, repair } = await breakForAWhile(entry, breaking, conducted);
    await until(end, conducted);
    const broken = (breaking.length > 0 ? breaking : before).map(({ region }) => region);
    const run = { phase, broken, start, fault, repair: repair ?? repairedFirst, end };
    return { run, left: entry.repair === null ? breaking : [] };
  } finally {
    await prober?.close();
    if (prober !== null) await undrainAll(breaking, edge);
  }
}

/** For good, where the phase repairs nothing. */
async function breakForAWhile({ phase, repair }: Scheduled, breaking: readonly Region[], conducted: Conducted) {
  const fault = await breakAll(phase, breaking, conducted);
  if (repair === null) return { fault, repair: null };
  await until(repair, conducted);
  const repaired = await repairAll(breaking, conducted);
  if (phase.drainedBy === 'hand') await undrainAll(breaking, conducted.edge);
  return { fault, repair: repaired };
}

function regionsBroken({ broken }: Phase, regions: readonly Region[]): readonly Region[] {
  if (broken === 'none') return [];
  return broken === 'first' ? regions.slice(0, 1) : regions;
}

/** How long what is under way may take after a drain, in milliseconds. */
const SETTLING_MS = 200;

/** Drains first where a person does, who knows what is coming. Returns when the fault was there; null: none. */
async function breakAll(phase: Phase, broken: readonly Region[], conducted: Conducted): Promise<number | null> {
  const { edge, regions, now } = conducted;
  if (phase.drainedBy === 'hand') {
    const seconds = Math.floor(Date.now() / 1000);
    const note = { reason: phase.title, by: 'drill', since: timeText(seconds) };
    const drain = { until: 0, note, hard: true, now: seconds };
    for (const { region } of broken) await writeDrain(storeOfEdge(edge.control), regions, region, drain);
    await until(now() + SETTLING_MS, conducted);
  }
  for (const { originId } of broken) await edge.origin(originId).setFault(phase.fault);
  return phase.fault === null ? null : now();
}

/** Returns when all was well again; null: nothing was broken. */
async function repairAll(broken: readonly Region[], { edge, now }: Conducted): Promise<number | null> {
  for (const { originId } of broken) await edge.origin(originId).setFault(null);
  return broken.length === 0 ? null : now();
}

async function undrainAll(drained: readonly Region[], edge: Edge): Promise<void> {
  for (const { region } of drained) await writeUndrain(storeOfEdge(edge.control), region);
}

async function until(due: number, { now, signal }: Conducted): Promise<void> {
  await after(Math.max(0, due - now()), undefined, { signal }).catch(() => {});
}
