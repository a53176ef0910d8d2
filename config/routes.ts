import type { Region, Routes } from '../shared/config.ts';
import { AWS_REGIONS, type Position, REGIONAL_EDGE_CACHES } from './aws-regions.ts';
import { distance } from './great-circle.ts';

/**
 * The nearest-first order of `regions` for each regional edge cache, by great-circle distance.
 * Regions at the same distance keep the configured order. An edge cache whose order is the
 * configured one is left out, so that the table stays small.
 */
export function routesOf(regions: readonly Region[]): Routes {
  const routes: Record<string, readonly number[]> = {};
  for (const cache of REGIONAL_EDGE_CACHES) {
    const order = nearestFirst(regions, positionOf(cache));
    if (order.some((index, rank) => index !== rank)) routes[cache] = order;
  }
  return routes;
}

/** Indexes of `regions`, nearest first; at the same distance as configured. */
export function nearestFirst(regions: readonly Region[], from: Position): number[] {
  const distances = regions.map(({ region }) => distance(from, positionOf(region)));
  const indexes = regions.map((_, index) => index);
  return indexes.sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0));
}

function positionOf(region: string): Position {
  const position = AWS_REGIONS[region];
  if (position === undefined) throw new Error(`unreachable: the parser let the unknown region ${region} through`);
  return position;
}
