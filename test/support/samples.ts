/** Samples of a drill for tests: good answers fetched from us-east-1 within 10 ms, unless a test says otherwise. */
import type { PhaseRun, Regions } from '../../cli/drill/measurements.ts';
import type { Sample } from '../../cli/drill/sample.ts';

export function sample(change: Partial<Sample> = {}): Sample {
  return {
    phase: 'refuses',
    due: 0,
    city: 'New York',
    path: '/',
    waitedMs: 10,
    status: 200,
    failure: null,
    isBroken: false,
    region: 'us-east-1',
    role: 'primary',
    isFresh: true,
    ...change,
  };
}

/** New York belongs to us-east-1, all others to eu-west-1. */
export const REGIONS: Regions = {
  names: ['us-east-1', 'eu-west-1'],
  nearest: (city) => (city === 'New York' ? 'us-east-1' : 'eu-west-1'),
  home: (city) => (city === 'New York' ? 'us-east-1' : 'eu-west-1'),
};

/** us-east-1 breaks at 1 s and is repaired at 3 s. */
export function run(change: Partial<PhaseRun> = {}): PhaseRun {
  return {
    phase: { name: 'refuses', title: 'It refuses', broken: 'first', fault: { kind: 'refuse' }, isRepaired: true },
    broken: ['us-east-1'],
    start: 0,
    fault: 1000,
    repair: 3000,
    end: 4000,
    ...change,
  };
}
