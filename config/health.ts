import type { Health } from '../shared/config.ts';
import { ConfigError } from './errors.ts';
import { integer, record, text } from './read.ts';

/** A path of an object that needs no encoding, neither in a URL nor in a signature. */
const CANARY = /^(?:\/[A-Za-z0-9_.~-]+)+$/;

/** A run of the scheduled function has to be over before the next one, and within its time limit. */
const MAX_RUN_SECONDS = 50;

const MINUTE = 60;

const DAY = 86_400;

/** What is not said; `canary` has no default. */
const DEFAULTS = {
  probes: 5,
  threshold: 4,
  intervalSeconds: 5,
  timeoutSeconds: 2,
  everySeconds: MINUTE,
  holdSeconds: 5 * MINUTE,
  drainSeconds: 15 * MINUTE,
} satisfies Omit<Health, 'canary'>;

/** @throws {ConfigError} for the first setting of `health` that is wrong or unknown. */
export function parseHealth(input: unknown): Health | null {
  if (input === null) return null;
  const given = record(input, 'health', ['canary', ...Object.keys(DEFAULTS)]);
  const number = (name: keyof typeof DEFAULTS, min: number, max: number): number =>
    integer(given[name] ?? DEFAULTS[name], `health.${name}`, min, max);
  const canary = text(given.canary, 'health.canary', CANARY, 'the path of an object such as /health.txt');
  const probes = number('probes', 1, 20);
  const health: Health = {
    canary,
    probes,
    threshold: number('threshold', Math.floor(probes / 2) + 1, probes),
    intervalSeconds: number('intervalSeconds', 1, MAX_RUN_SECONDS),
    timeoutSeconds: number('timeoutSeconds', 1, 10),
    everySeconds: number('everySeconds', MINUTE, 60 * MINUTE),
    holdSeconds: number('holdSeconds', 0, DAY),
    drainSeconds: number('drainSeconds', MINUTE, DAY),
  };
  checkTimes(health);
  return health;
}

function checkTimes({ probes, intervalSeconds, timeoutSeconds, everySeconds, drainSeconds }: Health): void {
  const longest = probes * timeoutSeconds + (probes - 1) * intervalSeconds;
  if (longest > MAX_RUN_SECONDS) {
    const expected = `times for ${probes} probes of at most ${MAX_RUN_SECONDS} seconds together, the last one's time limit included`;
    throw new ConfigError('health.intervalSeconds', expected, `${longest} seconds`);
  }
  if (everySeconds % MINUTE !== 0) throw new ConfigError('health.everySeconds', 'whole minutes', everySeconds);
  // Renewed at half of its time, a drain survives a run that failed.
  if (drainSeconds < 4 * everySeconds) {
    throw new ConfigError('health.drainSeconds', `at least four times everySeconds ${everySeconds}`, drainSeconds);
  }
}
