import type { EdgeCache } from '../cache.ts';
import type { DescribedFunction } from '../described-functions.ts';
import type { Distribution, Origin } from '../distribution.ts';
import type { DrillPhase } from '../drill-phase.ts';
import type { EdgeRequest } from '../exchange.ts';
import type { KeyValueStore } from '../key-value-store.ts';
import type { LiveEvents } from '../live-events.ts';
import type { RequestLog } from '../request-log.ts';
import type { RequestSigner } from '../request-signer.ts';
import type { EdgeLocations } from '../serving-locations.ts';
import type { StandIns } from '../stand-ins.ts';
import type { SteerableClock } from '../steerable-clock.ts';

/** What the control API is over. Distribution, stand-ins and functions are those of the moment. */
export interface Controlled {
  readonly distribution: Distribution;
  readonly standIns: StandIns;
  readonly store: KeyValueStore;
  readonly cache: EdgeCache;
  readonly clock: SteerableClock;
  readonly functions: readonly DescribedFunction[];
  /** What is asked for and the emulator does not do, or does otherwise. */
  readonly notices: readonly string[];
  readonly edgeLocations: EdgeLocations;
  readonly log: RequestLog;
  /** Custom headers of origins, those of earlier deployments, too. */
  readonly originSecrets: Origin['customHeaders'];
  readonly events: LiveEvents;
  /** What can be rehearsed. */
  readonly drillPhases: readonly DrillPhase[];
  /** Absent: nothing signs here. */
  readonly signer?: RequestSigner;
  /** Where viewers go. */
  readonly url: string;
  /** What they count as speaking there. */
  readonly scheme: EdgeRequest['scheme'];
  /** The edge's own name. */
  readonly instance: string;
}
