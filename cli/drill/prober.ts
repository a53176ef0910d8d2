/** The prober of a phase: it decides as the deployed one does, by more frequent probes. */
import { systemClock } from '../../emulator/clock.ts';
import type { Edge } from '../../emulator/edge.ts';
import { startProber } from '../../emulator/health.ts';
import { keptConnections } from '../../emulator/kept-connections.ts';
import type { Health, Region } from '../../shared/config.ts';

/** A round each second instead of each minute, and seconds of hold instead of minutes. */
const QUICK = {
  probes: 3,
  threshold: 2,
  intervalSeconds: 0.1,
  timeoutSeconds: 0.3,
  everySeconds: 1,
  holdSeconds: 1,
  drainSeconds: 60,
} satisfies Omit<Health, 'canary'>;

/** Drains and restores regions in the store of the edge, until it is closed. */
export function quickProber(edge: Edge, regions: readonly Region[], { canary }: Health): { close(): Promise<void> } {
  const connections = keptConnections(systemClock);
  const prober = startProber(
    { regions, health: { canary, ...QUICK } },
    {
      served: () => ({
        origins: edge.distribution.origins,
        network: { addressOf: (id) => edge.origin(id).address(), connections },
      }),
      store: edge.store,
      clock: systemClock,
      onLine: () => {},
    },
  );
  return {
    async close() {
      await prober.close();
      await connections.close();
    },
  };
}
