import type { EdgeLocationState, ShownOrigin, ShownRegion } from '../../control/answers.ts';
import type { RecentTraffic } from '../live/recent-traffic.ts';
import { useTick } from '../live/use-tick.ts';
import { labelledNames } from './labels.ts';
import { curve, HEIGHT, LAND, pointOf, WIDTH } from './projection.ts';
import { faultOf } from './region-state.ts';
import { type Way, waysOf } from './ways.ts';

/** For how long a way is seen. */
const SEEN_MS = 4_000;
const EACH_MS = 500;

interface Props {
  readonly locations: readonly EdgeLocationState[];
  readonly regions: readonly ShownRegion[];
  readonly origins: readonly ShownOrigin[];
  readonly traffic: RecentTraffic;
  readonly selected: string | null;
  onSelect(name: string): void;
}

export function WorldMap({ locations, regions, origins, traffic, selected, onSelect }: Props) {
  const labelled = labelledNames(locations, regions);
  return (
    <svg class="world" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label="Map of the edge">
      <path class="land" d={LAND} />
      <Ways traffic={traffic} locations={locations} regions={regions} />
      {regions
        .filter(({ isEdgeCache }) => isEdgeCache)
        .map((cache) => (
          <path key={cache.region} class="edge-cache" d={diamond(cache)}>
            <title>{`Regional edge cache ${cache.region}`}</title>
          </path>
        ))}
      {locations.map((location) => (
        <Marker
          key={location.name}
          name={location.name}
          label={`${location.name}, ${location.city}: ${location.isUp ? 'up' : 'down'}`}
          state={location.isUp ? 'up' : 'down'}
          isLabelled={labelled.has(location.name) || selected === location.name}
          isSelected={selected === location.name}
          onSelect={onSelect}
          place={location}
        >
          <circle r="4.5" />
        </Marker>
      ))}
      {regions
        .filter(({ originIds }) => originIds.length > 0)
        .map((region) => (
          <RegionMarker key={region.region} {...{ region, origins, selected, onSelect }} />
        ))}
    </svg>
  );
}

function RegionMarker({
  region,
  origins,
  selected,
  onSelect,
}: Pick<Props, 'origins' | 'selected' | 'onSelect'> & { region: ShownRegion }) {
  const state = faultOf(region, origins) !== null ? 'broken' : region.drain !== null ? 'drained' : 'open';
  return (
    <Marker
      name={region.region}
      label={`Region ${region.region}: ${state}`}
      state={state}
      isLabelled={true}
      isSelected={selected === region.region}
      onSelect={onSelect}
      place={region}
    >
      <rect class="bucket" x="-8" y="-8" width="16" height="16" rx="3" />
      {state === 'broken' && <path class="cross" d="M-4,-4L4,4M-4,4L4,-4" />}
      {state === 'drained' && <path class="cross" d="M-4,0L4,0" />}
    </Marker>
  );
}

interface MarkerProps {
  readonly name: string;
  readonly label: string;
  readonly state: string;
  readonly place: { readonly latitude: number; readonly longitude: number };
  readonly isSelected: boolean;
  readonly isLabelled: boolean;
  onSelect(name: string): void;
  readonly children: preact.ComponentChildren;
}

function Marker({ name, label, state, place, isSelected, isLabelled, onSelect, children }: MarkerProps) {
  const [x, y] = pointOf(place);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onSelect(name);
  };
  return (
    <g
      class="marker"
      role="button"
      tabindex={0}
      aria-label={label}
      aria-pressed={isSelected}
      data-state={state}
      transform={`translate(${x.toFixed(1)},${y.toFixed(1)})`}
      onClick={() => onSelect(name)}
      onKeyDown={onKeyDown}
    >
      <title>{label}</title>
      <circle class="reach" r="11" />
      {children}
      {isLabelled && <text y={state === 'up' || state === 'down' ? -8 : -13}>{name}</text>}
    </g>
  );
}

function Ways({ traffic, locations, regions }: Pick<Props, 'traffic' | 'locations' | 'regions'>) {
  useTick(EACH_MS);
  const ways = waysOf(
    traffic.since(SEEN_MS).map(({ entry }) => entry),
    locations,
    regions,
  );
  return (
    <g class="ways">
      {ways.map((way) => (
        <WayLine key={way.key} way={way} />
      ))}
    </g>
  );
}

function WayLine({ way: { kind, points, count } }: { way: Way }) {
  const [viewer] = points;
  const [x, y] = viewer === undefined ? [0, 0] : pointOf(viewer);
  return (
    <g data-kind={kind}>
      {points.slice(1).map((point, index) => (
        <path key={index} d={curve(points[index] ?? point, point)} stroke-width={1 + Math.log2(count) / 3} />
      ))}
      {points.length > 1 && <circle cx={x} cy={y} r="2" />}
    </g>
  );
}

function diamond(place: ShownRegion): string {
  const [x, y] = pointOf(place);
  return `M${x},${y - 7}l7,7l-7,7l-7,-7z`;
}
