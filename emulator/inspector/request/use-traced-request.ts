/** A request with its stages, as the edge has it. */
import { useEffect, useState } from 'preact/hooks';
import type { TracedRequest } from '../../control/answers.ts';
import { getRequest } from '../control-api.ts';

export interface Traced {
  /** Null: it has not come yet. */
  readonly request: TracedRequest | null;
  readonly failure: string | null;
}

/** Stages go on for a while when the answer has gone: what is stored, for one. */
const ASK_AGAIN_MS = 1_000;

const FORGOTTEN = 'The edge keeps the stages of its latest 500 requests, and this is none of them any more.';
const OTHER_EDGE = 'The edge was started again. Open the address that it printed then to unmask credentials.';

/** @param key as `getRequest` takes it */
export function useTracedRequest(id: string, key: string | null): Traced {
  const [traced, setTraced] = useState<Traced>({ request: null, failure: null });
  useEffect(() => {
    setTraced({ request: null, failure: null });
    let isLeft = false;
    const show = (next: Traced): void => {
      if (!isLeft) setTraced(next);
    };
    const ask = (): Promise<void> =>
      getRequest(id, key).then(
        (request) => show({ request, failure: null }),
        ({ cause, message }: Error) => show({ request: null, failure: WORDS.get(cause) ?? message }),
      );
    void ask();
    const timer = setTimeout(ask, ASK_AGAIN_MS);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [id, key]);
  return traced;
}

/** By the status of the answer. */
const WORDS: ReadonlyMap<unknown, string> = new Map([
  [404, FORGOTTEN],
  [400, OTHER_EDGE],
]);
