/** What became of the latest change of the distribution or a function, since this page was opened. */
import type { EdgeEvents } from './edge-events.ts';
import { type Changing, watchers } from './watchers.ts';

export interface LatestUpdate extends Changing {
  /** Why it has no effect; null: it has. */
  readonly failure: string | null;
}

export function latestUpdate(events: EdgeEvents): LatestUpdate {
  const { onChange, tell } = watchers();
  let failure: string | null = null;
  events.on<{ failure: { message: string } | null }>('update', (update) => {
    failure = update.failure?.message ?? null;
    tell();
  });
  return {
    onChange,
    get failure() {
      return failure;
    },
  };
}
