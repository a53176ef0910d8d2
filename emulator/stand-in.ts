import type { Fault } from './fault.ts';
import type { OriginAddress } from './origin-connection.ts';

/** A request as it arrived: the target is as on the wire. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** What is asked in the place of an origin. */
export interface StandIn {
  /** Scheme, host and port. */
  readonly url: string;
  readonly fault: Fault | null;
  /**
   * The latest thousand requests, newest last; also those that met a fault. Of a server elsewhere these alone: it sees
   * the others itself.
   */
  readonly received: readonly ReceivedRequest[];
  /** Where requests go now, and what is wrong with the way there. */
  address(): OriginAddress;
  /**
   * Breaks it from the next request on; null repairs it.
   *
   * @throws {EdgeError} ERR_LISTEN_FAILED when its port was taken while it was refused; the fault then stays.
   */
  setFault(fault: Fault | null): Promise<void>;
  /** Ends at once, whatever is under way. */
  close(): Promise<void>;
}
