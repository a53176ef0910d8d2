/** Our signatures and our verdicts beside the AWS SDK's signer. What is expected follows from what was generated alone. */
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HashAlgorithm } from '../../shared/access/signed-verdict.ts';
import {
  type Grant,
  type SigningParameters,
  signCanned,
  signCustom,
  signedUrl,
} from '../../signing/signed-requests.ts';
import { asCookies, asQuery, EC, RSA, type TestKey, verdictOn, type Wire, wireOf } from '../support/signed-requests.ts';
import { NOON } from '../support/tokens.ts';

const HOSTS = ['d111111abcdef8.cloudfront.net', 'www.example.com', 'localhost:8080'];

/** Encoded as a browser would: the SDK encodes a URL again before it signs, but not one for cookies. */
const word = fc.string({ unit: fc.constantFrom(...'aZ0-_~.+ ,:@&=%é€/'), maxLength: 8 }).map(encodeURIComponent);
const segment = word.map((text) => `a${text}`);
const ownQuery = fc.array(fc.tuple(segment, word), { maxLength: 3 });

const url = fc
  .record({
    scheme: fc.constantFrom('https', 'http'),
    host: fc.constantFrom(...HOSTS),
    segments: fc.array(segment, { maxLength: 4 }),
    query: ownQuery,
  })
  .map(({ scheme, host, segments, query }) => {
    const pairs = query.map(([name, value]) => `${name}=${value}`).join('&');
    return `${scheme}://${host}/${segments.join('/')}${pairs === '' ? '' : `?${pairs}`}`;
  });

/** Mostly on one side of noon, and else close to it. */
const later = fc
  .oneof(fc.integer({ min: 2, max: 90 }), fc.integer({ min: -2, max: 2 }))
  .map((seconds) => NOON + seconds);
const earlier = later.map((time) => 2 * NOON - time);
const byte = fc.nat(255);
const address = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
const range = fc.record({ base: address, bits: fc.nat(32) });

const given = fc.record({
  url,
  key: fc.constantFrom(RSA, EC),
  hashAlgorithm: fc.constantFrom<HashAlgorithm>('SHA1', 'SHA256'),
  carrier: fc.constantFrom('url', 'cookies'),
  end: later,
  after: fc.option(earlier, { nil: undefined, freq: 2 }),
  range: fc.option(range, { nil: undefined, freq: 2 }),
  /** Of the viewer's address, the first bits are the range's. */
  viewer: fc.record({ own: address, sharedBits: fc.oneof(fc.nat(32), fc.constant(32)) }),
  now: fc.integer({ min: -2, max: 2 }).map((seconds) => NOON + seconds),
  change: fc.constantFrom<Change>('nothing', 'nothing', 'nothing', 'nothing', 'scheme', 'host', 'path', 'query'),
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

type Change = 'nothing' | 'scheme' | 'host' | 'path' | 'query';

const CHANGES: Readonly<Record<Change, (wire: Wire) => Wire>> = {
  nothing: (wire) => wire,
  scheme: (wire) => ({ ...wire, scheme: wire.scheme === 'http' ? 'https' : 'http' }),
  host: (wire) => ({ ...wire, host: `other.${wire.host}` }),
  path: (wire) => ({ ...wire, path: `${wire.path}x` }),
  query: (wire) => ({ ...wire, query: wire.query === undefined ? 'more=1' : `${wire.query}&more=1` }),
};

const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const firstBits = (ip: string, bits: number): number => Math.floor(number(ip) / 2 ** (32 - bits));

function viewerIp({ range: allowed, viewer }: Given): string {
  const rest = 2 ** (32 - viewer.sharedBits);
  const shared = firstBits(allowed?.base ?? viewer.own, viewer.sharedBits) * rest + (number(viewer.own) % rest);
  return [24, 16, 8, 0].map((shift) => Math.floor(shared / 2 ** shift) % 256).join('.');
}

/**
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 * "DateGreaterThan": no access "on or before the specified date and time"; `DateLessThan` is exclusive in its name.
 */
function isAllowed(row: Given): boolean {
  const { end, after, range: allowed, now, change } = row;
  const isInTime = now < end && (after === undefined || now > after);
  const isInRange =
    allowed === undefined || firstBits(viewerIp(row), allowed.bits) === firstBits(allowed.base, allowed.bits);
  return change === 'nothing' && isInTime && isInRange;
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** What the SDK makes of it: the signing parameters by name, and the request. */
function signedBySdk(row: Given): { parameters: Map<string, string>; wire: Wire } {
  const { key, hashAlgorithm, carrier, end, after, range: allowed } = row;
  const options = {
    url: row.url,
    keyPairId: key.id,
    privateKey: key.privatePem,
    algorithm: hashAlgorithm,
    dateLessThan: iso(end),
    ...(after !== undefined && { dateGreaterThan: iso(after) }),
    ...(allowed !== undefined && { ipAddress: `${allowed.base}/${allowed.bits}` }),
  };
  const more = { ip: viewerIp(row), now: row.now };
  if (carrier === 'cookies') {
    const entries = Object.entries(getSignedCookies(options)).map(([name, value]) => [name, String(value)] as const);
    const cookie = `theme=dark; ${entries.map((entry) => entry.join('=')).join('; ')}`;
    return {
      parameters: new Map(entries.map(([name, value]) => [name.replace('CloudFront-', ''), value])),
      wire: wireOf(row.url, { ...more, cookie }),
    };
  }
  const signed = getSignedUrl(options);
  expect(signed.startsWith(row.url)).toBe(true);
  const pairs = signed.slice(row.url.length + 1).split('&');
  return {
    parameters: new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
    wire: wireOf(signed, more),
  };
}

function signedByUs({ url: resource, end, after, range: allowed, key, hashAlgorithm }: Given): SigningParameters {
  const grant: Grant = {
    resource,
    dateLessThan: end,
    ...(after !== undefined && { dateGreaterThan: after }),
    ...(allowed !== undefined && { ipAddress: `${allowed.base}/${allowed.bits}` }),
  };
  const isCanned = after === undefined && allowed === undefined;
  return (isCanned ? signCanned : signCustom)(grant, key.signer(hashAlgorithm));
}

describe('signatures and the AWS SDK', () => {
  test('what the SDK signs is allowed exactly when its parameters say so', () => {
    const seen = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(given, (row) => {
        const expected = isAllowed(row);
        seen[expected ? 'allowed' : 'refused']++;
        expect(verdictOn(CHANGES[row.change](signedBySdk(row).wire)) === 'allowed').toBe(expected);
      }),
      { numRuns: 600 },
    );
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(50);
  });

  test('what we sign is what the SDK signs: RSA byte for byte, ECDSA but for the signature', () => {
    fc.assert(
      fc.property(given, (row) => {
        const ours = new Map(signedByUs(row));
        const { parameters } = signedBySdk(row);
        if (row.key === EC) for (const map of [ours, parameters]) map.delete('Signature');
        expect(new Map([...ours].sort())).toEqual(new Map([...parameters].sort()));
      }),
      { numRuns: 200 },
    );
  });

  test('what we sign gets the same verdict', () => {
    fc.assert(
      fc.property(given, (row) => {
        const parameters = signedByUs(row);
        const more = { ip: viewerIp(row), now: row.now };
        const wire =
          row.carrier === 'url'
            ? wireOf(signedUrl(row.url, parameters), more)
            : wireOf(row.url, { ...more, cookie: asCookies(parameters) });
        expect(verdictOn(CHANGES[row.change](wire)) === 'allowed').toBe(isAllowed(row));
      }),
      { numRuns: 300 },
    );
  });
});

/**
 * Pattern and URL in their sections. A `?` in a pattern's path is a wildcard only where `\?` begins the
 * query string; otherwise it begins it.
 */
const patterned = fc
  .record({
    scheme: fc.constantFrom('https', 'http', '*'),
    host: fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 6 }),
    path: fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 }),
    query: fc.option(fc.string({ unit: fc.constantFrom('a', 'b', '=', '*', '?'), maxLength: 6 }), { nil: undefined }),
    mark: fc.constantFrom('?', '\\?'),
    fill: fc.array(fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aab'), { minLength: 12, maxLength: 12 }),
    other: fc.option(
      fc.record({
        scheme: fc.constantFrom('https', 'http'),
        host: fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 }),
        path: fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 4 }),
        query: fc.option(fc.string({ unit: fc.constantFrom('a', 'b', '='), maxLength: 4 }), { nil: undefined }),
      }),
      { nil: undefined },
    ),
    replaced: fc.constantFrom('scheme', 'host', 'path', 'query', 'none'),
  })
  .map((row) => (row.query === undefined || row.mark === '?' ? { ...row, path: row.path.replaceAll('?', '') } : row));
type Patterned = typeof patterned extends fc.Arbitrary<infer T> ? T : never;

/** A URL that the pattern was made to cover, but for the section that is replaced. */
function urlFor({ scheme, host, path, query, fill, other, replaced }: Patterned) {
  let next = 0;
  const filled = (pattern: string): string =>
    pattern.replace(/[*?]/g, (wildcard) => {
      const text = fill[next++ % fill.length] ?? '';
      return wildcard === '*' ? text : text.charAt(0) || 'a';
    });
  const covered = {
    scheme: scheme === '*' ? 'https' : scheme,
    host: filled(host) || 'a',
    path: filled(path),
    query: query === undefined ? undefined : filled(query),
  };
  return other === undefined || replaced === 'none' ? covered : { ...covered, [replaced]: other[replaced] };
}

function section(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.\\/=]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${escaped}$`);
}

/** "CloudFront … wildcard characters can't match across sections", and `*` at the end of the path covers any query string. */
function covers({ scheme, host, path, query }: Patterned, requested: ReturnType<typeof urlFor>): boolean {
  const isQuery =
    query === undefined
      ? requested.query === undefined || path.endsWith('*')
      : requested.query !== undefined && section(query).test(requested.query);
  return (
    section(scheme).test(requested.scheme) &&
    section(host).test(requested.host) &&
    section(path).test(requested.path) &&
    isQuery
  );
}

test('a pattern that the SDK signs opens what its sections cover', () => {
  const seen = { allowed: 0, refused: 0 };
  fc.assert(
    fc.property(patterned, (row) => {
      const resource = `${row.scheme}://${row.host}/${row.path}${row.query === undefined ? '' : row.mark + row.query}`;
      const requested = urlFor(row);
      const policy = JSON.stringify({
        Statement: [{ Resource: resource, Condition: { DateLessThan: { 'AWS:EpochTime': NOON + 1 } } }],
      });
      const credential = getSignedCookies({ policy, keyPairId: EC.id, privateKey: EC.privatePem });
      const cookie = Object.entries(credential)
        .map((entry) => entry.join('='))
        .join('; ');
      const own = requested.query === undefined ? '' : `?${requested.query}`;
      const wire = wireOf(`${requested.scheme}://${requested.host}/${requested.path}${own}`, { cookie });
      const expected = covers(row, requested);
      seen[expected ? 'allowed' : 'refused']++;
      expect(verdictOn(wire)).toBe(expected ? 'allowed' : 'AccessDenied resource');
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(100);
});

test.each<{ key: TestKey; hashAlgorithm: HashAlgorithm }>([
  { key: RSA, hashAlgorithm: 'SHA1' },
  { key: RSA, hashAlgorithm: 'SHA256' },
  { key: EC, hashAlgorithm: 'SHA1' },
  { key: EC, hashAlgorithm: 'SHA256' },
])('between two seconds the earlier one counts: $key.id $hashAlgorithm', ({ key, hashAlgorithm }) => {
  const resource = 'https://www.example.com/film.mp4';
  const parameters = signCustom(
    { resource, dateLessThan: NOON + 1, dateGreaterThan: NOON - 1 },
    key.signer(hashAlgorithm),
  );
  const at = (now: number): string => verdictOn(wireOf(`${resource}?${asQuery(parameters)}`, { now }));
  expect([NOON - 1, NOON - 0.001, NOON, NOON + 0.999, NOON + 1].map(at)).toEqual([
    'AccessDenied not-yet-valid',
    'AccessDenied not-yet-valid',
    'allowed',
    'allowed',
    'AccessDenied expired',
  ]);
});
