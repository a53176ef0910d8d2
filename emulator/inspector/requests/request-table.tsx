import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownEntry } from '../../control/answers.ts';
import { hrefOf } from '../place.ts';
import { RequestRow } from './request-row.tsx';
import { visibleRows } from './visible-rows.ts';

/** In pixels; the style sheet has the same. */
const ROW_HEIGHT = 28;

export const COLUMNS = ['Time', 'Method', 'URL', 'Status', 'PoP', 'Cache', 'Region', 'Failover', 'ms'] as const;

interface Props {
  /** Newest last; shown newest first. */
  readonly entries: readonly ShownEntry[];
  readonly opened: string | null;
  /** Whether there are requests that the filter may have left out. */
  readonly hasAny: boolean;
}

/** One grid, in which the arrow keys go from row to row. Who has scrolled down keeps reading while others come. */
export function RequestTable({ entries, opened, hasAny }: Props) {
  const body = useRef<HTMLDivElement>(null);
  const { scrollTop, height } = useScroll(body);
  const [active, setActive] = useState<string | null>(null);
  const count = entries.length;
  const { first, end } = visibleRows(count, ROW_HEIGHT, scrollTop, height);
  useSteadyRows(body, entries);

  const at = (row: number): ShownEntry | undefined => entries[count - 1 - row];
  const current = active ?? opened;
  const currentRow = current === null ? -1 : count - 1 - entries.findIndex(({ requestId }) => requestId === current);
  const goTo = (row: number): void => {
    const entry = at(Math.max(0, Math.min(count - 1, row)));
    if (entry === undefined || body.current === null) return;
    setActive(entry.requestId);
    reveal(body.current, Math.max(0, Math.min(count - 1, row)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = currentRow >= 0 && currentRow < count ? currentRow : -1;
    const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
    const steps: Record<string, number> = {
      ArrowDown: row + 1,
      ArrowUp: Math.max(0, row - 1),
      PageDown: row + page,
      PageUp: row - page,
      Home: 0,
      End: count - 1,
    };
    const next = steps[event.key];
    if (next !== undefined) goTo(next);
    else if (event.key === 'Enter' && current !== null) location.hash = hrefOf('requests', current);
    else if (event.key === 'Escape' && opened !== null) location.hash = hrefOf('requests');
    else return;
    event.preventDefault();
  };

  const rows = Array.from({ length: end - first }, (_, index) => first + index);
  return (
    <div
      class="grid"
      role="grid"
      aria-label="Requests, newest first"
      aria-rowcount={count + 1}
      aria-activedescendant={current !== null && currentRow >= first && currentRow < end ? `row-${current}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader" data-column={name}>
            {name}
          </span>
        ))}
      </div>
      <div class="grid-body" role="rowgroup" ref={body} tabIndex={-1}>
        <div role="presentation" class="grid-space" style={{ height: `${count * ROW_HEIGHT}px` }}>
          {rows.map((row) => {
            const entry = at(row);
            return entry === undefined ? null : (
              <RequestRow
                key={entry.requestId}
                entry={entry}
                row={row}
                top={row * ROW_HEIGHT}
                isActive={entry.requestId === current}
                isOpened={entry.requestId === opened}
                onActivate={setActive}
              />
            );
          })}
        </div>
        {count === 0 && (
          <p class="empty">{hasAny ? 'No request is like that.' : 'Requests show up here as the edge answers them.'}</p>
        )}
      </div>
    </div>
  );
}

function reveal(body: HTMLElement, row: number): void {
  const top = row * ROW_HEIGHT;
  if (top < body.scrollTop) body.scrollTop = top;
  else if (top + ROW_HEIGHT > body.scrollTop + body.clientHeight) body.scrollTop = top + ROW_HEIGHT - body.clientHeight;
}

function useScroll(ref: { readonly current: HTMLElement | null }) {
  const [scroll, setScroll] = useState({ scrollTop: 0, height: 0 });
  useEffect(() => {
    const body = ref.current;
    if (body === null) return;
    const read = (): void => setScroll({ scrollTop: body.scrollTop, height: body.clientHeight });
    const resized = new ResizeObserver(read);
    resized.observe(body);
    body.addEventListener('scroll', read, { passive: true });
    return () => {
      resized.disconnect();
      body.removeEventListener('scroll', read);
    };
  }, [ref]);
  return scroll;
}

/** Keeps the rows in sight where they are when new ones come above them, unless the top is in sight. */
function useSteadyRows(ref: { readonly current: HTMLElement | null }, entries: readonly ShownEntry[]): void {
  const newest = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const body = ref.current;
    const before = newest.current;
    newest.current = entries.at(-1)?.requestId;
    if (body === null || before === undefined || body.scrollTop === 0) return;
    const was = entries.findLastIndex(({ requestId }) => requestId === before);
    if (was >= 0) body.scrollTop += (entries.length - 1 - was) * ROW_HEIGHT;
  }, [ref, entries]);
}
