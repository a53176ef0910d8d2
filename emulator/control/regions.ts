/** The AWS regions that take part: where misses go through, where origins are, and which of them are drained. */
import { AWS_REGIONS } from '../../config/aws-regions.ts';
import { asObject } from '../../shared/as-object.ts';
import { ORIGIN_HEADER } from '../../shared/failover/provenance.ts';
import { isDrained } from '../../shared/routing/region-order.ts';
import { DRAIN_PREFIX, readState } from '../../shared/state.ts';
import type { Origin } from '../distribution.ts';
import { parseJson } from '../parse-json.ts';
import type { Controlled } from './controlled.ts';
import { ok, type Route } from './route.ts';
import { flag, list, named, nullable, number, object, text } from './schema.ts';
import { maskOf } from './secrecy.ts';

const region = named(
  'Region',
  object({
    region: text('Its name'),
    latitude: number('Degrees north'),
    longitude: number('Degrees east'),
    originIds: list(text('An origin of the distribution that is there')),
    isEdgeCache: flag('Whether misses of an edge location go through a regional edge cache there'),
    drain: nullable(
      object({
        until: nullable(text('Null: until further notice', 'date-time')),
        isHard: flag('Whether it is left out, and not only asked last'),
        reason: nullable(text('As whoever drained it says')),
      }),
    ),
  }),
);

export const REGIONS: readonly Route[] = [
  {
    method: 'GET',
    path: '/regions',
    summary: 'Where origins and regional edge caches are, and which regions are drained',
    answers: { 200: { description: 'Those whose place is known', schema: list(region) } },
    run: (controlled) => ok(shownRegions(controlled)),
  },
];

export function shownRegions(controlled: Controlled) {
  const { distribution, edgeLocations, store } = controlled;
  const origins = [...distribution.origins.values()];
  const caches = new Set(edgeLocations.list().map((location) => location.region));
  const names = new Set([...origins.flatMap((origin) => regionOf(origin) ?? []), ...caches]);
  const state = readState(parseJson(store.get('state') ?? ''));
  return [...names].flatMap((name) => {
    const position = AWS_REGIONS[name];
    if (position === undefined) return [];
    const originIds = origins.filter((origin) => regionOf(origin) === name).map(({ id }) => id);
    return {
      region: name,
      ...position,
      originIds,
      isEdgeCache: caches.has(name),
      drain: drainOf(name, state, controlled),
    };
  });
}

/** The end of the year 9999, in milliseconds: RFC 3339 has no later one. */
const MAX_DATE = Date.UTC(10_000, 0) - 1;

/** That of its bucket, what its custom header says, or its id where that is a region's name. */
function regionOf({ id, domainName, customHeaders }: Origin): string | null {
  const bucket = /\.s3[.-]([a-z]+(?:-[a-z]+)+-\d)\.amazonaws\.com/.exec(domainName)?.[1];
  const said = customHeaders.find(([name]) => name.toLowerCase() === ORIGIN_HEADER)?.[1];
  return [bucket, said, id].find((name) => name !== undefined && Object.hasOwn(AWS_REGIONS, name)) ?? null;
}

function drainOf(name: string, state: ReturnType<typeof readState>, { store, clock, ...known }: Controlled) {
  const until = state?.drained?.[name];
  if (!isDrained(until, clock.now() / 1000)) return null;
  const { reason } = asObject(parseJson(store.get(DRAIN_PREFIX + name) ?? '')) ?? {};
  return {
    until: until ? new Date(Math.min(until * 1000, MAX_DATE)).toISOString() : null,
    isHard: Array.isArray(state?.hard) && state.hard.includes(name),
    reason: typeof reason === 'string' ? maskOf(known).scrubbed(reason) : null,
  };
}
