import type { EdgeCache } from '../cache.ts';
import type { DescribedFunction } from '../described-functions.ts';
import type { Distribution } from '../distribution.ts';
import type { KeyValueStore } from '../key-value-store.ts';
import type { LiveEvents } from '../live-events.ts';
import type { RequestLog } from '../request-log.ts';
import type { StandIns } from '../stand-ins.ts';
import type { SteerableClock } from '../steerable-clock.ts';
import type { EdgeLocations } from './edge-locations.ts';

/** What the control API is over. */
export interface Controlled {
  readonly distribution: Distribution;
  readonly standIns: StandIns;
  readonly store: KeyValueStore;
  readonly cache: EdgeCache;
  readonly clock: SteerableClock;
  readonly functions: readonly DescribedFunction[];
  readonly edgeLocations: EdgeLocations;
  readonly log: RequestLog;
  readonly events: LiveEvents;
  /** Where viewers go. */
  readonly url: string;
  /** The edge's own name. */
  readonly instance: string;
}
