/** A valid signed request with one thing changed: refused, unless the documentation gives the change no meaning. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCloudFrontBase64 } from '../../../shared/access/cloudfront-base64.ts';
import { cannedPolicyText } from '../../../shared/access/policy-statement.ts';
import { type Grant, type SigningParameters, signCanned, signCustom } from '../../../signing/signed-requests.ts';
import { asCookies, asQuery, EC, RSA, verdictOn, type Wire, wireOf } from '../../support/signed-requests.ts';
import { NOON } from '../../support/tokens.ts';

const URL_ALONE = 'https://www.example.com/films/one.mp4?own=1';
const CANNED: Grant = { resource: URL_ALONE, dateLessThan: NOON + 60 };
const CUSTOM: Grant = { ...CANNED, dateGreaterThan: NOON - 60, ipAddress: '203.0.113.0/29' };

interface Signed {
  readonly name: string;
  readonly carrier: 'url' | 'cookies';
  readonly parameters: SigningParameters;
  readonly wire: Wire;
}

const KINDS: readonly [name: string, parameters: SigningParameters][] = [
  ['canned, RSA, SHA-1', signCanned(CANNED, RSA.signer('SHA1'))],
  ['canned, ECDSA, SHA-256', signCanned(CANNED, EC.signer('SHA256'))],
  ['custom, RSA, SHA-256', signCustom(CUSTOM, RSA.signer('SHA256'))],
  ['custom, ECDSA, SHA-1', signCustom(CUSTOM, EC.signer('SHA1'))],
];

const SIGNED: readonly Signed[] = KINDS.flatMap(([name, parameters]) => [
  { name: `URL, ${name}`, carrier: 'url', parameters, wire: shownInUrl(asQuery(parameters)) },
  { name: `cookies, ${name}`, carrier: 'cookies', parameters, wire: shownInCookies(asCookies(parameters)) },
]);

function shownInUrl(query: string): Wire {
  return wireOf(`${URL_ALONE}&${query}`);
}

function shownInCookies(cookie: string): Wire {
  return wireOf(URL_ALONE, { cookie: `theme=dark; ${cookie}` });
}

function shown(carrier: Signed['carrier'], parameters: SigningParameters): Wire {
  return carrier === 'url' ? shownInUrl(asQuery(parameters)) : shownInCookies(asCookies(parameters));
}

test.each(SIGNED)('$name: allowed as it is', ({ wire }) => {
  expect(verdictOn(wire)).toBe('allowed');
});

describe('a character', () => {
  const character = fc.oneof(
    fc.constantFrom(...'AZaz09-_~&=%."*?+/ ;:\\@#'),
    fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  );
  const edit = fc.record({
    kind: fc.constantFrom('replace', 'insert', 'delete', 'exchange'),
    at: fc.nat(),
    character,
  });
  type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

  function edited(text: string, { kind, at, character: added }: Edit): string {
    const index = at % Math.max(text.length, 1);
    const [before, here, after] = [text.slice(0, index), text.charAt(index), text.slice(index + 1)];
    if (kind === 'insert') return before + added + here + after;
    if (kind === 'delete') return before + after;
    return kind === 'replace' ? before + added + after : before + after.charAt(0) + here + after.slice(1);
  }

  /** Each part as often as its kind, so that short ones are changed too. */
  const change = fc.record({
    signed: fc.constantFrom(...SIGNED),
    part: fc.constantFrom('scheme', 'host', 'path', 'query', 'credential' as const),
    edit,
  });

  test('changed, added, lost or exchanged with its neighbour: refused', () => {
    fc.assert(
      fc.property(change, ({ signed: { carrier, wire }, part, edit: how }) => {
        const field = part !== 'credential' ? part : carrier === 'url' ? 'query' : 'cookie';
        const before = wire[field] ?? '';
        const after = edited(before, how);
        fc.pre(field === 'cookie' ? !isSameCredential(before, after) : before !== after);
        expect(verdictOn({ ...wire, [field]: after })).not.toBe('allowed');
      }),
      { numRuns: 4000 },
    );
  });

  /**
   * Spaces around a cookie, and cookies of the application, mean nothing to CloudFront: it reads those
   * with its own names. (RFC 6265, section 5.4; private-content-setting-signed-cookie-custom-policy)
   */
  function isSameCredential(before: string, after: string): boolean {
    const own = (header: string): string[] =>
      header
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => /^CloudFront-(?:Policy|Expires|Signature|Key-Pair-Id|Hash-Algorithm)=/.test(pair));
    return JSON.stringify(own(before)) === JSON.stringify(own(after));
  }
});

const CANNED_ONES = SIGNED.filter(({ name }) => name.includes('canned'));
const CUSTOM_ONES = SIGNED.filter(({ name }) => name.includes('custom'));

describe('a request for something else', () => {
  test.each<[what: string, change: (wire: Wire) => Partial<Wire>]>([
    ['over http', () => ({ scheme: 'http' })],
    ['host in upper case', () => ({ host: 'WWW.example.com' })],
    ['host with the port', ({ host }) => ({ host: `${host}:443` })],
    ['host with a dot behind', ({ host }) => ({ host: `${host}.` })],
    ['host below it', ({ host }) => ({ host: `a.${host}` })],
    ['path encoded otherwise', ({ path }) => ({ path: path.replace('o', '%6F') })],
    ['slash behind', ({ path }) => ({ path: `${path}/` })],
    ['slash twice', ({ path }) => ({ path: `/${path}` })],
    ['by way of another folder', ({ path }) => ({ path: `/x/..${path}` })],
    ['own parameter lost', ({ query = '' }) => ({ query: query.replace(/own=1&?/, '') || undefined })],
    ['own parameter added before', ({ query }) => ({ query: `more=1&${query}` })],
    ['own parameter added behind', ({ query }) => ({ query: `${query}&more=1` })],
    ['& behind', ({ query }) => ({ query: `${query}&` })],
  ])('%s: refused', (_, change) => {
    const verdicts = (list: readonly Signed[]) => list.map(({ wire }) => verdictOn({ ...wire, ...change(wire) }));
    expect(new Set(verdicts(CANNED_ONES))).toEqual(new Set(['AccessDenied signature']));
    expect(new Set(verdicts(CUSTOM_ONES))).toEqual(new Set(['AccessDenied resource']));
  });
});

describe('a request from elsewhere, or at another time', () => {
  test.each<[what: string, change: Partial<Wire>, reason: string]>([
    ['at its end', { now: NOON + 60 }, 'expired'],
    ['at its start', { now: NOON - 60 }, 'not-yet-valid'],
    ['from the next address', { ip: '203.0.113.8' }, 'source-ip'],
    ['from IPv4 inside IPv6', { ip: '::ffff:203.0.113.7' }, 'source-ip'],
    ['from nowhere', { ip: '' }, 'source-ip'],
  ])('%s: refused', (_, change, reason) => {
    for (const { wire } of CUSTOM_ONES) expect(verdictOn({ ...wire, ...change })).toBe(`AccessDenied ${reason}`);
  });
});

describe('a parameter', () => {
  const standard = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/');
  const bytesOf = (text: string): Buffer => Buffer.from(standard(text), 'base64');
  const lastEncoded = (text: string): string => `${text.slice(0, -1)}%${text.charCodeAt(text.length - 1).toString(16)}`;

  test.each<[name: string, what: string, change: (value: string) => string, verdict: string]>([
    ['Key-Pair-Id', 'of the other trusted key', (id) => (id === RSA.id ? EC.id : RSA.id), 'AccessDenied signature'],
    ['Key-Pair-Id', 'unknown', () => 'K2OTHER', 'InvalidKey unknown-key'],
    ['Key-Pair-Id', 'inherited by every object', () => '__proto__', 'InvalidKey unknown-key'],
    ['Key-Pair-Id', 'empty', () => '', 'MissingKey no-credential'],
    ['Signature', 'empty', () => '', 'AccessDenied no-signature'],
    ['Signature', 'in standard base64', (text) => `${standard(text)}=`, 'MalformedSignature signature-encoding'],
    ['Signature', 'percent-encoded', lastEncoded, 'MalformedSignature signature-encoding'],
    ['Signature', 'with one padding more', (text) => `${text}_`, 'MalformedSignature signature-encoding'],
    [
      'Signature',
      'with a byte behind',
      (text) => encodeCloudFrontBase64(Buffer.concat([bytesOf(text), Buffer.of(0)])),
      'AccessDenied signature',
    ],
    ['Expires', 'an hour later', (text) => String(Number(text) + 3600), 'AccessDenied signature'],
    ['Expires', 'with a zero before', (text) => `0${text}`, 'AccessDenied signature'],
    ['Expires', 'in milliseconds', (text) => `${text}000`, 'AccessDenied signature'],
    ['Policy', 'in standard base64', (text) => `${standard(text)}=`, 'MalformedPolicy policy-encoding'],
    [
      'Policy',
      'with another end',
      (text) =>
        encodeCloudFrontBase64(
          Buffer.from(
            bytesOf(text)
              .toString()
              .replace(`${NOON + 60}`, `${NOON + 61}`),
          ),
        ),
      'AccessDenied signature',
    ],
    [
      'Policy',
      'with a space behind',
      (text) => encodeCloudFrontBase64(Buffer.concat([bytesOf(text), Buffer.from(' ')])),
      'AccessDenied signature',
    ],
    ['Hash-Algorithm', 'SHA1 for SHA256', () => 'SHA1', 'AccessDenied signature'],
    ['Hash-Algorithm', 'in lower case', (text) => text.toLowerCase(), 'AccessDenied hash-algorithm'],
    ['Hash-Algorithm', 'that CloudFront lacks', () => 'SHA512', 'AccessDenied hash-algorithm'],
    ['Hash-Algorithm', 'empty', () => '', 'AccessDenied hash-algorithm'],
  ])('%s %s: refused', (name, _, change, verdict) => {
    const having = SIGNED.filter(({ parameters }) => parameters.some(([own]) => own === name));
    expect(having.length).toBeGreaterThan(0);
    for (const { carrier, parameters } of having) {
      const others = parameters.map(([own, value]): [string, string] => [own, own === name ? change(value) : value]);
      expect(verdictOn(shown(carrier, others))).toBe(verdict);
    }
  });

  test('lost, or twice in the URL: refused', () => {
    for (const { carrier, parameters } of SIGNED) {
      for (const pair of parameters) {
        const lost = shown(
          carrier,
          parameters.filter((other) => other !== pair),
        );
        expect(verdictOn(lost)).not.toBe('allowed');
        expect(verdictOn(shownInUrl(asQuery([...parameters, pair])))).toBe('AccessDenied repeated-parameter');
      }
    }
  });

  test.each<[what: string, change: (name: string) => string]>([
    ['in lower case', (name) => name.toLowerCase()],
    ['percent-encoded', (name) => name.replace('e', '%65')],
    ['with a space before', (name) => `+${name}`],
  ])('name %s: refused', (_, change) => {
    for (const { carrier, parameters } of SIGNED) {
      const renamed = parameters.map(([name, value]): [string, string] => [change(name), value]);
      expect(verdictOn(shown(carrier, renamed))).toBe('MissingKey no-credential');
    }
  });

  test('SHA256 said of a signature over SHA-1: refused', () => {
    for (const { carrier, parameters } of SIGNED.filter(({ name }) => name.includes('SHA-1'))) {
      const more: SigningParameters = [...parameters, ['Hash-Algorithm', 'SHA256']];
      expect(verdictOn(shown(carrier, more))).toBe('AccessDenied signature');
    }
  });

  test('of a signed URL beside signed cookies: the cookies are not looked at', () => {
    for (const { wire } of SIGNED.filter(({ carrier }) => carrier === 'cookies')) {
      for (const pair of [
        `Expires=${NOON + 60}`,
        'Policy=',
        'Signature',
        `Key-Pair-Id=${RSA.id}`,
        'Hash-Algorithm=SHA1',
      ]) {
        expect(verdictOn({ ...wire, query: `${wire.query}&${pair}` })).not.toBe('allowed');
      }
    }
  });
});

describe('parts of two valid credentials', () => {
  const PARTS = ['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm'];
  const later = { ...CANNED, dateLessThan: NOON + 120 };
  const credentials = [
    ...KINDS.map(([, parameters]) => parameters),
    signCanned(later, RSA.signer('SHA1')),
    signCanned(later, EC.signer('SHA256')),
    signCustom({ ...CUSTOM, dateLessThan: NOON + 120 }, RSA.signer('SHA256')),
    signCustom({ ...CUSTOM, ipAddress: '203.0.113.7' }, EC.signer('SHA1')),
  ];

  test('together: refused, unless what CloudFront verifies is of one of them', () => {
    const pick = fc.constantFrom(...credentials);
    const from = fc.constantFrom('first', 'second');
    const carrier = fc.constantFrom<Signed['carrier']>('url', 'cookies');
    fc.assert(
      fc.property(pick, pick, fc.tuple(from, from, from, from, from), carrier, (first, second, sources, where) => {
        const mixed = PARTS.flatMap((name, index): [string, string][] => {
          const source = new Map(sources[index] === 'first' ? first : second);
          const value = source.get(name);
          return value === undefined ? [] : [[name, value]];
        });
        fc.pre(mixed.length > 0);
        const isWhole = [first, second].some((whole) => verified(whole) === verified(mixed));
        expect(verdictOn(shown(where, mixed)) === 'allowed').toBe(isWhole);
      }),
      { numRuns: 2000 },
    );
  });

  /** `Expires` beside a policy is not read, and SHA-1 is what no algorithm stands for. */
  function verified(parameters: SigningParameters): string {
    const { Policy, Expires, Signature, ...others } = Object.fromEntries(parameters);
    return JSON.stringify([Policy ?? Expires, Signature, others['Key-Pair-Id'], others['Hash-Algorithm'] ?? 'SHA1']);
  }
});

/** Each with the page that gives it no meaning; the last three are decided here (docs/fidelity.md). */
describe('what means nothing is allowed', () => {
  const [, parameters] = KINDS[0] as (typeof KINDS)[0];
  const [, custom] = KINDS[2] as (typeof KINDS)[0];
  const swapped: SigningParameters = [...parameters].reverse();
  const asPolicy = (text: string): string => encodeCloudFrontBase64(Buffer.from(text));
  const withoutExpires = parameters.filter(([name]) => name !== 'Expires');

  test.each<[what: string, page: string, wire: Wire]>([
    [
      'the order of signing parameters',
      'private-content-creating-signed-url-canned-policy: one format that "you can use"',
      shownInUrl(asQuery(swapped)),
    ],
    [
      'signing parameters before the own ones',
      'private-content-creating-signed-url-canned-policy: the same',
      wireOf(`https://www.example.com/films/one.mp4?${asQuery(parameters)}&own=1`),
    ],
    [
      'Hash-Algorithm=SHA1',
      'private-content-creating-signed-url-canned-policy: SHA-1 is the default',
      shownInUrl(asQuery([...parameters, ['Hash-Algorithm', 'SHA1']])),
    ],
    [
      'the order of cookies',
      'RFC 6265, section 4.2.2: servers should not rely on it',
      shownInCookies(asCookies(swapped)),
    ],
    [
      'cookies of the application, and spaces around them',
      'private-content-setting-signed-cookie-canned-policy: cookies by name',
      wireOf(URL_ALONE, { cookie: ` a=b ;${asCookies(parameters)};;cloudfront-policy=x` }),
    ],
    [
      'cookies beside a signed URL',
      'private-content-choosing-signed-urls-cookies: the signed URL alone counts',
      { ...shownInUrl(asQuery(parameters)), cookie: 'CloudFront-Policy=x; CloudFront-Signature=y' },
    ],
    [
      'the canned policy sent as a custom one',
      'private-content-choosing-canned-custom-policy: the same JSON',
      shownInUrl(asQuery([...withoutExpires, ['Policy', asPolicy(cannedPolicyText(URL_ALONE, `${NOON + 60}`))]])),
    ],
    ['Expires beside a policy', 'decided here', shownInUrl(asQuery([...custom, ['Expires', '1']]))],
    [
      'a second cookie of a name',
      'decided here',
      wireOf(URL_ALONE, { cookie: `${asCookies(parameters)}; CloudFront-Signature=x` }),
    ],
    ['a fraction of the last second', 'decided here', { ...shownInUrl(asQuery(parameters)), now: NOON + 59.999 }],
  ])('%s (%s)', (_, __, wire) => {
    expect(verdictOn(wire)).toBe('allowed');
  });
});
