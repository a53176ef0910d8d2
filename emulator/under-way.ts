/** Fetches that are under way, and who waits for them. */
import type { Clock } from './clock.ts';
import type { EdgeAnswer } from './exchange.ts';
import { drain } from './passing-body.ts';

/** Asks the origin; calls back when what came is stored, or will not be. */
export type Fetch = (onStored: () => void) => Promise<EdgeAnswer>;

export interface UnderWay {
  has(key: string): boolean;
  /**
   * Settles when the latest fetch for the key is over, or its body takes too long to wait for; at once
   * when there is none.
   */
  ended(key: string): Promise<void>;
  /** A fetch that others with the same key may wait for. */
  leading(key: string, fetch: Fetch): Promise<EdgeAnswer>;
  /** Likewise, where no viewer has its body: that is read to the end. */
  inBackground(key: string, fetch: Fetch): Promise<void>;
}

/** How long others wait for a body once its headers are there. */
const MAX_BODY_MS = 1_000;

/** `onFailure` is told when a fetch in the background throws. */
export function fetchesUnderWay(clock: Clock, onFailure: (error: unknown) => void): UnderWay {
  const fetches = new Map<string, Promise<void>>();

  async function leading(key: string, fetch: Fetch): Promise<EdgeAnswer> {
    let settle = (): void => {};
    const ended = new Promise<void>((resolve) => {
      settle = resolve;
    });
    fetches.set(key, ended);
    let isOver = false;
    let cancel = (): void => {};
    const end = (): void => {
      isOver = true;
      cancel();
      if (fetches.get(key) === ended) fetches.delete(key);
      settle();
    };
    try {
      const answer = await fetch(end);
      if (!isOver) cancel = clock.after(MAX_BODY_MS, end);
      return answer;
    } catch (error) {
      end();
      throw error;
    }
  }

  return {
    has: (key) => fetches.has(key),
    ended: (key) => fetches.get(key) ?? Promise.resolve(),
    leading,
    async inBackground(key, fetch) {
      try {
        drain((await leading(key, fetch)).body);
      } catch (error) {
        onFailure(error);
      }
    },
  };
}
