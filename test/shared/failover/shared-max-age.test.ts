/** The cap on what a failover brought, held against how long the emulator's cache keeps it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import { requireAgreement } from '../../../deploy/checks/settings-rules.ts';
import { cacheSeconds } from '../../../emulator/cache-time.ts';
import type { CachePolicy } from '../../../emulator/distribution.ts';
import type { HeaderLines } from '../../../emulator/headers.ts';
import type { Headers } from '../../../shared/events/lambda-edge.ts';
import { capSharedMaxAge } from '../../../shared/failover/shared-max-age.ts';
import { SETTINGS } from '../../support/settings.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const CAP = SETTINGS.failover.maxAgeSeconds;
const ERROR_TTL = 10;

const at = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();

type Fields = Readonly<Record<string, string>>;

interface Times {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
}

/** In seconds: without a failover, and after one. */
function kept(fields: Fields, times: Times, status = 200, cap = CAP) {
  const headers: Headers = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [{ value }]]));
  const seconds = () => {
    const lines: HeaderLines = Object.entries(headers).flatMap(([name, values]) =>
      values.map(({ value }) => [name, value] as [string, string]),
    );
    return cacheSeconds(status, lines, times as CachePolicy, NOW, ERROR_TTL);
  };
  const before = seconds();
  capSharedMaxAge(headers, String(status), cap, NOW);
  return { before, after: seconds(), headers };
}

/** As the check of the deployment takes them. */
const POLICIES: readonly Times[] = [
  { minTtl: 0, defaultTtl: 86_400, maxTtl: 31_536_000 },
  { minTtl: 0, defaultTtl: 60, maxTtl: 60 },
  { minTtl: 60, defaultTtl: 60, maxTtl: 60 },
  { minTtl: 60, defaultTtl: 86_400, maxTtl: 86_400 },
  { minTtl: 1, defaultTtl: 61, maxTtl: 3600 },
];

const date = { date: at(0) };
const ANSWERS: readonly Fields[] = [
  date,
  ...[
    'max-age=0',
    'max-age=59',
    'max-age=60',
    'max-age=61',
    'max-age=31536000',
    'max-age=99999999999999999999',
    'max-age=-1',
    'max-age=soon',
    'max-age',
    'max-age="61"',
    's-maxage="61',
    's-maxage="59, max-age=61',
    'max-age=61, s-maxage=5',
    'max-age=5, s-maxage=61',
    'max-age=61, s-maxage=soon',
    's-maxage=',
    's-maxage=0',
    's-maxage = 61',
    'S-MaxAge=61',
    's-maxage=61, s-maxage=5',
    's-maxage=5, s-maxage=61',
    'no-store',
    'no-store, max-age=61',
    'no-cache',
    'no-cache="set-cookie", max-age=61',
    'private, s-maxage=61',
    'public',
    'immutable, max-age=61',
    'must-revalidate',
    'x="no-store", max-age=61',
    'x="a, s-maxage=1", max-age=61',
    'stale-while-revalidate=600, max-age=61',
    ', ,',
  ].map((control) => ({ ...date, 'cache-control': control })),
  ...[-1, 0, 59, 60, 61, 86_400].flatMap((seconds) => [
    { ...date, expires: at(seconds) },
    { expires: at(seconds) },
    { ...date, expires: at(seconds), 'cache-control': 'max-age=61' },
    { ...date, expires: at(seconds), 'cache-control': 'max-age=soon' },
  ]),
  { ...date, expires: 'never' },
  { ...date, expires: '0' },
  { date: 'today', expires: at(61) },
];

describe.each(POLICIES)('with $minTtl, $defaultTtl, $maxTtl', (times) => {
  test.each(ANSWERS)('%o is kept no longer than without the failover, nor than the cap', (fields) => {
    for (const status of [200, 206, 301, 304]) {
      const { before, after } = kept(fields, times, status);
      expect(after).toBeLessThanOrEqual(before);
      expect(after).toBeLessThanOrEqual(Math.max(CAP, times.minTtl));
    }
    for (const status of [400, 403, 404, 410, 416, 501, 503]) {
      for (const cap of [CAP, ERROR_TTL - 1]) {
        const { before, after } = kept(fields, times, status, cap);
        // Of a time that cannot be read the function cannot know whether it counts as one.
        expect(after).toBeLessThanOrEqual(isReadable(fields) ? before : Math.max(before, ERROR_TTL));
        expect(after).toBeLessThanOrEqual(Math.max(cap, ERROR_TTL));
      }
    }
  });
});

function isReadable({ 'cache-control': control = '' }: Fields): boolean {
  return !/(?:s-maxage|max-age)(?:=(?:soon|-1|$)|$)/.test(control);
}

test('browsers keep the time that they had', () => {
  for (const fields of ANSWERS) {
    const { headers } = kept(fields, POLICIES[0] as Times);
    const control = headers['cache-control']?.[0]?.value ?? '';
    const own = /(?:^|, )(max-age[^,]*)/.exec(fields['cache-control'] ?? '')?.[1];
    if (own !== undefined) expect(control).toContain(own);
    expect(headers.expires?.[0]?.value).toBe(fields.expires);
  }
});

test('whatever Cache-Control says, it is kept no longer than without the failover, nor than the cap', () => {
  const word = fc.constantFrom(
    ...['max-age', 's-maxage', 'S-MAXAGE', 'no-store', 'no-cache', 'private', 'public', 'x', 'Max-Age'],
  );
  const value = fc.oneof(
    fc.nat(200).map(String),
    fc.constantFrom('', 'soon', '-1', '"61"', '60.9', '1e9', '0x61', '\\', ';'),
    // A comma between quotes is the emulator's to read.
    fc.string({ maxLength: 6, unit: 'grapheme-ascii' }).filter((text) => !text.includes('"')),
  );
  const directive = fc.tuple(word, fc.constantFrom('=', ' = ', '', '=='), value).map((parts) => parts.join(''));
  const control = fc
    .array(directive, { maxLength: 5 })
    .chain((directives) => fc.constantFrom(',', ', ', ' , ', ',,').map((comma) => directives.join(comma)));
  fc.assert(
    fc.property(control, fc.constantFrom(...POLICIES), fc.constantFrom(200, 404), (text, times, status) => {
      const { before, after } = kept({ ...date, 'cache-control': text }, times, status);
      expect(after).toBeLessThanOrEqual(before);
      expect(after).toBeLessThanOrEqual(Math.max(CAP, times.minTtl, status === 404 ? ERROR_TTL : 0));
    }),
    { numRuns: 2000 },
  );
});

describe('times that the function cannot know', () => {
  test.each<{ times: Times; longer: boolean }>([
    { times: { minTtl: 0, defaultTtl: CAP, maxTtl: 86_400 }, longer: false },
    { times: { minTtl: 0, defaultTtl: CAP - 1, maxTtl: 86_400 }, longer: true },
    { times: { minTtl: CAP, defaultTtl: 86_400, maxTtl: 86_400 }, longer: false },
    { times: { minTtl: CAP + 1, defaultTtl: 86_400, maxTtl: 86_400 }, longer: true },
  ])('$times, too long: $longer, which packaging refuses', ({ times, longer }) => {
    const { before, after } = kept(date, times);
    expect(after > before || after > CAP).toBe(longer);
    const check = () => requireAgreement(templateWith(times), parseConfig({ ...SETTINGS, protected: [] }));
    if (longer) expect(check).toThrow('failover.maxAgeSeconds: expected a time from MinTTL');
    else expect(check).not.toThrow();
  });
});

function templateWith({ minTtl, defaultTtl }: Times) {
  const CachePolicyConfig = { MinTTL: minTtl, DefaultTTL: defaultTtl };
  const DistributionConfig = {
    Origins: SETTINGS.regions.map(({ originId }) => ({ Id: originId })),
    OriginGroups: { Items: [{ Id: 'regional' }] },
    DefaultCacheBehavior: { TargetOriginId: 'regional', CachePolicyId: { Ref: 'CachePolicy' } },
  };
  return {
    Resources: {
      CachePolicy: { Type: 'AWS::CloudFront::CachePolicy', Properties: { CachePolicyConfig } },
      Distribution: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } },
    },
  };
}
