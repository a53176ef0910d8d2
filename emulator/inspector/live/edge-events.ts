/** The control API's live stream. Browsers come back by themselves, with the last event that they saw. */
import { watchers } from './watchers.ts';

export type EventName =
  | 'request'
  | 'line'
  | 'fault'
  | 'store'
  | 'clock'
  | 'cache'
  | 'edge-location'
  | 'update'
  | 'missed';

export interface EdgeEvents {
  readonly isConnected: boolean;
  /** Calls back after each time that the connection came or went. */
  onChange(callback: () => void): () => void;
  /** Calls back with the data of each event of that name. Returns the way to stop that. */
  on<T>(name: EventName, callback: (data: T) => void): () => void;
}

export function edgeEvents(path: string): EdgeEvents {
  const source = new EventSource(path);
  const { onChange, tell } = watchers();
  source.onopen = tell;
  source.onerror = tell;
  return {
    get isConnected() {
      return source.readyState === EventSource.OPEN;
    },
    onChange,
    on(name, callback) {
      const listener = (event: MessageEvent<string>): void => callback(JSON.parse(event.data));
      source.addEventListener(name, listener);
      return () => source.removeEventListener(name, listener);
    },
  };
}
