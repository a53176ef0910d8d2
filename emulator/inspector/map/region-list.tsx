import { useState } from 'preact/hooks';
import type { ShownOrigin, ShownRegion } from '../../control/answers.ts';
import { setFault } from '../control-api.ts';
import { drainRegion, restoreRegion } from './drains.ts';
import { drainTitle, FAULTS, faultOf, faultTitle } from './region-state.ts';

interface Props {
  readonly regions: readonly ShownRegion[];
  readonly origins: readonly ShownOrigin[];
  readonly selected: string | null;
  act(doing: Promise<unknown>): void;
}

/** Those with origins. */
export function RegionList({ regions, origins, selected, act }: Props) {
  const own = regions.filter(({ originIds }) => originIds.length > 0);
  const open = own.filter(({ drain }) => drain === null);
  return (
    <section aria-labelledby="regions">
      <h2 id="regions">Regions</h2>
      {own.length === 0 && <p class="quiet-text">Nothing says where the origins are.</p>}
      {own.map((region) => (
        <RegionCard
          key={region.region}
          region={region}
          origins={origins}
          isSelected={selected === region.region}
          isLastOpen={open.length === 1 && open[0] === region}
          act={act}
        />
      ))}
    </section>
  );
}

interface CardProps extends Pick<Props, 'origins' | 'act'> {
  readonly region: ShownRegion;
  readonly isSelected: boolean;
  /** The last one that is not drained stays so. */
  readonly isLastOpen: boolean;
}

function RegionCard({ region, origins, isSelected, isLastOpen, act }: CardProps) {
  const { region: name, originIds, drain } = region;
  const fault = faultOf(region, origins);
  const [chosen, setChosen] = useState(0);
  const setAll = (wanted: Parameters<typeof setFault>[1]): void =>
    act(Promise.all(originIds.map((id) => setFault(id, wanted))));
  return (
    <article
      class="card"
      aria-label={name}
      data-selected={isSelected}
      data-state={fault !== null ? 'broken' : drain !== null ? 'drained' : 'open'}
    >
      <h3>{name}</h3>
      <p class="card-state">
        {[fault === null ? null : faultTitle(fault), drain === null ? null : drainTitle(drain)]
          .filter((part) => part !== null)
          .join(', ') || 'healthy'}
      </p>
      <div class="card-actions">
        {fault === null ? (
          <>
            <select
              aria-label={`How ${name} breaks`}
              value={chosen}
              onChange={(event) => setChosen(Number(event.currentTarget.value))}
            >
              {FAULTS.map(({ title }, index) => (
                <option key={title} value={index}>
                  {title}
                </option>
              ))}
            </select>
            <button type="button" onClick={() => setAll(FAULTS[chosen]?.fault ?? null)}>
              Break
            </button>
          </>
        ) : (
          <button type="button" onClick={() => setAll(null)}>
            Repair
          </button>
        )}
        {drain === null ? (
          <button type="button" disabled={isLastOpen} onClick={() => act(drainRegion(name))}>
            Drain
          </button>
        ) : (
          <button type="button" onClick={() => act(restoreRegion(name))}>
            Restore
          </button>
        )}
      </div>
    </article>
  );
}
