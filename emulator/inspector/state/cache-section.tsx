import { useEffect, useState } from 'preact/hooks';
import type { ShownObject } from '../../control/answers.ts';
import { emptyCache, getCache, invalidate, removeCached } from '../control-api.ts';
import type { EdgeEvents } from '../live/edge-events.ts';
import { useAsked } from '../live/use-asked.ts';
import { duration } from '../request/stage-words.ts';
import { bytesText } from './bytes-text.ts';

const CHANGED_BY = ['cache', 'request', 'clock', 'update'] as const;

/** Rows of each cache that are shown: the page stays quick, and invalidation needs no list. */
const MOST_SHOWN = 100;

/** Ages and times go on without any event. */
const AGES_EACH_MS = 2_000;

export function CacheSection({ events }: { events: EdgeEvents }) {
  const { value, again } = useAsked(getCache, events, CHANGED_BY);
  useEffect(() => {
    const timer = setInterval(again, AGES_EACH_MS);
    return () => clearInterval(timer);
  }, [again]);
  const [outcome, setOutcome] = useState('');
  const act = (doing: Promise<string>): void => {
    void doing
      .catch((error: Error) => error.message)
      .then((text) => {
        setOutcome(text);
        again();
      });
  };
  const caches = Map.groupBy(value ?? [], ({ cache }) => cache);
  return (
    <section class="cache" aria-labelledby="cache">
      <h2 id="cache">Cache</h2>
      <div class="actions">
        <InvalidationForm
          onInvalidate={(path) => act(invalidate([path]).then(({ removed }) => `${counted(removed)} gone`))}
        />
        <button type="button" onClick={() => act(emptyCache().then(() => 'All caches are empty'))}>
          Empty all caches
        </button>
        <output>{outcome}</output>
      </div>
      {value?.length === 0 && <p class="quiet-text">Nothing is stored.</p>}
      {[...caches].map(([name, objects]) => (
        <CacheTable
          key={name}
          name={name}
          objects={objects}
          onRemove={(id) => act(removeCached(id).then(() => 'Removed from all caches'))}
        />
      ))}
    </section>
  );
}

function counted(objects: number): string {
  return objects === 1 ? '1 object is' : `${objects} objects are`;
}

function InvalidationForm({ onInvalidate }: { onInvalidate(path: string): void }) {
  const [path, setPath] = useState('/*');
  const submit = (event: Event): void => {
    event.preventDefault();
    onInvalidate(path);
  };
  return (
    <form onSubmit={submit}>
      <input
        aria-label="Path to invalidate"
        value={path}
        required
        onInput={(event) => setPath(event.currentTarget.value)}
      />
      <button type="submit">Invalidate</button>
    </form>
  );
}

interface CacheTableProps {
  readonly name: string;
  readonly objects: readonly ShownObject[];
  onRemove(id: string): void;
}

function CacheTable({ name, objects, onRemove }: CacheTableProps) {
  const hidden = objects.length - MOST_SHOWN;
  return (
    <details open>
      <summary>
        {name} <span class="quiet-text">{objects.length}</span>
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Status</th>
            <th scope="col">Size</th>
            <th scope="col">Age</th>
            <th scope="col">Expires in</th>
            <th scope="col">By</th>
            <th scope="col">
              <span class="unseen">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {objects.slice(0, MOST_SHOWN).map((object) => (
            <ObjectRow key={`${object.id} ${object.part?.start}`} object={object} onRemove={onRemove} />
          ))}
        </tbody>
      </table>
      {hidden > 0 && <p class="quiet-text">And {hidden} more.</p>}
    </details>
  );
}

function ObjectRow({ object, onRemove }: { object: ShownObject; onRemove(id: string): void }) {
  const { id, key, status, bytes, part, ageSeconds, leftSeconds, isFresh, ttl } = object;
  const target = key.query === null ? key.path : `${key.path}?${key.query}`;
  return (
    <tr>
      <th scope="row">
        <code>{target}</code>
        {part !== null && (
          <span class="note">
            from byte {part.start}, of {bytesText(part.size)}
          </span>
        )}
      </th>
      <td data-kind={`${Math.floor(status / 100)}xx`}>{status}</td>
      <td>{bytesText(bytes)}</td>
      <td>{duration(ageSeconds)}</td>
      <td>{isFresh ? duration(leftSeconds) : 'expired'}</td>
      <td>{ttl.rule}</td>
      <td>
        <button type="button" class="quiet" aria-label={`Remove ${target}`} onClick={() => onRemove(id)}>
          Remove
        </button>
      </td>
    </tr>
  );
}
