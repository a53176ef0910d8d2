import { getNotices } from '../control-api.ts';
import type { EdgeEvents } from '../live/edge-events.ts';
import { useAsked } from '../live/use-asked.ts';

const CHANGED_BY = ['update'] as const;

/** What of the template has no effect here, or another; what is said of several properties once. */
export function Notices({ events }: { events: EdgeEvents }) {
  const { value } = useAsked(getNotices, events, CHANGED_BY);
  const effects = Map.groupBy(value ?? [], (notice) => notice.slice(notice.indexOf(': ') + 2));
  return (
    <>
      <h3>What the emulator does otherwise</h3>
      {value?.length === 0 && <p class="quiet-text">All that the distribution asks for is done here.</p>}
      <ul class="findings">
        {[...effects].map(([effect, notices]) => (
          <li key={effect}>
            {effect}
            {notices.map((notice) => (
              <code key={notice}>{notice.slice(0, notice.indexOf(': '))}</code>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
