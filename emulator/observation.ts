/** What is told of an edge while it runs: requests, lines, changes; to who started it, and over the control API. */
import { ORIGIN_HEADER } from '../shared/failover/provenance.ts';
import type { Arrival } from './arrival.ts';
import type { Clock } from './clock.ts';
import { publishLine, publishRequest } from './control/published.ts';
import type { Distribution, Origin } from './distribution.ts';
import type { EdgeOptions } from './edge-options.ts';
import type { EdgeRequest } from './exchange.ts';
import { type LiveEvents, liveEvents } from './live-events.ts';
import { type RequestLog, requestLog } from './request-log.ts';

export interface Observation {
  readonly events: LiveEvents;
  readonly log: RequestLog;
  /** Custom headers of all origins that there have been: older requests still show them. */
  readonly originSecrets: Origin['customHeaders'];
  /** @param request that the line is about */
  onLine(source: string, line: string, request?: EdgeRequest): void;
  /** A failure of the emulator itself. */
  onFailure(error: unknown): void;
  onDeployed(distribution: Distribution): void;
}

export function observation(
  { onLine, onRequest }: Pick<EdgeOptions, 'onLine' | 'onRequest'>,
  clock: Clock,
  home: Arrival,
): Observation {
  const events = liveEvents();
  const originSecrets: Origin['customHeaders'][number][] = [];
  const log = requestLog(clock, home, (entry) => {
    onRequest?.(entry);
    publishRequest(events, { originSecrets, log }, entry);
  });
  const tell = (source: string, line: string, request?: EdgeRequest): void => {
    onLine?.(source, line);
    publishLine(events, { originSecrets, log }, source, line, request);
  };
  return {
    events,
    log,
    originSecrets,
    onLine: tell,
    onFailure: (error) => tell('emulator', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    onDeployed(distribution) {
      const all = [...distribution.origins.values()]
        .flatMap(({ customHeaders }) => customHeaders)
        .filter(([name]) => name.toLowerCase() !== ORIGIN_HEADER);
      const isKnown = ([name, value]: Origin['customHeaders'][number]): boolean =>
        originSecrets.some((known) => known[0] === name && known[1] === value);
      originSecrets.push(...all.filter((line) => !isKnown(line)));
    },
  };
}
