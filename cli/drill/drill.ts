/** `edgekeeper drill`: regions break in many ways, one after the other, while viewers in many cities go on asking. */
import { randomBytes } from 'node:crypto';
import { unexpected } from '../../config/errors.ts';
import { progress } from '../progress.ts';
import { packagedService } from '../service.ts';
import { conclude } from './conclusion.ts';
import { conduct } from './conductor.ts';
import { drilledEdge, warmUp } from './drilled-edge.ts';
import type { OriginSettings } from './origin-settings.ts';
import { chosenPhases, withoutProber } from './phases.ts';
import { planned } from './plan.ts';
import { regionsOf } from './regions.ts';
import { scheduled } from './schedule.ts';
import { watch } from './watch.ts';

export interface DrillOptions {
  readonly short?: boolean;
  readonly secondsPerPhase?: number;
  readonly rate?: number;
  readonly seed?: string;
  readonly phase: readonly string[];
  readonly originSettings: OriginSettings;
  readonly report: string;
  readonly json?: boolean;
}

/** Seconds of a phase: so that the slowest failover shows, with time to spare. */
const SECONDS = { own: 15, cloudfront: 60 } as const;

const SHORT_SECONDS = 2;

const ASKING = 'phases in which something is asked for (another before recovery; health in the settings for its phase)';

/** Requests a second. */
const RATE = 40;

/** By when an answer has to be there, in milliseconds: later than both regions could take one after the other. */
const TIMEOUT_MS = { own: 15_000, cloudfront: 90_000 } as const;

/**
 * Returns the exit code: 1 when an objective was missed, 130 when it was ended early.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID, or what packaging and building throw.
 */
export async function drill(root: string, options: DrillOptions): Promise<number> {
  const phases = chosenPhases(options.phase);
  const service = await progress('Packaging serverless.yml and building the functions', () => packagedService(root));
  const { originSettings, rate = RATE, seed = randomBytes(4).toString('hex') } = options;
  const seconds = options.secondsPerPhase ?? (options.short ? SHORT_SECONDS : SECONDS[originSettings]);
  const { regions, health, objectives } = service.config;
  const schedule = scheduled(health === null ? withoutProber(phases) : phases, seconds);
  const requests = planned(schedule, rate, seed);
  if (requests.length === 0) throw unexpected('ERR_OPTION_INVALID', '--phase', ASKING, options.phase.join(', '));
  const paths = requests.map(({ path }) => path);
  const { edge, close } = await drilledEdge(root, service, originSettings, paths);
  try {
    await warmUp(edge);
    const watched = await watch(
      schedule,
      requests,
      { url: edge.url, timeoutMs: TIMEOUT_MS[originSettings] },
      (during) => conduct(schedule, { edge, regions, health, ...during }),
    );
    const about = { url: null, seed, rate, originSettings, objectives };
    return await conclude(root, { ...about, ...watched, regions: regionsOf(service.config) }, options);
  } finally {
    await close();
  }
}
