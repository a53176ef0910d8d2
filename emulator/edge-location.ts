/** An edge location, as `cf.edgeLocation` describes it. */
import { unexpected } from '../config/errors.ts';
import { EDGE_LOCATIONS } from './edge-locations.ts';

export interface EdgeLocation {
  /** IATA code of the nearest airport. */
  readonly name: string;
  readonly serverIp: string;
  /** AWS region of the regional edge cache that a miss goes through. */
  readonly region: string;
}

/** As `x-amz-cf-pop` and the access log name it. */
export function popOf({ name }: EdgeLocation): string {
  return `${name}50-C1`;
}

/**
 * The edge location in the city of a regional edge cache.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a region without a regional edge cache.
 */
export function edgeLocationAt(region: string): EdgeLocation {
  const found = EDGE_LOCATIONS.find(({ location }) => location.region === region);
  if (found !== undefined) return found.location;
  const regions = new Set(EDGE_LOCATIONS.map(({ location }) => location.region));
  throw unexpected('ERR_OPTION_INVALID', 'edge location', `one of ${[...regions].join(', ')}`, region);
}
