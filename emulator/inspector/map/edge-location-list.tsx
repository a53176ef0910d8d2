import { useEffect, useRef } from 'preact/hooks';
import type { EdgeLocationState } from '../../control/answers.ts';
import { setEdgeLocation } from '../control-api.ts';

interface Props {
  readonly locations: readonly EdgeLocationState[];
  readonly selected: string | null;
  act(doing: Promise<unknown>): void;
}

export function EdgeLocationList({ locations, selected, act }: Props) {
  return (
    <section aria-labelledby="edge-locations">
      <h2 id="edge-locations">Edge locations</h2>
      <ul class="locations">
        {locations.map((location) => (
          <Row key={location.name} location={location} isSelected={selected === location.name} act={act} />
        ))}
      </ul>
    </section>
  );
}

function Row({ location, isSelected, act }: { location: EdgeLocationState; isSelected: boolean } & Pick<Props, 'act'>) {
  const { name, city, isUp, objects, region } = location;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <li ref={row} data-selected={isSelected} data-state={isUp ? 'up' : 'down'}>
      <strong>{name}</strong>
      <span>
        {city}
        <span class="note">{isUp ? `${objects} stored, through ${region}` : 'down'}</span>
      </span>
      <button
        type="button"
        aria-label={`${isUp ? 'Take down' : 'Bring back'} ${name}`}
        onClick={() => act(setEdgeLocation(name, !isUp))}
      >
        {isUp ? 'Take down' : 'Bring back'}
      </button>
    </li>
  );
}
