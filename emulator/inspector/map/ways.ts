/** The ways that requests took lately: from viewers to edge locations and, where an origin was asked, on to its bucket. */
import type { EdgeLocationState, ShownEntry, ShownRegion } from '../../control/answers.ts';

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

export type WayKind = 'hit' | 'miss' | 'failover' | 'error';

export interface Way {
  readonly key: string;
  readonly kind: WayKind;
  /** In turn: viewer, edge location, regional edge cache, region of the origin; those whose place is known. */
  readonly points: readonly Position[];
  readonly count: number;
}

/** Beside each other more could not be told apart. */
const MOST_WAYS = 120;

/** Those with the most requests first. */
export function waysOf(
  entries: readonly ShownEntry[],
  locations: readonly EdgeLocationState[],
  regions: readonly ShownRegion[],
): Way[] {
  const ways = new Map<string, Way>();
  for (const entry of entries) {
    const originId = entry.attempts.at(-1)?.originId;
    const key = `${entry.viewerPlace?.city}|${entry.edgeLocation}|${originId}|${kindOf(entry)}`;
    const known = ways.get(key) ?? { key, kind: kindOf(entry), points: pointsOf(entry, locations, regions), count: 0 };
    ways.set(key, { ...known, count: known.count + 1 });
  }
  return [...ways.values()].sort((a, b) => b.count - a.count).slice(0, MOST_WAYS);
}

function kindOf({ status, isFailover, attempts }: ShownEntry): WayKind {
  if (status >= 500) return 'error';
  if (attempts.length === 0) return 'hit';
  return isFailover ? 'failover' : 'miss';
}

function pointsOf(
  { viewerPlace, edgeLocation, attempts }: ShownEntry,
  locations: readonly EdgeLocationState[],
  regions: readonly ShownRegion[],
): Position[] {
  const { latitude, longitude } = viewerPlace ?? {};
  const location = locations.find(({ name }) => name === edgeLocation);
  const originId = attempts.at(-1)?.originId;
  const cache = regions.find(({ region }) => region === location?.region);
  const bucket = regions.find(({ originIds }) => originId !== undefined && originIds.includes(originId));
  return [
    ...(latitude === undefined || longitude === undefined ? [] : [{ latitude, longitude }]),
    ...(location === undefined ? [] : [location]),
    ...(originId === undefined || cache === undefined ? [] : [cache]),
    ...(bucket === undefined ? [] : [bucket]),
  ];
}
