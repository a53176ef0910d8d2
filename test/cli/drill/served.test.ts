import { expect, test } from 'vitest';
import type { PhaseResult } from '../../../cli/drill/result.ts';
import { secondsOf } from '../../../cli/drill/seconds.ts';
import { isDuringFault, servedBy } from '../../../cli/drill/served.ts';
import { sample } from '../../support/samples.ts';

test('who was served from where is told by what was fetched', () => {
  const samples = [
    sample({ city: 'Paris', region: 'eu-west-1' }),
    sample({ city: 'Paris', region: 'us-east-1' }),
    sample({ city: 'Paris', region: 'us-east-1', isFresh: false }),
    sample({ city: 'Paris', region: 'us-east-1', status: 503 }),
    sample({ city: 'Lagos' }),
    sample({ city: null }),
    sample({ city: 'Tokyo', region: null }),
  ];
  expect(servedBy(samples)).toEqual([
    { city: 'Lagos', region: 'us-east-1', share: 1 },
    { city: 'Paris', region: 'eu-west-1', share: 0.5 },
    { city: 'Paris', region: 'us-east-1', share: 0.5 },
  ]);
  expect(servedBy([])).toEqual([]);
});

test.each([
  { due: 999, isDuring: false },
  { due: 1000, isDuring: true },
  { due: 2999, isDuring: true },
  { due: 3000, isDuring: false },
])('a request that is due at $due ms is during the fault from 1 to 3 s: $isDuring', ({ due, isDuring }) => {
  const phase = { start: 0, fault: 1, repair: 3, end: 4 } as PhaseResult;
  expect(isDuringFault(sample({ due }), [phase])).toBe(isDuring);
});

test('a fault that is not repaired lasts to the end of its phase, and no fault never', () => {
  const phase = { start: 0, fault: 1, repair: null, end: 4 } as PhaseResult;
  expect(isDuringFault(sample({ due: 3999 }), [phase])).toBe(true);
  expect(isDuringFault(sample({ due: 4000 }), [phase])).toBe(false);
  expect(isDuringFault(sample({ due: 2000 }), [{ ...phase, fault: null }])).toBe(false);
});

test('a timeline has the seconds in which something was due, in their order', () => {
  const samples = [
    sample({ due: 2000, status: null, waitedMs: 1000 }),
    sample({ due: 999, waitedMs: 30 }),
    sample({ due: 0, waitedMs: 10 }),
    sample({ due: 1, status: 503, waitedMs: 20 }),
  ];
  expect(secondsOf(samples)).toEqual([
    { at: 0.5, availability: 2 / 3, p50: 20, p95: 30, max: 30 },
    { at: 2.5, availability: 0, p50: null, p95: null, max: null },
  ]);
  expect(secondsOf([])).toEqual([]);
});
