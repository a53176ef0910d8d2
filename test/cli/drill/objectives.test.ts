import { describe, expect, test } from 'vitest';
import { type Figures, figuresOf, type PhaseRun } from '../../../cli/drill/measurements.ts';
import { missedObjectives } from '../../../cli/drill/objectives.ts';
import type { Phase } from '../../../cli/drill/phases.ts';
import { REGIONS, run, sample } from '../../support/samples.ts';

const OBJECTIVES = { availability: 0.99, failoverSeconds: 3, recoverySeconds: 30 };

/** Nothing is missed. */
const GOOD: Figures = { ...figuresOf(run(), [sample({ due: 3000 })], REGIONS), requests: 1000 };

const missed = (change: Partial<Figures>, phase: Partial<Phase> = {}, times: Partial<PhaseRun> = {}) =>
  missedObjectives(
    [{ run: run({ phase: { ...run().phase, ...phase }, ...times }), figures: { ...GOOD, ...change } }],
    OBJECTIVES,
  );

describe('an objective is missed', () => {
  test.each<{ name: string; kept: Partial<Figures>; over: Partial<Figures>; objective: string; text: string }>([
    {
      name: 'availability',
      kept: { availability: 0.99, failures: 10 },
      over: { availability: 0.989, failures: 11 },
      objective: 'availability',
      text: '11 of 1000 requests failed, not 1 % at most',
    },
    {
      name: 'bad answers after the fault',
      kept: { badSeconds: 3 },
      over: { badSeconds: 3.1 },
      objective: 'failoverSeconds',
      text: 'answers were bad for 3.1 s after the fault, not 3 s at most',
    },
    {
      name: 'a slow failover',
      kept: { longestFailoverMs: 3000 },
      over: { longestFailoverMs: 3100 },
      objective: 'failoverSeconds',
      text: 'failovers took up to 3.1 s, not 3 s at most',
    },
    {
      name: 'a long way back',
      kept: { recoverySeconds: 30 },
      over: { recoverySeconds: 30.5 },
      objective: 'recoverySeconds',
      text: 'the way back took 30.5 s, not 30 s at most',
    },
    {
      name: 'no way back',
      kept: {},
      over: { recoverySeconds: null },
      objective: 'recoverySeconds',
      text: 'the way back was not seen, not within 30 s',
    },
  ])('by $name', ({ kept, over, objective, text }) => {
    expect(missed(kept)).toEqual([]);
    expect(missed(over)).toEqual([{ phase: 'refuses', objective, text }]);
  });
});

describe('nothing is asked', () => {
  test.each<{ name: string; figures: Partial<Figures>; phase?: Partial<Phase>; times?: Partial<PhaseRun> }>([
    { name: 'of a phase without requests', figures: { availability: null } },
    { name: 'while all regions are broken', figures: { availability: 0, badSeconds: 60 }, phase: { broken: 'all' } },
    { name: 'of errors that are cached', figures: { availability: 0 }, phase: { broken: 'none', asksAgain: true } },
    {
      name: 'of the response timeout',
      figures: { longestFailoverMs: 5000 },
      phase: { waitsForResponse: true },
    },
    { name: 'of the way back without a repair', figures: { recoverySeconds: null }, times: { repair: null } },
  ])('$name', ({ figures, phase = {}, times = {} }) => {
    expect(missed(figures, phase, times)).toEqual([]);
  });

  test('but that answers do not stay bad, where the response timeout is waited for', () => {
    expect(missed({ badSeconds: 3.1, longestFailoverMs: 5000 }, { waitsForResponse: true })).toMatchObject([
      { objective: 'failoverSeconds' },
    ]);
  });
});
