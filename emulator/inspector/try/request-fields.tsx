import { type ComposedRequest, METHODS } from './composed-request.ts';

interface Props {
  readonly composed: ComposedRequest;
  readonly cities: readonly string[];
  onChange(fields: Partial<ComposedRequest>): void;
}

export function RequestFields({ composed, cities, onChange }: Props) {
  const { method, path, viewer, headers, body } = composed;
  return (
    <>
      <div class="target">
        <label>
          Method
          <select value={method} onChange={(event) => onChange({ method: event.currentTarget.value })}>
            {METHODS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label>
          Path and query string
          <input value={path} required onInput={(event) => onChange({ path: event.currentTarget.value })} />
        </label>
      </div>
      <label>
        Viewer: a city or an address
        <input
          list="cities"
          value={viewer}
          placeholder="As the edge has it"
          onInput={(event) => onChange({ viewer: event.currentTarget.value })}
        />
        <datalist id="cities">
          {cities.map((city) => (
            <option key={city} value={city} />
          ))}
        </datalist>
      </label>
      <label>
        Headers, one a line
        <textarea
          rows={3}
          value={headers}
          placeholder="accept: text/html"
          onInput={(event) => onChange({ headers: event.currentTarget.value })}
        />
      </label>
      {!['GET', 'HEAD'].includes(method) && (
        <label>
          Body
          <textarea rows={3} value={body} onInput={(event) => onChange({ body: event.currentTarget.value })} />
        </label>
      )}
    </>
  );
}
