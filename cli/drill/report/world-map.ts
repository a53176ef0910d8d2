/** Lines from cities to the regions that served them, over the outline of Natural Earth's land (public domain). */
import * as Plot from '@observablehq/plot';
import { feature } from 'topojson-client';
import land from 'world-atlas/land-110m.json' with { type: 'json' };
import { AWS_REGIONS, type Position } from '../../../config/aws-regions.ts';
import { CITIES } from '../../../emulator/cities.ts';
import type { Served } from '../served.ts';
import { document, SERIES, WIDTH } from './drawing.ts';
import type { Element } from './element.ts';

const topology = land as unknown as Parameters<typeof feature>[0];
const outline = feature(topology, 'land');

interface Way {
  readonly from: Position;
  readonly to: Position;
  readonly region: string;
  readonly city: string;
  readonly share: number;
}

/** @param regions all of them, in an order that gives each its colour on every map */
export function worldMap(title: string, served: readonly Served[], regions: readonly string[]): Element {
  const ways = served.flatMap(wayOf);
  const places = regions.flatMap((region) => {
    const position = AWS_REGIONS[region];
    return position === undefined ? [] : [{ region, ...position }];
  });
  const at = { x: 'longitude', y: 'latitude' };
  return Plot.plot({
    document,
    width: WIDTH,
    height: WIDTH / 2,
    ariaLabel: title,
    projection: { type: 'equal-earth', domain: { type: 'Sphere' } },
    color: { legend: true, domain: [...regions], range: SERIES },
    marks: [
      Plot.geo(outline, { fill: 'currentColor', fillOpacity: 0.12 }),
      Plot.link(ways, {
        x1: ({ from }) => from.longitude,
        y1: ({ from }) => from.latitude,
        x2: ({ to }) => to.longitude,
        y2: ({ to }) => to.latitude,
        stroke: 'region',
        strokeWidth: ({ share }) => 0.5 + 2 * share,
        title: ({ city, region, share }) => `${city}: ${Math.round(share * 100)} % from ${region}`,
      }),
      Plot.dot(
        ways.map(({ from, city }) => ({ ...from, city })),
        { ...at, r: 2.5, fill: 'currentColor' },
      ),
      Plot.text(CITIES, { ...at, text: 'city', dy: -9, fontSize: 9, fillOpacity: 0.8 }),
      Plot.dot(places, { ...at, r: 6, fill: 'region', stroke: 'currentColor', symbol: 'square' }),
      Plot.text(places, { ...at, text: 'region', dy: 14, fontWeight: 'bold' }),
    ],
  });
}

function wayOf({ city, region, share }: Served): Way[] {
  const from = CITIES.find((known) => known.city === city);
  const to = AWS_REGIONS[region];
  return from === undefined || to === undefined ? [] : [{ from, to, region, city, share }];
}
