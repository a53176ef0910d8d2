import { describe, expect, test } from 'vitest';
import type { PhaseRun } from '../../../cli/drill/measurements.ts';
import { metBy, resultOf } from '../../../cli/drill/result.ts';
import type { Sample } from '../../../cli/drill/sample.ts';
import { REGIONS, run, sample } from '../../support/samples.ts';

const named = (name: string, times: Partial<PhaseRun>): PhaseRun => run({ phase: { ...run().phase, name }, ...times });

/** Broken from 1 to 3 s, then from 4.1 s on. */
const RUNS = [named('first', {}), named('second', { start: 4000, fault: 4100, repair: null, end: 8000 })];

describe('a sample counts in', () => {
  test.each<{ name: string; change: Partial<Sample>; phase: string | undefined }>([
    { name: 'its own phase', change: { phase: 'second', due: 4000 }, phase: 'second' },
    { name: 'no phase that did not come to its end', change: { phase: 'third' }, phase: undefined },
    { name: 'its own, answered before the next fault', change: { due: 3000, waitedMs: 1099 }, phase: 'first' },
    { name: 'the next, waiting at its fault', change: { due: 3000, waitedMs: 1100 }, phase: 'second' },
    { name: 'its own, due before the repair', change: { due: 2999, waitedMs: 5000 }, phase: 'first' },
    { name: 'the last', change: { phase: 'second', due: 7999, waitedMs: 5000 }, phase: 'second' },
  ])('$name', ({ change, phase }) => {
    expect(metBy(sample({ phase: 'first', ...change }), RUNS)?.phase.name).toBe(phase);
  });

  test('its own where nothing is broken next', () => {
    const quiet = [named('first', { fault: null, repair: null }), named('second', { start: 4000, fault: null })];
    expect(metBy(sample({ phase: 'first', due: 3999, waitedMs: 500 }), quiet)?.phase.name).toBe('first');
    expect(
      metBy(sample({ phase: 'first', due: 3999, waitedMs: 500 }), [quiet[0] ?? run(), ...RUNS.slice(1)])?.phase.name,
    ).toBe('second');
  });
});

test('a result has seconds, what was missed, and samples in the order in which they were due', () => {
  const about = {
    began: '2026-11-22T12:00:00.000Z',
    url: null,
    seed: 'a',
    rate: 1,
    originSettings: 'own',
    isInterrupted: false,
    objectives: { availability: 1, failoverSeconds: 3, recoverySeconds: 30 },
    report: 'drill.html',
  } as const;
  const samples = [sample({ due: 3500 }), sample({ due: 3100, status: 503 })];
  const result = resultOf(about, [run()], samples, REGIONS);
  expect(result).toMatchObject({
    ...about,
    phases: [{ name: 'refuses', start: 0, fault: 1, repair: 3, end: 4, requests: 2, recoverySeconds: 0.51 }],
    missed: [{ phase: 'refuses', objective: 'availability', text: '1 of 2 requests failed, not 0 % at most' }],
  });
});
