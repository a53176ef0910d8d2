import type { EdgeCache } from '../cache.ts';
import type { DescribedFunction } from '../described-functions.ts';
import type { Distribution, Origin } from '../distribution.ts';
import type { DrillPhase } from '../drill-phase.ts';
import type { EdgeRequest } from '../exchange.ts';
import type { RequestExplainer } from '../explanation.ts';
import type { Finding } from '../finding.ts';
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
  /** As a deployment has it. */
  codeOf(functionId: string): string | null;
  /** What is asked for and the emulator does not do, or does otherwise. */
  readonly notices: readonly string[];
  readonly edgeLocations: EdgeLocations;
  /** What a check finds in the distribution of the moment; null: nothing checks it. */
  findings(): Promise<readonly Finding[] | null>;
  readonly log: RequestLog;
  /** Custom headers of origins, those of earlier deployments, too. */
  readonly originSecrets: Origin['customHeaders'];
  readonly events: LiveEvents;
  /** What can be rehearsed. */
  readonly drillPhases: readonly DrillPhase[];
  /** Absent: nobody here knows who may be let in. */
  readonly explainer?: RequestExplainer;
  /** Absent: nothing signs here. */
  readonly signer?: RequestSigner;
  /** Where viewers go. */
  readonly url: string;
  /** Who shows it sees requests unmasked; null: nobody does. */
  readonly unmaskKey: string | null;
  /** What they count as speaking there. */
  readonly scheme: EdgeRequest['scheme'];
  /** The edge's own name. */
  readonly instance: string;
}
