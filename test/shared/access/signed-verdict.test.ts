import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasRepeatedNames } from '../../../shared/access/json-names.ts';
import { customStatement } from '../../../shared/access/policy-statement.ts';
import { matchesPolicyResource, type SignedVisit, signedVerdict } from '../../../shared/access/signed-verdict.ts';
import { publicKeys, verifyWith } from '../../../signing/public-keys.ts';
import { type SigningParameters, signCanned, signCustom } from '../../../signing/signed-requests.ts';
import { NOON } from '../../support/tokens.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const signer = { keyPairId: 'K1', privateKey, hashAlgorithm: 'SHA256' as const };
const verify = verifyWith(publicKeys({ K1: pemOf(publicKey) }));

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'spki', format: 'pem' }));
}

const VISIT: SignedVisit = {
  scheme: 'https',
  host: 'www.example.com',
  path: '/film.mp4',
  query: undefined,
  cookies: [],
  viewerIp: '203.0.113.7',
  now: NOON,
};

const query = (parameters: SigningParameters): string =>
  parameters.map(([name, value]) => `${name}=${value}`).join('&');
const URL_ALONE = { resource: 'https://www.example.com/film.mp4', dateLessThan: NOON + 60 };

function reasonFor(visit: Partial<SignedVisit>): string {
  const verdict = signedVerdict({ ...VISIT, ...visit }, verify);
  return verdict.allow ? 'allowed' : `${verdict.code} ${verdict.reason}`;
}

describe('a signed request', () => {
  const canned = query(signCanned(URL_ALONE, signer));
  const custom = query(signCustom({ ...URL_ALONE, dateGreaterThan: NOON - 10, ipAddress: '203.0.113.0/29' }, signer));
  const without = (text: string, name: string): string =>
    text
      .split('&')
      .filter((pair) => !pair.startsWith(`${name}=`))
      .join('&');

  test.each<{ name: string; visit: Partial<SignedVisit>; expected: string }>([
    { name: 'canned', visit: { query: canned }, expected: 'allowed' },
    { name: 'a moment before the end', visit: { query: canned, now: NOON + 59.999 }, expected: 'allowed' },
    { name: 'at the end', visit: { query: canned, now: NOON + 60 }, expected: 'AccessDenied expired' },
    { name: 'over http', visit: { query: canned, scheme: 'http' }, expected: 'AccessDenied signature' },
    { name: 'on another host', visit: { query: canned, host: 'example.com' }, expected: 'AccessDenied signature' },
    { name: 'for another path', visit: { query: canned, path: '/film.mp3' }, expected: 'AccessDenied signature' },
    { name: 'with a parameter added', visit: { query: `${canned}&a=1` }, expected: 'AccessDenied signature' },
    { name: 'custom', visit: { query: custom }, expected: 'allowed' },
    { name: 'custom, at its start', visit: { query: custom, now: NOON - 10 }, expected: 'AccessDenied not-yet-valid' },
    { name: 'custom, a second later', visit: { query: custom, now: NOON - 9 }, expected: 'allowed' },
    { name: 'custom, last address', visit: { query: custom, viewerIp: '203.0.113.7' }, expected: 'allowed' },
    {
      name: 'custom, next address',
      visit: { query: custom, viewerIp: '203.0.113.8' },
      expected: 'AccessDenied source-ip',
    },
    { name: 'custom, for another path', visit: { query: custom, path: '/x' }, expected: 'AccessDenied resource' },
    { name: 'nothing', visit: {}, expected: 'MissingKey no-credential' },
    { name: 'no key', visit: { query: without(canned, 'Key-Pair-Id') }, expected: 'MissingKey no-credential' },
    { name: 'no signature', visit: { query: without(canned, 'Signature') }, expected: 'AccessDenied no-signature' },
    { name: 'no policy', visit: { query: without(canned, 'Expires') }, expected: 'AccessDenied no-policy' },
    {
      name: 'no hash algorithm',
      visit: { query: without(canned, 'Hash-Algorithm') },
      expected: 'AccessDenied signature',
    },
    {
      name: 'another hash algorithm',
      visit: { query: canned.replace('SHA256', 'MD5') },
      expected: 'AccessDenied hash-algorithm',
    },
    { name: 'another key', visit: { query: canned.replace('=K1', '=K2') }, expected: 'InvalidKey unknown-key' },
    {
      name: 'a repeated parameter',
      visit: { query: `${canned}&Key-Pair-Id=K1` },
      expected: 'AccessDenied repeated-parameter',
    },
    {
      name: 'a policy that is no base64',
      visit: { query: custom.replace('Policy=', 'Policy=+') },
      expected: 'MalformedPolicy policy-encoding',
    },
    {
      name: 'a signature that is no base64',
      visit: { query: canned.replace('Signature=', 'Signature=%') },
      expected: 'MalformedSignature signature-encoding',
    },
  ])('$name: $expected', ({ visit, expected }) => {
    expect(reasonFor(visit)).toBe(expected);
  });

  test('whose credential is changed anywhere is refused', () => {
    const changes = fc.record({ at: fc.nat(), to: fc.constantFrom(...'AZaz09-_~&=%."') });
    fc.assert(
      fc.property(fc.constantFrom(canned, custom), fc.array(changes, { minLength: 1, maxLength: 3 }), (text, edits) => {
        const characters = [...text];
        for (const { at, to } of edits) characters[at % characters.length] = to;
        const changed = characters.join('');
        fc.pre(changed !== text);
        expect(reasonFor({ query: changed })).not.toBe('allowed');
      }),
      { numRuns: 1000 },
    );
  });

  test('of any content gets a verdict, soon', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom('Policy=', 'Signature=', 'Key-Pair-Id=K1', 'Expires=1', '&', '*'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.string({ maxLength: 80 }), (parts, path) => {
        const text = parts.join('&');
        expect(reasonFor({ query: text, path: `/${path}`, cookies: [['CloudFront-Policy', text]] })).not.toBe(
          'allowed',
        );
      }),
    );
    const started = performance.now();
    reasonFor({ query: `Policy=${'A'.repeat(8000)}&Signature=${'A'.repeat(8000)}&Key-Pair-Id=K1` });
    reasonFor({ cookies: Array.from({ length: 2000 }, (_, index): [string, string] => [`CloudFront-${index}`, '=']) });
    expect(performance.now() - started).toBeLessThan(50);
  });
});

describe('a policy statement', () => {
  const policy = (statement: unknown): string => JSON.stringify({ Statement: [statement] });
  const TIME = { DateLessThan: { 'AWS:EpochTime': NOON } };

  test.each<{ name: string; text: string; isTaken: boolean }>([
    { name: 'of the documented names', text: policy({ Resource: 'https://a/', Condition: TIME }), isTaken: true },
    { name: 'with white space', text: JSON.stringify({ Statement: [{ Condition: TIME }] }, null, 2), isTaken: true },
    { name: 'without resource', text: policy({ Condition: TIME }), isTaken: true },
    {
      name: 'with escaped slashes',
      text: policy({ Resource: 'https://a/', Condition: TIME }).replaceAll('/', '\\/'),
      isTaken: true,
    },
    { name: 'without condition', text: policy({ Resource: 'https://a/' }), isTaken: false },
    { name: 'without end', text: policy({ Condition: { DateGreaterThan: { 'AWS:EpochTime': 1 } } }), isTaken: false },
    { name: 'with a lower-case resource', text: policy({ resource: 'https://a/', Condition: TIME }), isTaken: false },
    { name: 'with an effect', text: policy({ Effect: 'Deny', Condition: TIME }), isTaken: false },
    { name: 'with an unknown condition', text: policy({ Condition: { ...TIME, IPAddress: {} } }), isTaken: false },
    {
      name: 'with two statements',
      text: JSON.stringify({ Statement: [{ Condition: TIME }, { Condition: TIME }] }),
      isTaken: false,
    },
    { name: 'with an empty resource', text: policy({ Resource: '', Condition: TIME }), isTaken: false },
    { name: 'with a null resource', text: policy({ Resource: null, Condition: TIME }), isTaken: false },
    {
      name: 'with milliseconds',
      text: policy({ Condition: { DateLessThan: { 'AWS:EpochTime': NOON * 1000 } } }),
      isTaken: false,
    },
    {
      name: 'with a time as text',
      text: policy({ Condition: { DateLessThan: { 'AWS:EpochTime': String(NOON) } } }),
      isTaken: false,
    },
    {
      name: 'with an IPv6 range',
      text: policy({ Condition: { ...TIME, IpAddress: { 'AWS:SourceIp': '::/0' } } }),
      isTaken: false,
    },
    { name: 'with an empty address', text: policy({ Condition: { ...TIME, IpAddress: {} } }), isTaken: false },
    {
      name: 'with a name twice',
      text: '{"Statement":[{"Resource":"https://a/","Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]}',
      isTaken: false,
    },
    {
      name: 'with a name twice, once escaped',
      text: '{"Statement":[{"Resource":"https://a/","Resourc\\u0065":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]}',
      isTaken: false,
    },
    { name: 'that is a list', text: '[]', isTaken: false },
    { name: 'that is no JSON', text: '{', isTaken: false },
  ])('$name: $isTaken', ({ text, isTaken }) => {
    expect(customStatement(text) !== undefined).toBe(isTaken);
  });

  test.each([
    ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', false],
    ['{"a":"\\"a\\":1,","b":"}{"}', false],
    ['{"a":[1,{"b":2,"b":3}]}', true],
    ['{"a":{"x":1},"a":2}', true],
  ])('%s has a name twice: %s', (text, expected) => {
    expect(hasRepeatedNames(text)).toBe(expected);
  });
});

describe('the resource of a policy', () => {
  test.each<[resource: string, url: string, expected: boolean]>([
    ['*', 'https://www.example.com/a?b', true],
    ['https://www.example.com/*', 'https://www.example.com/a?b', true],
    ['http*://www.example.com/*', 'https://www.example.com/a', true],
    ['*://www.example.com/a', 'http://www.example.com/a', true],
    ['h*://www.example.com/a', 'https://www.example.com/a', false],
    ['/a', 'https://www.example.com/a', false],
    ['www.example.com/a', 'https://www.example.com/a', false],
    ['*example.com', 'https://www.example.com/', true],
    ['*example.com', 'https://www.example.com/a', false],
    ['*example.co*', 'https://www.example.com/a?b', true],
    ['https://www.example.co*', 'https://www.example.com/a?b', true],
    ['https://www.example.com', 'https://www.example.com/', false],
    ['https://www.example.com/a@b', 'https://www.example.com/a%40b', false],
    ['https://www.example.com/a/*', 'https://www.example.com/a/../b', false],
    ['https://www.example.com/a/*', 'https://www.example.com/a/%2e%2E/b', false],
    ['https://www.example.com/a/*', 'https://www.example.com/a/..;/b', false],
    ['https://www.example.com/a/*', 'https://www.example.com/a/..b', true],
  ])('%s against %s: %s', (resource, url, expected) => {
    const [, scheme = '', host = '', path = '', search] = /^(\w+):\/\/([^/]+)([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
    expect(matchesPolicyResource(resource, { scheme, host, path, query: search })).toBe(expected);
  });
});
