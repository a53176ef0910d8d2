import { useState } from 'preact/hooks';
import type { ViewProps } from '../app.tsx';
import { getEdgeLocations, getOrigins, getRegions } from '../control-api.ts';
import { useAsked } from '../live/use-asked.ts';
import { EdgeLocationList } from './edge-location-list.tsx';
import { MinutePlots } from './minute-plots.tsx';
import { RegionList } from './region-list.tsx';
import { RehearsalSection } from './rehearsal-section.tsx';
import { WorldMap } from './world-map.tsx';

const CHANGED_BY = ['fault', 'store', 'edge-location', 'update', 'clock'] as const;

const FILLED_BY = ['edge-location', 'cache', 'request', 'update'] as const;

/** Where requests go, what is broken or drained there, and the ways to change that. */
export function MapView({ edge: { events, traffic, rehearsal } }: ViewProps) {
  const locations = useAsked(getEdgeLocations, events, FILLED_BY);
  const regions = useAsked(getRegions, events, CHANGED_BY);
  const origins = useAsked(getOrigins, events, CHANGED_BY);
  const [selected, setSelected] = useState<string | null>(null);
  const [failure, setFailure] = useState('');
  const act = (doing: Promise<unknown>): void => {
    void doing
      .then(
        () => setFailure(''),
        (error: Error) => setFailure(error.message),
      )
      .then(() => {
        for (const asked of [locations, regions, origins]) asked.again();
      });
  };
  const all = { locations: locations.value ?? [], regions: regions.value ?? [], origins: origins.value ?? [] };
  return (
    <div class="map">
      <div class="stage">
        <WorldMap {...all} traffic={traffic} selected={selected} onSelect={setSelected} />
        <Legend />
        <MinutePlots traffic={traffic} />
      </div>
      <aside class="panel" aria-label="Regions and edge locations">
        <p class="failure" role="alert">
          {failure}
        </p>
        <RehearsalSection rehearsal={rehearsal} events={events} />
        <RegionList regions={all.regions} origins={all.origins} selected={selected} act={act} />
        <EdgeLocationList locations={all.locations} selected={selected} act={act} />
      </aside>
    </div>
  );
}

const KINDS = [
  ['hit', 'answered at the edge'],
  ['miss', 'from the origin'],
  ['failover', 'after a failover'],
  ['error', 'answered with an error'],
] as const;

function Legend() {
  return (
    <ul class="legend">
      {KINDS.map(([kind, title]) => (
        <li key={kind} data-kind={kind}>
          {title}
        </li>
      ))}
    </ul>
  );
}
