/** `edgekeeper drill --url`: what viewers see of a distribution that is deployed. It is asked, and nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { unexpected } from '../../config/errors.ts';
import { parseObjectives } from '../../config/parse.ts';
import type { Objectives } from '../../shared/config.ts';
import { secondsOf } from '../moment.ts';
import { packagedSettings } from '../service.ts';
import { type ConclusionOptions, conclude } from './conclusion.ts';
import type { PhaseRun } from './measurements.ts';
import type { Phase } from './phases.ts';
import { scheduled } from './schedule.ts';
import { type During, watch } from './watch.ts';

export interface ObserveOptions extends ConclusionOptions {
  readonly path: readonly string[];
  /** A duration. */
  readonly for: string;
  readonly rate?: number;
}

/** Requests a second: others pay for them, and share what they cost. */
const MAX_RATE = 10;

const MAX_SECONDS = 6 * 3600;

/** By when an answer has to be there: later than CloudFront by its defaults gives up one origin. */
const TIMEOUT_MS = 60_000;

const OBSERVED: Phase = { name: 'observed', title: 'Observed', broken: 'none', fault: null, isRepaired: false };

/**
 * By the objectives of serverless.yml where there is one, else by their defaults; returns the exit code.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID, or what packaging throws.
 */
export async function observe(root: string, url: string, options: ObserveOptions): Promise<number> {
  const { rate = 1 } = options;
  if (rate > MAX_RATE) throw unexpected('ERR_OPTION_INVALID', '--rate', `at most ${MAX_RATE} with --url`, rate);
  const origin = originOf(url);
  const paths = options.path.length === 0 ? ['/'] : options.path;
  const wrong = paths.find((path) => !path.startsWith('/'));
  if (wrong !== undefined) throw unexpected('ERR_OPTION_INVALID', '--path', 'a path that begins with /', wrong);
  const seconds = secondsOf('--for', options.for);
  if (seconds > MAX_SECONDS) throw unexpected('ERR_OPTION_INVALID', '--for', 'at most 6h', options.for);
  const objectives = await objectivesIn(root);
  const requests = Array.from({ length: Math.ceil(seconds * rate) }, (_, index) => ({
    phase: OBSERVED.name,
    due: (index * 1000) / rate,
    path: paths[index % paths.length] ?? '/',
    city: null,
  }));
  const to = { url: origin, timeoutMs: TIMEOUT_MS };
  const watched = await watch(scheduled([OBSERVED], seconds), requests, to, (during) => wait(seconds * 1000, during));
  const about = { url: origin, seed: null, rate, originSettings: null, objectives };
  const regions = { names: [], nearest: () => null, home: () => null };
  return conclude(root, { ...about, ...watched, regions }, options);
}

/** @throws {EdgeError} ERR_OPTION_INVALID unless it is scheme, host and perhaps port. */
function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isOrigin = parsed !== null && `${parsed.origin}/` === parsed.href;
  if (isOrigin && /^https?:$/.test(parsed.protocol)) return parsed.origin;
  const expected = 'an address such as https://d111111abcdef8.cloudfront.net (--path says what is asked for)';
  throw unexpected('ERR_OPTION_INVALID', '--url', expected, url);
}

async function objectivesIn(root: string): Promise<Objectives> {
  return existsSync(join(root, 'serverless.yml'))
    ? (await packagedSettings(root)).config.objectives
    : parseObjectives({});
}

/** What was seen until it was ended is seen. */
async function wait(milliseconds: number, { now, signal, onPhase }: During): Promise<PhaseRun[]> {
  onPhase(OBSERVED);
  await after(milliseconds, undefined, { signal }).catch(() => {});
  return [{ phase: OBSERVED, broken: [], start: 0, fault: null, repair: null, end: now() }];
}
