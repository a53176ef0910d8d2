import type { ShownEntry } from '../../control/answers.ts';
import { hrefOf } from '../place.ts';
import { resultOf, urlOf } from './request-filter.ts';

interface Props {
  readonly entry: ShownEntry;
  /** From 0, newest first. */
  readonly row: number;
  /** In pixels. */
  readonly top: number;
  readonly isActive: boolean;
  readonly isOpened: boolean;
  onActivate(requestId: string): void;
}

export function RequestRow({ entry, row, top, isActive, isOpened, onActivate }: Props) {
  const { requestId, time, method, status, edgeLocation, region, isFailover, milliseconds } = entry;
  const result = resultOf(entry);
  const open = (): void => {
    onActivate(requestId);
    location.hash = hrefOf('requests', requestId);
  };
  return (
    <div
      id={`row-${requestId}`}
      class="grid-row"
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isOpened}
      data-active={isActive}
      style={{ transform: `translateY(${top}px)` }}
      onClick={open}
    >
      <Cell name="Time">{clockTime(time)}</Cell>
      <Cell name="Method">{method}</Cell>
      <Cell name="URL">{urlOf(entry)}</Cell>
      <Cell name="Status" kind={`${Math.floor(status / 100)}xx`}>
        {String(status)}
      </Cell>
      <Cell name="PoP">{edgeLocation}</Cell>
      <Cell name="Cache" kind={kindOf(result)}>
        {result}
      </Cell>
      <Cell name="Region">{region ?? ''}</Cell>
      <Cell name="Failover">{isFailover ? 'yes' : ''}</Cell>
      <Cell name="ms">{milliseconds.toFixed(1)}</Cell>
    </div>
  );
}

function Cell({ name, kind, children }: { name: string; kind?: string; children: string }) {
  return (
    <span role="gridcell" data-column={name} data-kind={kind} title={name === 'URL' ? children : undefined}>
      {children}
    </span>
  );
}

/** By what it is coloured. */
function kindOf(result: string): string {
  if (/error/i.test(result)) return 'error';
  return /hit/i.test(result) ? 'hit' : 'other';
}

/** `14:03:07.512`, as the people who look at it count hours. */
export function clockTime(time: string): string {
  const date = new Date(time);
  const two = (part: number): string => String(part).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
