import type { DescribedFunction } from '../../control/answers.ts';
import { getFunctions } from '../control-api.ts';
import type { EdgeEvents } from '../live/edge-events.ts';
import { useAsked } from '../live/use-asked.ts';
import { clockTime } from '../requests/request-row.tsx';
import { bytesText } from './bytes-text.ts';

const CHANGED_BY = ['update'] as const;

export function FunctionsSection({ events }: { events: EdgeEvents }) {
  const { value } = useAsked(getFunctions, events, CHANGED_BY);
  return (
    <section aria-labelledby="functions">
      <h2 id="functions">Functions</h2>
      {value?.length === 0 && <p class="quiet-text">No behavior has one.</p>}
      {value !== null && value.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Runs as</th>
              <th scope="col">Associated with</th>
              <th scope="col">Size of its quota</th>
              <th scope="col">Loaded</th>
            </tr>
          </thead>
          <tbody>
            {value.map((each) => (
              <FunctionRow key={each.id} described={each} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function FunctionRow({ described }: { described: DescribedFunction }) {
  const { name, kind, runtime, engine, file, bytes, quotaBytes, loadedAt, associations } = described;
  return (
    <tr>
      <th scope="row">
        {name}
        {file !== null && <span class="note">{file}</span>}
      </th>
      <td>
        {kind === 'lambda-edge' ? 'Lambda@Edge' : 'CloudFront Function'}
        <span class="note">{[runtime, engine].filter((part) => part !== null).join(', in ')}</span>
      </td>
      <td>
        {associations.map(({ pathPattern, event }) => (
          <div key={`${pathPattern} ${event}`}>
            <code>{pathPattern}</code> {event}
          </div>
        ))}
      </td>
      <td>
        <meter aria-label={`Size of ${name}`} value={bytes} max={quotaBytes} high={quotaBytes * 0.9} />
        <span class="note">
          {bytesText(bytes)} of {bytesText(quotaBytes)}
        </span>
      </td>
      <td>{clockTime(loadedAt).slice(0, 8)}</td>
    </tr>
  );
}
