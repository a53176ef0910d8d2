/** What is told to those who watch the edge. */
import type { EdgeError } from '../../config/errors.ts';
import type { EdgeRequest } from '../exchange.ts';
import type { Fault } from '../fault.ts';
import { keptLine } from '../function-run.ts';
import type { LiveEvents } from '../live-events.ts';
import type { RequestEntry } from '../request-log.ts';
import { clockStateOf } from './clock.ts';
import type { Controlled } from './controlled.ts';
import { shownEntry } from './requests.ts';
import { type Known, knowing, maskOf, type Visit } from './secrecy.ts';
import { etagOf } from './store.ts';

/** Publishes each change of the store and of the clock. Returns the way to stop that. */
export function publishChanges(
  events: LiveEvents,
  { clock, store, instance }: Pick<Controlled, 'clock' | 'store' | 'instance'>,
): () => void {
  const stops = [
    store.onChange(() => {
      const etag = etagOf({ store, instance });
      events.publish('store', () => ({ etag }));
    }),
    clock.onSteered(() => {
      const state = clockStateOf(clock);
      events.publish('clock', () => state);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export function publishRequest(events: LiveEvents, known: Known, entry: RequestEntry): void {
  events.publish('request', () => shownEntry(known, entry));
}

export function publishFault(events: LiveEvents, originId: string, fault: Fault | null): void {
  events.publish('fault', () => ({ originId, fault }));
}

/** Passes an update on, and tells what became of it. */
export async function publishUpdate(events: LiveEvents, known: Known, update: Promise<void>): Promise<void> {
  try {
    await update;
    events.publish('update', () => ({ failure: null }));
  } catch (error) {
    const { code = null, message } = error as Partial<EdgeError> & Error;
    events.publish('update', () => ({ failure: maskOf(known).scrubbed({ code, message }) }));
    throw error;
  }
}

/** @param request that the line is about; absent: none is known */
export function publishLine(
  events: LiveEvents,
  known: Known,
  source: string,
  line: string,
  request?: EdgeRequest,
): void {
  const kept = keptLine(line);
  const requestId = request?.id ?? null;
  const visit = request && visitOf(request);
  events.publish('line', () => {
    const mask = maskOf(known);
    const text = (visit === undefined ? mask : knowing(mask, visit)).scrubbed(kept);
    return { requestId, source, line: text };
  });
}

/** Without its body, since events outlast requests. */
function visitOf({ uri, query, headers, trace }: EdgeRequest): Visit {
  return { uri, query, headers, ...(trace && { trace }) };
}
