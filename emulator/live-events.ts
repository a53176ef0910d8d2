/** What happens in an edge, for those who watch: the latest five hundred events. */

export const LIVE_EVENTS = ['request', 'line', 'fault', 'store', 'clock', 'cache', 'edge-location', 'update'] as const;

export interface LiveEvent {
  /** Counted from 1. */
  readonly number: number;
  readonly name: (typeof LIVE_EVENTS)[number];
  /** What is told of it, masked. Made when it is sent for the first time: what nobody watches costs nothing. */
  show(): unknown;
}

export interface LiveEvents {
  publish(name: LiveEvent['name'], show: () => unknown): void;
  /** The event of that number, or the first after it that is still kept; undefined: there is none yet. */
  from(number: number): LiveEvent | undefined;
  /** The number of the latest event; 0: there was none. */
  latest(): number;
  /** Calls back after each event. Returns the way to stop that. */
  onPublished(callback: () => void): () => void;
}

/** Each request is still in the log while its event is kept. */
const KEPT = 500;

export function liveEvents(): LiveEvents {
  /** By the remainder of their number, so that each takes the place of one that is too old. */
  const kept: LiveEvent[] = [];
  const callbacks = new Set<() => void>();
  let latest = 0;
  return {
    publish(name, show) {
      latest++;
      kept[latest % KEPT] = { number: latest, name, show: madeOnce(show) };
      for (const callback of callbacks) callback();
    },
    from: (number) => {
      const first = Math.max(number, latest - KEPT + 1, 1);
      return first > latest ? undefined : kept[first % KEPT];
    },
    latest: () => latest,
    onPublished(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
}

/** Many may watch. */
function madeOnce(show: () => unknown): () => unknown {
  let made: { readonly shown: unknown } | null = null;
  return () => {
    made ??= { shown: show() };
    return made.shown;
  };
}
