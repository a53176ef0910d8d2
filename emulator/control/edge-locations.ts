/** Where viewers arrive. */
import { unexpected } from '../../config/errors.ts';
import type { EdgeLocationState } from '../serving-locations.ts';
import { failure, jsonOf, ok, type Route } from './route.ts';
import { flag, integer, list, named, number, object, text } from './schema.ts';

export const edgeLocation = named(
  'EdgeLocation',
  object({
    name: text('IATA code of the nearest airport'),
    city: text('Where it is'),
    country: text('ISO 3166-1 alpha-2'),
    latitude: number('Degrees north'),
    longitude: number('Degrees east'),
    region: text('AWS region of the regional edge cache that its misses go through'),
    isUp: flag('Whether viewers arrive there'),
    objects: integer('How many objects its own cache holds'),
  }),
);

export const EDGE_LOCATIONS: readonly Route[] = [
  {
    method: 'GET',
    path: '/edge-locations',
    summary: 'Where viewers arrive',
    answers: { 200: { description: 'The edge locations', schema: list(edgeLocation) } },
    run: ({ edgeLocations }) => ok(edgeLocations.list()),
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
      const changed = find() as EdgeLocationState;
      events.publish('edge-location', () => changed);
      return ok(changed);
    },
  },
];
