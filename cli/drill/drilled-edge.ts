/** The service on this machine, with made-up objects in each region. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Edge, startEdge } from '../../emulator/edge.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import { writeCanary } from '../sample-buckets.ts';
import { BUNDLES, type PackagedService } from '../service.ts';
import { writeObjects } from './content.ts';
import { type OriginSettings, withDefaultOriginSettings } from './origin-settings.ts';

export interface DrilledEdge {
  readonly edge: Edge;
  /** Ends it, and removes the objects. */
  close(): Promise<void>;
}

const WARMING = Array.from({ length: 20 }, (_, index) => `/pages/warming-${index}.html`);

/** Whatever is asked for is in each region. */
export async function drilledEdge(
  root: string,
  { template, config }: PackagedService,
  originSettings: OriginSettings,
  paths: readonly string[],
): Promise<DrilledEdge> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-drill-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const { originId, prefix = '' } of config.regions) {
      const objects = join(folder, originId, prefix);
      await writeObjects(objects, [...paths, ...WARMING]);
      if (config.health !== null) await writeCanary(objects, config.health.canary);
    }
    const edge = await startEdge({
      template: originSettings === 'own' ? template : withDefaultOriginSettings(template),
      bundles: join(root, BUNDLES),
      origins: Object.fromEntries(config.regions.map(({ originId }) => [originId, join(folder, originId)])),
      store: memoryStore({ state: JSON.stringify({ keys: {}, drained: {} }) }),
      onLine: (source, line) => {
        if (source === 'emulator') process.stderr.write(`${line}\n`);
      },
    });
    return { edge, close: () => edge.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What comes first waits until functions are loaded, which is no figure of the distribution. */
export async function warmUp({ url }: Edge): Promise<void> {
  for (const path of WARMING) await (await fetch(url + path)).arrayBuffer();
}
