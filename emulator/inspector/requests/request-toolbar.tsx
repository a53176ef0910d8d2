import type { LiveRequests } from '../live/live-requests.ts';
import { type Choices, EVERYTHING, isFiltered, type RequestFilter } from './request-filter.ts';

interface Props {
  readonly requests: LiveRequests;
  readonly filter: RequestFilter;
  setFilter(filter: RequestFilter): void;
  readonly choices: Choices;
  /** How many of them the filter lets through. */
  readonly shown: number;
}

const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'];

export function RequestToolbar({ requests, filter, setFilter, choices, shown }: Props) {
  const set = (name: keyof RequestFilter) => (value: string) => setFilter({ ...filter, [name]: value });
  return (
    <div class="toolbar" role="toolbar" aria-label="Filter requests">
      <input
        type="search"
        class="url-filter"
        aria-label="URL contains"
        placeholder="Filter by URL"
        value={filter.url}
        onInput={(event) => set('url')(event.currentTarget.value)}
      />
      <Choice label="Method" value={filter.method} values={choices.methods} onChoose={set('method')} />
      <Choice
        label="Status"
        value={filter.status}
        values={[...STATUS_CLASSES, ...choices.statuses]}
        onChoose={set('status')}
      />
      <Choice label="PoP" value={filter.edgeLocation} values={choices.edgeLocations} onChoose={set('edgeLocation')} />
      <Choice label="Cache" value={filter.result} values={choices.results} onChoose={set('result')} />
      <Choice label="Region" value={filter.region} values={choices.regions} onChoose={set('region')} />
      <Choice label="Failover" value={filter.failover} values={['yes', 'no']} onChoose={set('failover')} />
      <input
        type="number"
        class="time-filter"
        min="0"
        aria-label="At least so many milliseconds"
        placeholder="≥ ms"
        value={filter.milliseconds}
        onInput={(event) => set('milliseconds')(event.currentTarget.value)}
      />
      {isFiltered(filter) && (
        <button type="button" class="quiet" onClick={() => setFilter(EVERYTHING)}>
          Reset filter
        </button>
      )}
      <span class="gap" />
      <Count requests={requests} shown={shown} isFiltered={isFiltered(filter)} />
      <button type="button" aria-pressed={requests.isPaused} onClick={() => requests.setPaused(!requests.isPaused)}>
        {requests.isPaused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" onClick={requests.clear}>
        Clear
      </button>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly values: readonly string[];
  onChoose(value: string): void;
}

/** What was chosen stays there to be seen, even when no request has it any more. */
function Choice({ label, value, values, onChoose }: ChoiceProps) {
  const known = value === '' || values.includes(value) ? values : [...values, value];
  return (
    <select
      aria-label={label}
      value={value}
      data-chosen={value !== ''}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">{label}</option>
      {known.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}

function Count({ requests, shown, isFiltered }: { requests: LiveRequests; shown: number; isFiltered: boolean }) {
  const { all, waiting, missed } = requests;
  const parts = [
    isFiltered
      ? `${shown.toLocaleString('en')} of ${all.length.toLocaleString('en')}`
      : all.length.toLocaleString('en'),
    ...(waiting > 0 ? [`${waiting.toLocaleString('en')} waiting`] : []),
    ...(missed > 0 ? [`${missed.toLocaleString('en')} not seen`] : []),
  ];
  return <output class="count">{parts.join(', ')}</output>;
}
