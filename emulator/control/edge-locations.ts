/** Where viewers arrive. */
import { unexpected } from '../../config/errors.ts';
import { failure, jsonOf, ok, type Route } from './route.ts';
import { flag, list, named, nullable, number, object, text } from './schema.ts';

/** The edge locations of an edge. */
export interface EdgeLocations {
  list(): readonly ControlledLocation[];
  /** @throws {EdgeError} for one that is not there, and when the last one would be down. */
  setUp(name: string, isUp: boolean): void;
}

/** What is shown of an edge location; whatever else it has stays out of it. */
export interface ControlledLocation {
  /** IATA code of the nearest airport. */
  readonly name: string;
  /** Null, as latitude and longitude: not known. */
  readonly city: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** AWS region of its regional edge cache. */
  readonly region: string;
  readonly isUp: boolean;
}

export const edgeLocation = named(
  'EdgeLocation',
  object({
    name: text('IATA code of the nearest airport'),
    city: nullable(text('Where it is')),
    latitude: nullable(number('Degrees north')),
    longitude: nullable(number('Degrees east')),
    region: text('AWS region of the regional edge cache that its misses go through'),
    isUp: flag('Whether viewers arrive there'),
  }),
);

export const EDGE_LOCATIONS: readonly Route[] = [
  {
    method: 'GET',
    path: '/edge-locations',
    summary: 'Where viewers arrive',
    answers: { 200: { description: 'The edge locations', schema: list(edgeLocation) } },
    run: ({ edgeLocations }) => ok(edgeLocations.list().map(shownLocation)),
  },
  {
    method: 'PUT',
    path: '/edge-locations/{name}',
    summary: 'Takes an edge location out of service, or back; the last one stays',
    body: { schema: object({ isUp: flag('Whether viewers arrive there from now on') }) },
    answers: {
      200: { description: 'The edge location', schema: edgeLocation },
      404: { description: 'There is no such edge location' },
    },
    run({ edgeLocations, events }, { part, body }) {
      const name = part('name');
      const find = () => edgeLocations.list().find((location) => location.name === name);
      if (find() === undefined) {
        const known = edgeLocations.list().map((location) => location.name);
        return failure(404, `edge location: expected one of ${known.join(', ')}, got ${JSON.stringify(name)}`);
      }
      const { isUp } = Object(jsonOf(body));
      if (typeof isUp !== 'boolean') throw unexpected('ERR_OPTION_INVALID', 'isUp', 'true or false', isUp);
      edgeLocations.setUp(name, isUp);
      const changed = shownLocation(find() as ControlledLocation);
      events.publish('edge-location', () => changed);
      return ok(changed);
    },
  },
];

function shownLocation({ name, city, latitude, longitude, region, isUp }: ControlledLocation): ControlledLocation {
  return { name, city, latitude, longitude, region, isUp };
}

/** The one location of an edge that has no others: it stays up. */
export function onlyLocation({ name, region }: { readonly name: string; readonly region: string }): EdgeLocations {
  return {
    list: () => [{ name, region, city: null, latitude: null, longitude: null, isUp: true }],
    setUp(_, isUp) {
      if (!isUp) throw unexpected('ERR_OPTION_INVALID', 'isUp', 'true for the last edge location', isUp);
    },
  };
}
