/** Something that the edge is asked for, and again when it may have changed. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { EdgeEvents, EventName } from './edge-events.ts';

export interface AskedFor<T> {
  /** Null: it has not come yet. */
  readonly value: T | null;
  readonly failure: string | null;
  /** Asks now. */
  again(): void;
}

/** However often it changes. */
const AT_MOST_EACH_MS = 500;

/** @param names of the events after which it may be another */
export function useAsked<T>(ask: () => Promise<T>, events: EdgeEvents, names: readonly EventName[]): AskedFor<T> {
  const [answer, setAnswer] = useState<{ value: T | null; failure: string | null }>({ value: null, failure: null });
  const timer = useRef<number | null>(null);
  const count = useRef(0);
  const shown = useRef(0);
  const again = useCallback(() => {
    count.current++;
    const turn = count.current;
    // What was asked before may be answered after.
    const isNewer = (): boolean => {
      if (turn < shown.current) return false;
      shown.current = turn;
      return true;
    };
    ask().then(
      (value) => isNewer() && setAnswer({ value, failure: null }),
      (error: Error) => isNewer() && setAnswer(({ value }) => ({ value, failure: error.message })),
    );
  }, [ask]);
  useEffect(() => {
    const soon = (): void => {
      timer.current ??= window.setTimeout(() => {
        timer.current = null;
        again();
      }, AT_MOST_EACH_MS);
    };
    const stops = [events.onChange(soon), ...names.map((name) => events.on(name, soon))];
    again();
    return () => {
      for (const stop of stops) stop();
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [again, events, names]);
  return { ...answer, again };
}
