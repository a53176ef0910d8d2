/** The world on a map: Natural Earth's land, which is in the public domain, in the Equal Earth projection. */
import { geoEqualEarth, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import land from 'world-atlas/land-110m.json' with { type: 'json' };
import type { Position } from './ways.ts';

export const WIDTH = 960;
export const HEIGHT = 440;

const topology = land as unknown as Parameters<typeof feature>[0];

/** Without the Antarctic, where nobody asks for anything. */
const projection = geoEqualEarth()
  .scale(175)
  .translate([WIDTH / 2 - 20, HEIGHT / 2 + 32]);

export const LAND = geoPath(projection)(feature(topology, 'land')) ?? '';

export function pointOf({ latitude, longitude }: Position): readonly [x: number, y: number] {
  return projection([longitude, latitude]) ?? [0, 0];
}

/** A line that is bent a little, so that there and back are two. */
export function curve(from: Position, to: Position): string {
  const [x1, y1] = pointOf(from);
  const [x2, y2] = pointOf(to);
  const bend = 0.14;
  const x = (x1 + x2) / 2 + (y2 - y1) * bend;
  const y = (y1 + y2) / 2 - (x2 - x1) * bend;
  return `M${x1.toFixed(1)},${y1.toFixed(1)}Q${x.toFixed(1)},${y.toFixed(1)} ${x2.toFixed(1)},${y2.toFixed(1)}`;
}
