/** Which edge locations serve viewers at the moment, and which of them serves whom. */
import type { Position } from '../config/aws-regions.ts';
import { unexpected } from '../config/errors.ts';
import { distance } from '../config/great-circle.ts';
import type { EdgeLocation } from './edge-location.ts';
import { EDGE_LOCATIONS, type PlacedEdgeLocation } from './edge-locations.ts';
import { isPositioned, type ViewerPlace } from './viewer-place.ts';

/** An edge location as it is at the moment. */
export interface EdgeLocationState extends Position {
  /** IATA code. */
  readonly name: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** AWS region of its regional edge cache. */
  readonly region: string;
  readonly isUp: boolean;
  /** How many objects its own cache holds. */
  readonly objects: number;
}

/** To see edge locations, take them down and bring them back. */
export interface EdgeLocations {
  list(): EdgeLocationState[];
  /**
   * One that is down serves nobody; it keeps what it has in its cache, which ages meanwhile.
   *
   * @throws {EdgeError} ERR_OPTION_INVALID for a name that none has, and for the last one that is up.
   */
  setUp(name: string, isUp: boolean): void;
}

export interface ServingLocations extends EdgeLocations {
  /** The nearest to a viewer; where it is not known how near it is, the nearest to `home`. */
  nearestTo(place: ViewerPlace | null): EdgeLocation;
}

/**
 * @param home serves the viewers whose position is not known; one that is none of ours cannot be taken down
 * @param objectsAt how many objects the cache of an edge location holds
 */
export function servingLocations(home: EdgeLocation, objectsAt: (name: string) => number): ServingLocations {
  const down = new Set<string>();
  const placedHome = EDGE_LOCATIONS.find(({ location }) => location.name === home.name) ?? null;

  function nearestUp(position: Position): EdgeLocation {
    const up = EDGE_LOCATIONS.filter(({ location }) => !down.has(location.name));
    const nearest = up.reduce((best, other) => (distance(position, other) < distance(position, best) ? other : best));
    return nearest.location;
  }

  return {
    nearestTo(place) {
      if (place !== null && isPositioned(place)) return nearestUp(place);
      return placedHome === null || !down.has(home.name) ? home : nearestUp(placedHome);
    },
    list: () => EDGE_LOCATIONS.map((placed) => stateOf(placed, !down.has(placed.location.name), objectsAt)),
    setUp(name, isUp) {
      const names = EDGE_LOCATIONS.map(({ location }) => location.name);
      if (!names.includes(name)) {
        throw unexpected('ERR_OPTION_INVALID', 'edge location', `one of ${names.join(', ')}`, name);
      }
      if (isUp) down.delete(name);
      else if (names.some((other) => other !== name && !down.has(other))) down.add(name);
      else throw unexpected('ERR_OPTION_INVALID', 'edge location', 'another one that is up', name);
    },
  };
}

function stateOf(
  { location, city, country, latitude, longitude }: PlacedEdgeLocation,
  isUp: boolean,
  objectsAt: (name: string) => number,
): EdgeLocationState {
  const { name, region } = location;
  return { name, city, country, latitude, longitude, region, isUp, objects: objectsAt(name) };
}
