import { describe, expect, test } from 'vitest';
import { type Figures, figuresOf } from '../../../cli/drill/measurements.ts';
import { percentilesOf } from '../../../cli/drill/percentiles.ts';
import type { Sample } from '../../../cli/drill/sample.ts';
import { REGIONS, run, sample } from '../../support/samples.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

describe('percentiles are nearest ranks', () => {
  test.each([
    { values: [], expected: null },
    { values: [7], expected: { p50: 7, p95: 7, p99: 7, max: 7 } },
    { values: [9, 7], expected: { p50: 7, p95: 9, p99: 9, max: 9 } },
    { values: [3, 1, 2], expected: { p50: 2, p95: 3, p99: 3, max: 3 } },
    { values: upTo(20), expected: { p50: 10, p95: 19, p99: 20, max: 20 } },
    { values: upTo(21), expected: { p50: 11, p95: 20, p99: 21, max: 21 } },
    { values: upTo(100), expected: { p50: 50, p95: 95, p99: 99, max: 100 } },
    { values: upTo(101), expected: { p50: 51, p95: 96, p99: 100, max: 101 } },
  ])('of $values.length values', ({ values, expected }) => {
    expect(percentilesOf(values)).toEqual(expected);
  });
});

const NONE = { status: null, failure: 'ECONNRESET', region: null, role: null, isFresh: false } as const;
const FAILOVER = { region: 'eu-west-1', role: 'secondary' } as const;
const HIT = { isFresh: false } as const;

describe('of the samples of a phase', () => {
  test.each<{ name: string; samples: Partial<Sample>[]; expected: Partial<Figures> }>([
    {
      name: 'none',
      samples: [],
      expected: {
        requests: 0,
        availability: null,
        firstByteMs: null,
        fetchedMs: null,
        elsewhere: null,
        longestFailoverMs: null,
        badSeconds: 0,
        recoverySeconds: null,
        servedBy: {},
      },
    },
    {
      name: 'a good answer',
      samples: [{}],
      expected: { requests: 1, availability: 1, failures: 0, elsewhere: 0, failovers: 0, servedBy: { 'us-east-1': 1 } },
    },
    { name: 'status 399', samples: [{ status: 399 }], expected: { availability: 1 } },
    { name: 'status 400', samples: [{ status: 400 }], expected: { availability: 0, failures: 1 } },
    { name: '404 of what exists', samples: [{ status: 404 }, {}], expected: { availability: 0.5 } },
    { name: 'no answer', samples: [NONE, {}, {}, {}], expected: { availability: 0.75, failures: 1 } },
    {
      name: 'one that broke off',
      samples: [{ isBroken: true }, {}],
      expected: { availability: 1, failures: 0, brokenOff: 1 },
    },
    {
      name: 'an error that broke off counts once',
      samples: [{ isBroken: true, status: 503 }],
      expected: { availability: 0, brokenOff: 0 },
    },
    {
      name: 'time to first byte of answers alone',
      samples: [{ waitedMs: 5 }, { ...NONE, waitedMs: 900 }],
      expected: { firstByteMs: { p50: 5, p95: 5, p99: 5, max: 5 } },
    },
    {
      name: 'of what was fetched, hits left out',
      samples: [{ waitedMs: 5 }, { ...HIT, waitedMs: 1 }],
      expected: { fetchedMs: { p50: 5, p95: 5, p99: 5, max: 5 }, firstByteMs: { p50: 1, p95: 5, p99: 5, max: 5 } },
    },
    {
      name: 'failovers, and the longest',
      samples: [
        { ...FAILOVER, waitedMs: 20 },
        { ...FAILOVER, waitedMs: 30 },
        { ...FAILOVER, ...HIT, waitedMs: 40 },
        { ...FAILOVER, status: 503, waitedMs: 50 },
      ],
      expected: { failovers: 2, longestFailoverMs: 30, elsewhere: 1 },
    },
    {
      name: 'viewers elsewhere, hits left out',
      samples: [{}, { region: 'eu-west-1' }, { ...HIT, region: 'eu-west-1' }, { city: 'Paris', region: 'eu-west-1' }],
      expected: { elsewhere: 1 / 3, servedBy: { 'us-east-1': 1, 'eu-west-1': 3 } },
    },
    {
      name: 'those who are affected: of the broken region, while it was broken',
      samples: [
        { due: 999, waitedMs: 1 },
        { due: 1000, waitedMs: 2 },
        { due: 2999, waitedMs: 3, ...FAILOVER },
        { due: 3000, waitedMs: 4 },
        { due: 2000, waitedMs: 5, city: 'Paris', region: 'eu-west-1' },
        { due: 2000, waitedMs: 6, ...HIT },
      ],
      expected: { affectedMs: { p50: 2, p95: 3, p99: 3, max: 3 } },
    },
    { name: 'of nowhere nobody is elsewhere', samples: [{ city: null }], expected: { elsewhere: null } },
  ])('$name', ({ samples, expected }) => {
    expect(figuresOf(run(), samples.map(sample), REGIONS)).toMatchObject(expected);
  });
});

describe('from the fault to the last bad answer', () => {
  test.each<{ name: string; samples: Partial<Sample>[]; seconds: number }>([
    { name: 'none was bad', samples: [{ due: 1500 }], seconds: 0 },
    { name: 'bad before it', samples: [{ due: 500, status: 503 }], seconds: 0 },
    { name: 'known after it, though due before', samples: [{ due: 500, waitedMs: 750, status: 503 }], seconds: 0.25 },
    {
      name: 'the last to be known, not the last due',
      samples: [
        { due: 1000, waitedMs: 2000, status: 503 },
        { due: 1500, waitedMs: 10, status: 503 },
      ],
      seconds: 2,
    },
  ])('$name', ({ samples, seconds }) => {
    expect(figuresOf(run(), samples.map(sample), REGIONS).badSeconds).toBe(seconds);
  });

  test('there is none without a fault', () => {
    expect(figuresOf(run({ fault: null }), [sample({ status: 503 })], REGIONS).badSeconds).toBeNull();
  });
});

describe('from the repair until all is as before', () => {
  test.each<{ name: string; samples: Partial<Sample>[]; seconds: number | null }>([
    { name: 'the first answer of the region', samples: [{ due: 3000, waitedMs: 500 }], seconds: 0.5 },
    { name: 'what was due before it says nothing', samples: [{ due: 2999 }], seconds: null },
    { name: 'a hit says nothing', samples: [{ due: 3000, ...HIT }], seconds: null },
    {
      name: 'viewers of the other region say nothing',
      samples: [{ due: 3000, city: 'Paris', region: 'eu-west-1' }],
      seconds: null,
    },
    {
      name: 'after the last failover',
      samples: [{ due: 3000 }, { due: 3200, ...FAILOVER }, { due: 3400, waitedMs: 100 }],
      seconds: 0.5,
    },
    {
      name: 'after the last bad answer',
      samples: [{ due: 3000 }, { due: 3200, status: 503, isFresh: false }, { due: 3900, waitedMs: 100 }],
      seconds: 1,
    },
    {
      name: 'after its viewers were last elsewhere',
      samples: [{ due: 3000 }, { due: 3200, region: 'eu-west-1' }, { due: 3300, waitedMs: 200 }],
      seconds: 0.5,
    },
    {
      name: 'never, when the last was a failover',
      samples: [{ due: 3000 }, { due: 3200, ...FAILOVER }],
      seconds: null,
    },
  ])('$name', ({ samples, seconds }) => {
    expect(figuresOf(run(), samples.map(sample), REGIONS).recoverySeconds).toBe(seconds);
  });

  test('there is none without a repair', () => {
    expect(figuresOf(run({ repair: null }), [sample({ due: 3000 })], REGIONS).recoverySeconds).toBeNull();
  });
});
