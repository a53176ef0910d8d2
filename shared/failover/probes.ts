import type { Health, Region } from '../config.ts';
import type { Probed } from './health.ts';

/** `ok`; `unknown`: it tells nothing of the region; else how it failed, in a word. */
export type ProbeResult = 'ok' | 'unknown' | { readonly failure: string };

/** All regions at once, `probes` times with `intervalSeconds` in between. */
export async function probeRegions(
  regions: readonly Region[],
  health: Health,
  probe: (region: Region) => Promise<ProbeResult>,
  wait: (seconds: number) => Promise<unknown>,
): Promise<Probed[]> {
  const rounds: ProbeResult[][] = [];
  for (let round = 0; round < health.probes; round++) {
    if (round > 0) await wait(health.intervalSeconds);
    rounds.push(await Promise.all(regions.map(probe)));
  }
  return regions.map((region, index) =>
    counted(
      region.region,
      rounds.map((round) => round[index] as ProbeResult),
    ),
  );
}

function counted(region: string, results: readonly ProbeResult[]): Probed {
  const failures = results.filter((result) => typeof result === 'object');
  const latest = failures[failures.length - 1];
  return {
    region: region,
    succeeded: results.filter((result) => result === 'ok').length,
    failed: failures.length,
    failure: latest ? latest.failure : null,
  };
}
