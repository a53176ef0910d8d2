/** Whatever a viewer sends within CloudFront's quotas gets a verdict, and soon. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCloudFrontBase64 } from '../../../shared/access/cloudfront-base64.ts';
import { hasRepeatedNames } from '../../../shared/access/json-names.ts';
import { customStatement } from '../../../shared/access/policy-statement.ts';
import { type SignedVisit, signedVerdict, type VerifySignature } from '../../../shared/access/signed-verdict.ts';
import { readSourceIp } from '../../../shared/access/source-ip.ts';
import { matchesWildcard } from '../../../shared/access/wildcard.ts';
import { signCanned } from '../../../signing/signed-requests.ts';
import { asQuery, RSA, verify, visitOf, type Wire, wireOf } from '../../support/signed-requests.ts';
import { NOON } from '../../support/tokens.ts';

/** Bytes, of a URL and of all headers. DG: cloudfront-limits. */
const URL_BYTES = 8192;
const HEADER_BYTES = 32_768;

/** As if the signer had signed what a viewer made: then policies are read and compared too. */
const anySignature: VerifySignature = () => true;

const REASONS = [
  'expired',
  'not-yet-valid',
  'resource',
  'excluded',
  'source-ip',
  'no-credential',
  'no-signature',
  'no-policy',
  'repeated-parameter',
  'hash-algorithm',
  'unknown-key',
  'signature-encoding',
  'policy-encoding',
  'policy-statement',
  'unverifiable',
  'signature',
];

const encoded = (text: string): string => encodeCloudFrontBase64(Buffer.from(text));

describe('any input', () => {
  const jsonValue = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(NOON + 1, Number.MAX_VALUE, -1, '1', '203.0.113.0/24', 'https://*', '*', `${'*a'.repeat(50)}?`),
  );
  const named = (...names: string[]) =>
    fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 4 })), jsonValue, { maxKeys: 3 });
  const statement = fc.record(
    {
      Resource: jsonValue,
      Condition: fc.oneof(
        jsonValue,
        fc.record(
          {
            DateLessThan: fc.oneof(named('AWS:EpochTime'), fc.constant({ 'AWS:EpochTime': NOON + 1 })),
            DateGreaterThan: named('AWS:EpochTime'),
            IpAddress: named('AWS:SourceIp'),
          },
          { requiredKeys: ['DateLessThan'] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  const policy = fc.oneof(
    fc.array(statement, { maxLength: 2 }).map((list) => JSON.stringify({ Statement: list })),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );
  const value = fc.oneof(
    policy.map(encoded),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => encodeCloudFrontBase64(Buffer.from(bytes))),
    fc.constantFrom(RSA.id, 'SHA1', 'SHA256', '', '__proto__', `${NOON + 1}`, '9'.repeat(400), '1e400'),
  );
  const name = fc.oneof(
    fc.constantFrom('Policy', 'Expires', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const pairs = (prefix: string) =>
    fc.array(fc.tuple(name, value), { maxLength: 8 }).map((list) => list.map(([n, v]) => `${prefix}${n}=${v}`));
  const whole = fc.tuple(policy, fc.string({ maxLength: 4 })).map(([text, own]) => {
    return `Policy=${encoded(text)}&Signature=${encoded('x')}&Key-Pair-Id=${RSA.id}${own}`;
  });

  /** Now and then as long as a URL may be. */
  const text = fc.oneof(
    { weight: 20, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: URL_BYTES, size: 'max' }) },
  );

  const wire: fc.Arbitrary<Wire> = fc
    .record({
      scheme: fc.oneof(fc.constantFrom('https', 'http'), fc.string()),
      host: fc.oneof(fc.constant('www.example.com'), text),
      path: text.map((rest) => `/${rest}`),
      query: fc.option(
        fc.oneof(
          whole,
          pairs('').map((list) => list.join('&')),
          text,
        ),
        { nil: undefined },
      ),
      cookie: fc.oneof(
        pairs('CloudFront-').map((list) => list.join('; ')),
        text,
      ),
      ip: fc.oneof(fc.constantFrom('203.0.113.7', '2001:db8::1', ''), text),
      now: fc.oneof(fc.constant(NOON), fc.double({ noNaN: true })),
    })
    .map((parts) => ({ ...parts, path: parts.path.slice(0, URL_BYTES), cookie: parts.cookie.slice(0, HEADER_BYTES) }));

  test.each([
    ['', verify],
    ['even when any signature is good', anySignature],
  ])('gets a verdict %s', (_, verifier) => {
    fc.assert(
      fc.property(wire, (parts) => {
        const verdict = signedVerdict(visitOf(parts), verifier);
        if (!verdict.allow) expect(REASONS).toContain(verdict.reason);
        if (verifier === verify) expect(verdict.allow).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test.each<[what: string, read: (text: string) => unknown]>([
    ['a policy', customStatement],
    ['an address', readSourceIp],
    ['a pattern', (text) => matchesWildcard(text, text)],
  ])('%s of any text is read without a throw', (_, read) => {
    fc.assert(
      fc.property(fc.oneof(policy, fc.string({ unit: fc.constantFrom(...'0129.:/*?af"{}[]\\,') })), (text) => {
        read(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a verifier', () => {
  const signed = signCanned({ resource: 'https://www.example.com/', dateLessThan: NOON + 1 }, RSA.signer('SHA1'));
  const visit: SignedVisit = visitOf(wireOf(`https://www.example.com/?${asQuery(signed)}`));

  test.each<[what: string, verifier: VerifySignature, expected: string]>([
    ['that says yes', () => true, 'allowed'],
    ['that says no', () => false, 'signature'],
    ['that knows no such key', () => undefined, 'unknown-key'],
    ['that throws', () => fail(new Error('broken')), 'unverifiable'],
    ['that throws nothing', () => fail(undefined), 'unverifiable'],
    ['that promises', (() => Promise.resolve(true)) as never, 'signature'],
    ['that says something else', (() => 'true') as never, 'signature'],
  ])('%s: %s', (_, verifier, expected) => {
    const verdict = signedVerdict(visit, verifier);
    expect(verdict.allow ? 'allowed' : verdict.reason).toBe(expected);
  });

  function fail(error: unknown): never {
    throw error;
  }
});

describe('the worst input takes a few milliseconds', () => {
  const a = (count: number): string => 'a'.repeat(count);
  const resource = (pattern: string): string =>
    encoded(
      `{"Statement":[{"Resource":"https://h/${pattern}","Condition":{"DateLessThan":{"AWS:EpochTime":${NOON + 1}}}}]}`,
    );
  const signature = 'A'.repeat(344);
  const inCookies = (policy: string): string =>
    `CloudFront-Policy=${policy}; CloudFront-Signature=${signature}; CloudFront-Key-Pair-Id=${RSA.id}`;
  const long = `https://h/${a(8000)}`;

  const NAMES = Array.from({ length: 2500 }, (_, index) => `"${index}":1`).join(',');
  const DEEP = 11_000;

  test.each<[what: string, wire: Wire]>([
    ['many stars against one letter', wireOf(long, { cookie: inCookies(resource(`${'*a'.repeat(7000)}*b`)) })],
    [
      'a long part that nearly fits everywhere',
      wireOf(long, { cookie: inCookies(resource(`*${a(4000)}b${a(3000)}*`)) }),
    ],
    ['a long part with ? that nearly fits', wireOf(long, { cookie: inCookies(resource(`*${a(4000)}?b*\\?*`)) })],
    ['a part of many ?', wireOf(long, { cookie: inCookies(resource(`*${'a?'.repeat(2000)}b*\\?*`)) })],
    ['many parts with ?', wireOf(long, { cookie: inCookies(resource(`${'*a?'.repeat(2600)}*b\\?*`)) })],
    ['many names', wireOf(long, { cookie: inCookies(encoded(`{${NAMES}}`)) })],
    ['deep lists', wireOf(long, { cookie: inCookies(encoded('['.repeat(DEEP) + ']'.repeat(DEEP))) })],
    ['deep objects', wireOf(long, { cookie: inCookies(encoded(`${'{"a":'.repeat(4000)}1${'}'.repeat(4000)}`)) })],
    ['a huge number', wireOf(long, { cookie: inCookies(encoded(`[${'9'.repeat(24_000)}]`)) })],
    ['a huge fraction', wireOf(long, { cookie: inCookies(encoded(`[0.${'9'.repeat(24_000)}]`)) })],
    ['a text of escapes', wireOf(long, { cookie: inCookies(encoded(`{"${'\\\\'.repeat(12_000)}":1}`)) })],
    ['many & in the query string', wireOf(`https://h/?${'&'.repeat(8000)}`)],
    ['many signing parameters', wireOf(`https://h/?${'Expires=&'.repeat(900)}`)],
    ['many cookies', wireOf(long, { cookie: 'a;'.repeat(16_000) })],
    ['many signed cookies', wireOf(long, { cookie: 'CloudFront-Expires=1;'.repeat(1500) })],
    [
      'a huge signature',
      wireOf(long, {
        cookie: `CloudFront-Expires=1; CloudFront-Key-Pair-Id=${RSA.id}; CloudFront-Signature=${'A'.repeat(32_000)}`,
      }),
    ],
    [
      'a huge key id',
      wireOf(long, { cookie: `CloudFront-Expires=1; CloudFront-Key-Pair-Id=${a(32_000)}; CloudFront-Signature=A` }),
    ],
    ['a path of dots', wireOf(`https://h${'/%2e%2ea'.repeat(1000)}`, { cookie: inCookies(resource('*')) })],
    ['an address of colons', wireOf(long, { cookie: inCookies(resource('*')), ip: ':'.repeat(30_000) })],
  ])('%s', (_, wire) => {
    const visit = visitOf(wire);
    for (const verifier of [verify, anySignature])
      expect(medianMilliseconds(() => signedVerdict(visit, verifier))).toBeLessThan(30);
  });

  /** Beyond the quotas, so that a product of two lengths would take seconds. */
  test.each<[what: string, run: () => unknown]>([
    ['names', () => hasRepeatedNames(`{${Array.from({ length: 40_000 }, (_, index) => `"${index}":1`).join(',')}}`)],
  ])('%s: far beyond the quotas, too', (_, run) => {
    expect(medianMilliseconds(run)).toBeLessThan(300);
  });

  /** Of nine runs, so that a machine's hiccup does not count. */
  function medianMilliseconds(run: () => unknown): number {
    const times = Array.from({ length: 9 }, () => {
      const started = performance.now();
      run();
      return performance.now() - started;
    });
    return times.sort((first, second) => first - second)[4] ?? 0;
  }
});
