import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ShownEntry } from '../../control/answers.ts';
import { hrefOf } from '../place.ts';
import { ROW_HEIGHT, reveal, useScroll, useSteadyRows } from './grid-scroll.ts';
import { RequestRow } from './request-row.tsx';
import { rowAfter } from './row-keys.ts';
import { visibleRows } from './visible-rows.ts';

const COLUMNS = ['Time', 'Method', 'URL', 'Status', 'PoP', 'Cache', 'Region', 'Failover', 'ms'] as const;

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
  useSteadyRows(body, entries);
  const [active, setActive] = useState<string | null>(null);
  const newestFirst = (row: number): ShownEntry | undefined => entries[entries.length - 1 - row];
  const current = active ?? opened;
  const { first, end } = visibleRows(entries.length, ROW_HEIGHT, scrollTop, height);

  const onKeyDown = (event: KeyboardEvent): void => {
    const row = current === null ? -1 : rowOf(entries, current);
    const next = rowAfter(event.key, row, entries.length, Math.floor(height / ROW_HEIGHT));
    if (next !== null && body.current !== null) {
      setActive(newestFirst(next)?.requestId ?? null);
      reveal(body.current, next);
    } else if (event.key === 'Enter' && current !== null) location.hash = hrefOf('requests', current);
    else if (event.key === 'Escape' && opened !== null) location.hash = hrefOf('requests');
    else return;
    event.preventDefault();
  };

  const rows = Array.from({ length: end - first }, (_, index) => first + index).flatMap((row) => {
    const entry = newestFirst(row);
    return entry === undefined ? [] : [{ entry, row }];
  });
  const isCurrentThere = rows.some(({ entry }) => entry.requestId === current);
  return (
    <Grid count={entries.length} active={isCurrentThere ? current : null} onKeyDown={onKeyDown}>
      <div class="grid-body" role="rowgroup" ref={body} tabIndex={-1}>
        <div role="presentation" class="grid-space" style={{ height: `${entries.length * ROW_HEIGHT}px` }}>
          {rows.map(({ entry, row }) => (
            <RequestRow
              key={entry.requestId}
              entry={entry}
              row={row}
              top={row * ROW_HEIGHT}
              isActive={entry.requestId === current}
              isOpened={entry.requestId === opened}
              onActivate={setActive}
            />
          ))}
        </div>
        {entries.length === 0 && (
          <p class="empty">{hasAny ? 'No request is like that.' : 'Requests show up here as the edge answers them.'}</p>
        )}
      </div>
    </Grid>
  );
}

/** Newest first; -1: it is not among them. */
function rowOf(entries: readonly ShownEntry[], id: string): number {
  const index = entries.findIndex(({ requestId }) => requestId === id);
  return index < 0 ? -1 : entries.length - 1 - index;
}

interface GridProps {
  readonly count: number;
  /** Where the keys are; null: nowhere in sight. */
  readonly active: string | null;
  onKeyDown(event: KeyboardEvent): void;
  readonly children: ComponentChildren;
}

function Grid({ count, active, onKeyDown, children }: GridProps) {
  return (
    <div
      class="grid"
      role="grid"
      aria-label="Requests, newest first"
      aria-rowcount={count + 1}
      aria-activedescendant={active === null ? undefined : `row-${active}`}
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
      {children}
    </div>
  );
}
