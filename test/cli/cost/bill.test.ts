/** Bills that were reckoned by hand. */
import { describe, expect, test } from 'vitest';
import { ASSUMED } from '../../../cli/cost/assumed.ts';
import { type Bill, billOf } from '../../../cli/cost/bill.ts';
import { charged, PRICES, type PriceName } from '../../../cli/cost/prices.ts';
import { type Assumptions, type Kind, monthOf } from '../../../cli/cost/usage.ts';

const DEFAULTS = Object.fromEntries(ASSUMED.map(({ name, value }) => [name, value])) as unknown as Assumptions;

describe('a quantity beside what is free of it', () => {
  test.each<{ name: PriceName; quantity: number; withFree: number; without: number }>([
    { name: 'functionInvocation', quantity: 2_000_000, withFree: 0, without: 0.2 },
    { name: 'functionInvocation', quantity: 3_000_000, withFree: 0.1, without: 0.3 },
    { name: 'storeRead', quantity: 2_000_000, withFree: 0, without: 0.06 },
    { name: 'storeRead', quantity: 3_000_000, withFree: 0.03, without: 0.09 },
    { name: 'httpsRequest', quantity: 10_000_000, withFree: 0, without: 10 },
    { name: 'httpsRequest', quantity: 10_010_000, withFree: 0.01, without: 10.01 },
    { name: 'lambdaInvocation', quantity: 1_000_000, withFree: 0, without: 0.2 },
    { name: 'lambdaInvocation', quantity: 2_000_000, withFree: 0.2, without: 0.4 },
    { name: 'lambdaGbSecond', quantity: 400_000, withFree: 0, without: 6.66668 },
    { name: 'lambdaGbSecond', quantity: 460_000, withFree: 1.000002, without: 7.666682 },
    { name: 'transferGb', quantity: 1024, withFree: 0, without: 87.04 },
    { name: 'transferGb', quantity: 1025, withFree: 0.085, without: 87.125 },
    // The first step of the price ends at 10 TB.
    { name: 'transferGb', quantity: 10_240, withFree: 783.36, without: 870.4 },
    { name: 'transferGb', quantity: 10_241, withFree: 783.44, without: 870.48 },
    // Nothing of it is free.
    { name: 'edgeInvocation', quantity: 1_000_000, withFree: 0.6, without: 0.6 },
    { name: 'storeApiRequest', quantity: 1000, withFree: 1, without: 1 },
    { name: 's3Get', quantity: 0, withFree: 0, without: 0 },
  ])('$quantity of $name: $withFree or $without', ({ name, quantity, withFree, without }) => {
    expect(charged(name, quantity, true)).toBeCloseTo(withFree, 9);
    expect(charged(name, quantity, false)).toBeCloseTo(without, 9);
  });
});

const NONE = { ...DEFAULTS, healthEvery: 0, replicatedGb: 0, replicatedObjects: 0 };

describe('a month', () => {
  test.each<{ what: string; kind?: Kind; requests?: number; assumed?: Partial<Assumptions>; bill: Partial<Bill> }>([
    {
      // 980,000 through the function, 1,160,000 reads, 20,000 members of 5 ms at 128 MB.
      what: 'of a million requests',
      bill: { viewerRequest: 0.098 + 0.0348 + 0.012 + 12.5 * 0.00005001, originResponse: 0.06 + 25 * 0.00005001 },
    },
    { what: 'at CloudFront and S3', bill: { requests: 1, buckets: 0.04, health: 0 } },
    {
      what: 'with Lambda@Edge alone',
      kind: 'lambda-edge',
      bill: { viewerRequest: 0.6 + 625 * 0.00005001, originResponse: 0.06 + 25 * 0.00005001, requests: 1 },
    },
    { what: 'of hits alone', assumed: { hitRatio: 1 }, bill: { originResponse: 0, buckets: 0 } },
    {
      what: 'of misses alone',
      assumed: { hitRatio: 0 },
      bill: { originResponse: 0.6 + 250 * 0.00005001, buckets: 0.4 },
    },
    {
      what: 'of members alone',
      assumed: { protected: 1, members: 1 },
      bill: { viewerRequest: 0.6 + 625 * 0.00005001 },
    },
    { what: 'of the public alone', assumed: { protected: 0 }, bill: { viewerRequest: 0.1 + 0.03 } },
    {
      // 43,800 rounds of 21 s at 128 MB, with 10 probes each.
      what: 'with a prober',
      assumed: { healthEvery: 60 },
      bill: { health: 43.8 + 0.00876 + 114_975 * 0.0000166667 + 0.1752 },
    },
    {
      what: 'with Lambda@Edge alone, which has no prober',
      kind: 'lambda-edge',
      assumed: { healthEvery: 60 },
      bill: { health: 0 },
    },
    {
      what: 'in which two of three regions get copies',
      assumed: { regions: 3, replicatedGb: 10, replicatedObjects: 1000 },
      bill: { buckets: 0.04 + 0.4 + 0.01 },
    },
    { what: 'of 2^20 responses of a kilobyte', requests: 2 ** 20, assumed: { bytes: 1024 }, bill: { transfer: 0.085 } },
  ])('$what', ({ kind = 'edgekeeper', requests = 1_000_000, assumed, bill }) => {
    const reckoned = billOf(requests, kind, { ...NONE, ...assumed }, false);
    for (const [part, usd] of Object.entries(bill))
      expect([part, reckoned[part as keyof Bill]]).toEqual([part, expect.closeTo(usd, 9)]);
  });

  test('has a total of all but the transfer to viewers', () => {
    const { total, transfer, ...parts } = billOf(1_000_000, 'edgekeeper', DEFAULTS, false);
    expect(total).toBeCloseTo(
      Object.values(parts).reduce((sum, usd) => sum + usd),
      9,
    );
    expect(transfer).toBeGreaterThan(0);
  });

  test.each([
    { requests: 2_000_000, viewerRequest: 0 },
    { requests: 2_000_001, viewerRequest: 0.0000001 },
  ])(
    'of $requests public requests that read nothing, above the free tier: $viewerRequest',
    ({ requests, viewerRequest }) => {
      const assumed = { ...NONE, protected: 0, storeReads: 0 };
      expect(billOf(requests, 'edgekeeper', assumed, true).viewerRequest).toBeCloseTo(viewerRequest, 10);
    },
  );
});

test('every price names its page', () => {
  for (const { source, date } of Object.values(PRICES)) {
    expect(source).toMatch(/^https:\/\/(?:aws|docs\.aws)\.amazon\.com\//);
    expect(date).toMatch(/^(?:\d{4}-\d{2}(?:-\d{2})?|undated)$/);
  }
});

test('no two parts have a price in common of which some is free', () => {
  const parts = Object.values(monthOf(1_000_000, 'edgekeeper', DEFAULTS)).flatMap((usage) => Object.keys(usage));
  const shared = parts.filter((name, index) => parts.indexOf(name) < index);
  expect(shared.filter((name) => PRICES[name as PriceName].free !== undefined)).toEqual([]);
});
