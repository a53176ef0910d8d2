import { useState } from 'preact/hooks';
import { getDrillPhases } from '../control-api.ts';
import type { EdgeEvents } from '../live/edge-events.ts';
import { useAsked } from '../live/use-asked.ts';
import { useChanges } from '../live/use-changes.ts';
import type { Rehearsal } from './rehearsal.ts';

const CHANGED_BY = [] as const;
const ALL = '';

/** The phases of a drill, one or all of them. It goes on while other views are open. */
export function RehearsalSection({ rehearsal, events }: { rehearsal: Rehearsal; events: EdgeEvents }) {
  useChanges(rehearsal);
  const { value: phases } = useAsked(getDrillPhases, events, CHANGED_BY);
  const [chosen, setChosen] = useState(ALL);
  const [seconds, setSeconds] = useState('9');
  const [path, setPath] = useState('/index.html');
  if (phases === null || phases.length === 0) return null;
  const { phase, failure } = rehearsal;
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = phases.filter(({ name }) => chosen === ALL || name === chosen);
    rehearsal.start({ phases: wanted, secondsEach: Number(seconds), path });
  };
  return (
    <section aria-labelledby="rehearsal">
      <h2 id="rehearsal">Drill</h2>
      <form class="rehearsal" onSubmit={submit}>
        <label class="whole">
          Phase
          <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
            <option value={ALL}>All, one after the other</option>
            {phases.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Viewers ask for
          <input value={path} required pattern="/.*" onInput={(event) => setPath(event.currentTarget.value)} />
        </label>
        <label>
          Seconds each
          <input
            type="number"
            min="1"
            max="600"
            required
            value={seconds}
            onInput={(event) => setSeconds(event.currentTarget.value)}
          />
        </label>
        {phase === null ? (
          <button type="submit" class="whole">
            Start
          </button>
        ) : (
          <button type="button" class="whole" onClick={rehearsal.stop}>
            Stop
          </button>
        )}
        <output class="whole">{phase?.title ?? failure ?? ''}</output>
      </form>
    </section>
  );
}
