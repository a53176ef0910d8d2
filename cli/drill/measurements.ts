/** What the samples of a phase come to. */

import { grouped } from './grouped.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import type { Phase } from './phases.ts';
import { isBad, isFailover, isFetched, knownAt, type Sample } from './sample.ts';

/** When a phase did what, in milliseconds since the drill began. */
export interface PhaseRun {
  readonly phase: Phase;
  /** The regions that break in it, or are repaired at its beginning. */
  readonly broken: readonly string[];
  readonly start: number;
  /** When the fault was there; null: there was none. */
  readonly fault: number | null;
  /** When it was gone; null: it stayed, or there was none. */
  readonly repair: number | null;
  readonly end: number;
}

export interface Figures {
  readonly requests: number;
  /** Of the first byte: the share of requests with a good answer; null: nothing was asked. */
  readonly availability: number | null;
  readonly failures: number;
  /** Answers that began well and ended before their time. */
  readonly brokenOff: number;
  /** Milliseconds to the first byte of all answers, hits too. */
  readonly firstByteMs: Percentiles | null;
  /** The same of those that were fetched just now. */
  readonly fetchedMs: Percentiles | null;
  /** The same during the fault, of viewers whose region was broken. */
  readonly affectedMs: Percentiles | null;
  /** Of viewers whose answer was fetched just now: the share that another region than their nearest served. */
  readonly elsewhere: number | null;
  /** Good answers, by the region that they were fetched from, be it for an earlier request. */
  readonly servedBy: Readonly<Record<string, number>>;
  readonly failovers: number;
  /** The longest that a viewer waited for the first byte of a failover's answer. */
  readonly longestFailoverMs: number | null;
  /** From the fault to the last bad answer; 0: there was none after it; null: no fault. */
  readonly badSeconds: number | null;
  /** From the repair until viewers are served as before it all; null: there was no repair, or no way back was seen. */
  readonly recoverySeconds: number | null;
}

/** Of a city; null: nobody knows. */
export type RegionOf = (city: string) => string | null;

export interface Regions {
  /** In the order of the settings. */
  readonly names: readonly string[];
  /** The nearest of all regions, by great-circle distance. */
  readonly nearest: RegionOf;
  /** Where the city's requests go while nothing is broken. */
  readonly home: RegionOf;
}

/** @param samples of this phase */
export function figuresOf(run: PhaseRun, samples: readonly Sample[], regions: Regions): Figures {
  const bad = samples.filter(isBad);
  const fetched = samples.filter(isFetched);
  const placed = fetched.filter(({ city, region }) => city !== null && region !== null);
  const failovers = samples.filter(isFailover);
  const waits = (of: readonly Sample[]) => percentilesOf(of.map(({ waitedMs }) => waitedMs));
  return {
    requests: samples.length,
    availability: share(samples.length - bad.length, samples.length),
    failures: bad.length,
    brokenOff: samples.filter((sample) => sample.isBroken && !isBad(sample)).length,
    firstByteMs: waits(samples.filter(({ status }) => status !== null)),
    fetchedMs: waits(fetched),
    affectedMs: waits(fetched.filter((sample) => isAffected(sample, run, regions.home))),
    elsewhere: share(placed.filter(({ city, region }) => region !== regions.nearest(city ?? '')).length, placed.length),
    servedBy: counted(samples.filter((sample) => !isBad(sample))),
    failovers: failovers.length,
    longestFailoverMs: waits(failovers)?.max ?? null,
    badSeconds: run.fault === null ? null : secondsFrom(run.fault, bad),
    recoverySeconds: run.repair === null ? null : recoverySeconds(run.repair, run.broken, samples, regions.home),
  };
}

function isAffected({ due, city }: Sample, { fault, repair, end, broken }: PhaseRun, home: RegionOf): boolean {
  const isDuring = fault !== null && due >= fault && due < (repair ?? end);
  return isDuring && city !== null && broken.includes(home(city) ?? '');
}

function counted(samples: readonly Sample[]): Record<string, number> {
  const byRegion = grouped(samples, ({ region }) => region ?? 'unknown');
  return Object.fromEntries([...byRegion.entries()].map(([region, own]) => [region, own.length]));
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** To the last of them that its viewer knew of; 0: none. */
function secondsFrom(moment: number, samples: readonly Sample[]): number {
  return samples.reduce((longest, sample) => Math.max(longest, (knownAt(sample) - moment) / 1000), 0);
}

/**
 * Counts what was due after the repair: to the first byte of the first answer that a repaired region gave, with
 * nothing bad, no failover and none of its viewers elsewhere from then on.
 */
function recoverySeconds(
  repair: number,
  broken: readonly string[],
  samples: readonly Sample[],
  home: RegionOf,
): number | null {
  const after = samples.filter(({ due }) => due >= repair);
  const homeOf = ({ city }: Sample) => (city === null ? null : home(city));
  const isHome = (sample: Sample) => isFetched(sample) && broken.includes(sample.region ?? '');
  const isAway = (sample: Sample) =>
    isFetched(sample) && sample.region !== homeOf(sample) && broken.includes(homeOf(sample) ?? '');
  const lastAway = after.findLastIndex((sample) => isBad(sample) || isFailover(sample) || isAway(sample));
  const back = after.slice(lastAway + 1).find(isHome);
  return back === undefined ? null : (knownAt(back) - repair) / 1000;
}
