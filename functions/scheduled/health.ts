/** Scheduled in the secondary region: probes every region's bucket, and drains and restores them by what comes of it. */
import { setTimeout as waitFor } from 'node:timers/promises';
import { health, regions } from '../../shared/config.ts';
import { healthChanges, healthKeys, healthLine } from '../../shared/failover/health-changes.ts';
import { probeRegions } from '../../shared/failover/probes.ts';
import { probeCanary } from './health/canary.ts';
import { environment } from './health/environment.ts';
import { changeStore } from './health/key-value-store.ts';

export async function handler(): Promise<void> {
  if (health === null) return;
  const rule = health;
  const { buckets, storeArn } = environment(process.env);
  const probed = await probeRegions(
    regions,
    rule,
    ({ region, prefix = '' }) =>
      probeCanary({ ...rule, region, bucket: buckets[region] ?? '', canary: prefix + rule.canary }),
    (seconds) => waitFor(seconds * 1000),
  );
  const names = regions.map(({ region }) => region);
  const { decisions, problem } = await changeStore(storeArn, healthKeys(names), (stored) =>
    healthChanges(stored, probed, rule, Math.floor(Date.now() / 1000)),
  );
  if (problem !== null) console.log(problem);
  for (const decision of decisions) console.log(healthLine(decision));
}
