import { getStore } from '../control-api.ts';
import type { EdgeEvents } from '../live/edge-events.ts';
import { useAsked } from '../live/use-asked.ts';

const CHANGED_BY = ['store'] as const;

/** Keys that are shown: revocations may be tens of thousands. */
const MOST_SHOWN = 200;

export function StoreSection({ events }: { events: EdgeEvents }) {
  const { value } = useAsked(getStore, events, CHANGED_BY);
  const entries = Object.entries(value ?? {});
  const hidden = entries.length - MOST_SHOWN;
  return (
    <section aria-labelledby="store">
      <h2 id="store">Key value store</h2>
      {value !== null && entries.length === 0 && <p class="quiet-text">It is empty.</p>}
      {entries.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Value, secrets masked</th>
            </tr>
          </thead>
          <tbody>
            {entries.slice(0, MOST_SHOWN).map(([key, text]) => (
              <tr key={key}>
                <th scope="row">
                  <code>{key}</code>
                </th>
                <td>
                  <code>{text}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hidden > 0 && <p class="quiet-text">And {hidden} more.</p>}
    </section>
  );
}
