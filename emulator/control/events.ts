/**
 * What happens, as it happens.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../clock.ts';
import { LIVE_EVENTS, type LiveEvent, type LiveEvents } from '../live-events.ts';
import type { Route } from './route.ts';
import { text } from './schema.ts';

/** So that a connection which is gone is noticed, and a proxy does not end one that is silent. */
const HEARTBEAT_MS = 15_000;

export const EVENTS: readonly Route[] = [
  {
    method: 'GET',
    path: '/events',
    summary: `What happens, as it happens: ${LIVE_EVENTS.join(', ')}; and missed, when the watcher was too slow`,
    headers: { 'last-event-id': text('Of an event; the next one is the first, of those that are still kept') },
    answers: {
      200: {
        description: 'Server-sent events. The data of each is a line of JSON',
        type: 'text/event-stream',
        schema: text('event, id and data'),
      },
    },
    run({ events, instance }, { headers }) {
      const series = instance.slice(0, 8);
      const next = nextNumber(headers['last-event-id'], series, events);
      return { status: 200, stream: (response) => streamEvents(response, events, series, next, systemClock) };
    },
  },
];

/** Without an id only what happens from now on; with one of another edge, all that is kept of this one. */
function nextNumber(lastId: string | string[] | undefined, series: string, events: LiveEvents): number {
  if (typeof lastId !== 'string') return events.latest() + 1;
  const [, of, number] = /^([\da-f]+)-(\d+)$/.exec(lastId) ?? [];
  return of === series ? Number(number) + 1 : 1;
}

/**
 * Sends events from `next` on. A watcher that does not read is sent nothing more until it does: it goes on from what
 * is still kept by then, and is told how many events it missed. Nothing is kept for it alone.
 *
 * @param clock of the heartbeat, by which no edge is frozen
 */
export function streamEvents(
  response: ServerResponse,
  events: LiveEvents,
  series: string,
  next: number,
  clock: Clock,
): void {
  let wanted = next;
  let isFull = false;
  const write = (text: string): void => {
    isFull = !response.write(text);
  };
  const send = (): void => {
    for (let event = events.from(wanted); event !== undefined && !isFull; event = events.from(wanted)) {
      const missed = event.number - wanted;
      if (missed > 0) write(`event: missed\ndata: ${JSON.stringify({ count: missed })}\n\n`);
      wanted = event.number + 1;
      write(`event: ${event.name}\nid: ${series}-${event.number}\ndata: ${dataOf(event)}\n\n`);
    }
  };
  let stopHeartbeat = (): void => {};
  const beat = (): void => {
    if (!isFull) write(':\n\n');
    stopHeartbeat = clock.after(HEARTBEAT_MS, beat);
  };
  const unsubscribe = events.onPublished(send);
  response.on('drain', () => {
    isFull = false;
    send();
  });
  response.once('close', () => {
    unsubscribe();
    stopHeartbeat();
  });
  response.on('error', () => {});
  beat();
  send();
}

/** Whatever it is, telling it harms nobody whom it happened to. */
function dataOf(event: LiveEvent): string {
  try {
    return JSON.stringify(event.show());
  } catch {
    return '{"error":"it cannot be shown"}';
  }
}
