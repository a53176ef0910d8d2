/** The steps that explain a verdict on CloudFront's own signatures, beside the verdict. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainSigned, visitOf as visitOfLine } from '../../../cli/explain/explain-signed.ts';
import { explanationLines } from '../../../cli/explain/explanation.ts';
import { explainVisit } from '../../../cli/explain/signed-steps.ts';
import { statementFault } from '../../../cli/explain/statement-fault.ts';
import type { Explanation } from '../../../emulator/explanation.ts';
import { cannedPolicyText, customStatement } from '../../../shared/access/policy-statement.ts';
import { publicKeys } from '../../../signing/public-keys.ts';
import {
  type Grant,
  type SigningParameters,
  signCanned,
  signCustom,
  signedUrl,
} from '../../../signing/signed-requests.ts';
import { asCookies, EC, KEYS, RSA, visitOf, type Wire, wireOf } from '../../support/signed-requests.ts';
import { NOON } from '../../support/tokens.ts';

const explained = (wire: Wire): Explanation => explainVisit(visitOf(wire), KEYS);

/** What each step stands for, when it is the first that is not ok. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  carrier: ['no-credential'],
  'key pair id': ['no-credential'],
  parameters: ['repeated-parameter'],
  'hash algorithm': ['hash-algorithm'],
  signature: ['no-signature', 'signature-encoding'],
  policy: ['no-policy', 'policy-encoding'],
  key: ['unknown-key'],
  'signed text': ['signature'],
  statement: ['policy-statement'],
  resource: ['resource'],
  scheme: ['resource'],
  host: ['resource'],
  path: ['resource'],
  query: ['resource'],
  DateLessThan: ['expired'],
  DateGreaterThan: ['not-yet-valid'],
  IpAddress: ['source-ip'],
};

/** The steps explain the verdict: all ok exactly when it allows, and the first that is not has its reason. */
function expectAgreement({ allow, reason, steps }: Explanation): void {
  const first = steps.find(({ ok }) => !ok);
  expect(allow).toBe(first === undefined);
  if (first !== undefined) expect(REASONS[first.step]).toContain(reason);
}

describe('the steps', () => {
  interface Line {
    readonly name: string;
    readonly trustedKeyIds: readonly string[];
    readonly keyPairId: string | null;
    readonly publicKeyPem: string | null;
    readonly request: Readonly<Record<string, unknown>>;
  }
  const lines = readFileSync(new URL('../../vectors/cloudfront-signed.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  const pems = new Map(lines.flatMap((line) => (line.publicKeyPem ? [[line.keyPairId, line.publicKeyPem]] : [])));

  test('never disagree with the verdict, and show no signature: cloudfront-signed.jsonl', () => {
    for (const line of lines) {
      const trustedKeys = Object.fromEntries(
        line.trustedKeyIds.flatMap((id) => {
          const pem = id === line.keyPairId ? line.publicKeyPem : pems.get(id);
          return pem ? [[id, pem]] : [];
        }),
      );
      const input = { ...line, trustedKeys };
      const visit = visitOfLine(input);
      const explanation = explainVisit(visit, publicKeys(trustedKeys));
      expectAgreement(explanation);
      expect({ name: line.name, allow: explanation.allow, reason: explanation.reason, code: explanation.code }).toEqual(
        {
          name: line.name,
          ...explainSigned(input),
        },
      );
      const secret = [visit.query ?? '', ...visit.cookies.map((pair) => pair.join('='))].flatMap(
        (text) => /(?:Signature|Policy)=([^&]{40})/.exec(text)?.[1] ?? [],
      );
      for (const text of secret) expect(JSON.stringify(explanation)).not.toContain(text);
    }
    expect(lines.length).toBeGreaterThan(160);
  });

  test('never disagree with the verdict: any change of a valid request', () => {
    const grant: Grant = {
      resource: 'https://www.example.com/a*?b=*',
      dateLessThan: NOON + 1,
      dateGreaterThan: NOON - 1,
    };
    const parameters: SigningParameters[] = [
      signCanned({ resource: 'https://www.example.com/ab?b=1', dateLessThan: NOON + 1 }, RSA.signer('SHA1')),
      signCustom({ ...grant, ipAddress: '203.0.113.0/29' }, EC.signer('SHA256')),
    ];
    const character = fc.constantFrom(...'AZaz09-_~&=%.*?+/ ;:"');
    const change = fc.record({
      part: fc.constantFrom('path', 'query', 'host', 'cookie', 'ip' as const),
      at: fc.nat(),
      character,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...parameters),
        fc.boolean(),
        change,
        fc.integer({ min: -2, max: 2 }),
        (signed, isUrl, { part, at, character }, later) => {
          const url = 'https://www.example.com/ab?b=1';
          const more = { now: NOON + later };
          const wire = isUrl
            ? wireOf(signedUrl(url, signed), more)
            : wireOf(url, { ...more, cookie: asCookies(signed) });
          const text = wire[part] ?? '';
          const index = at % (text.length + 1);
          expectAgreement(explained({ ...wire, [part]: text.slice(0, index) + character + text.slice(index + 1) }));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('show what was expected and what came, for people', () => {
    const grant: Grant = {
      resource: 'https://*.example.com/films/*',
      dateLessThan: NOON + 60,
      dateGreaterThan: NOON - 60,
      ipAddress: '203.0.113.0/29',
    };
    const url = signedUrl('http://www.example.com/other?own=1', signCustom(grant, RSA.signer('SHA256')));
    const explanation = explained(wireOf(url, { ip: '2001:db8::1', now: NOON + 3660 }));
    expect(`\n${explanationLines(explanation).join('\n')}\n`).toBe(`
✓ carrier          signed URL, custom policy (expected a signed URL, or signed cookies)
✓ key pair id      K2RSA (expected Key-Pair-Id)
✓ parameters       each once
✓ hash algorithm   SHA256 (expected SHA1 or SHA256)
✓ signature        256 bytes (expected CloudFront's base64 (- _ ~ for + = /))
✓ policy           Policy, 211 bytes (expected Expires, or Policy in CloudFront's base64 (- _ ~ for + = /))
✓ key              K2RSA (expected one of K2RSA, K2EC)
✓ signed text      a signature by K2RSA with SHA256 over the policy as it was sent
✓ statement        one statement of Resource, DateLessThan, DateGreaterThan and IpAddress, with times in whole seconds
✗ scheme           expected https
                   got http
✓ host             www.example.com (expected *.example.com)
✗ path             expected /films/*
                   got /other
✓ query            ?own=1 (expected any query string, or none)
✗ DateLessThan     expected before 2026-01-01T12:01:00Z
                   got 2026-01-01T13:01:00Z, 1 hour after
✓ DateGreaterThan  2026-01-01T13:01:00Z, 1 hour after (expected a second or more after 2026-01-01T11:59:00Z)
✗ IpAddress        expected an address of 203.0.113.0/29
                   got 2001:db8::1 (IPv6, and a policy names IPv4 only)

refused: resource (CloudFront answers 403 AccessDenied)
`);
  });

  test('show the canned policy that the signature has to be over', () => {
    const url = 'https://www.example.com/film.mp4?own=1';
    const signed = signedUrl(url, signCanned({ resource: url, dateLessThan: NOON + 60 }, EC.signer('SHA1')));
    const { steps } = explained(wireOf(signed));
    expect(steps.find(({ step }) => step === 'signed text')?.got).toContain(cannedPolicyText(url, `${NOON + 60}`));
  });

  test('take any time', () => {
    const signed = signedUrl(
      'https://a/',
      signCanned({ resource: 'https://a/', dateLessThan: NOON }, EC.signer('SHA1')),
    );
    const at = (now: number) => explained(wireOf(signed, { now })).steps.at(-1)?.got;
    expect(at(1e308)).toMatch(/^\+275760-09-13T00:00:00Z, \d+ days after$/);
    expect(at(-1e308)).toMatch(/^-271821-04-20T00:00:00Z, \d+ days before$/);
    expect(at(NOON)).toBe('2026-01-01T12:00:00Z, that very second');
  });

  test('show control characters as they are written in JSON', () => {
    expect(
      explanationLines(explained(wireOf('https://www.example.com/\u001b[2J?Expires=\u009b1'))).join('\n'),
    ).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
    );
  });
});

describe('the fault of a policy', () => {
  const TIME = { DateLessThan: { 'AWS:EpochTime': NOON } };
  const policy = (...statements: unknown[]): string => JSON.stringify({ Statement: statements });

  test.each<[text: string, fault: string]>([
    ['{', 'no JSON object'],
    ['[]', 'no JSON object'],
    ['{"a":1,"a":2}', 'a name twice in one object'],
    ['{}', 'nothing as Statement'],
    [policy({ Condition: TIME }, { Condition: TIME }), '2 statements'],
    [policy({ Resource: 'https://a/' }), 'nothing as Condition'],
    [policy({ resource: 'https://a/', Condition: TIME }), 'the name "resource"'],
    [policy({ Condition: { ...TIME, IPAddress: {} } }), 'the name "IPAddress"'],
    [policy({ Condition: {} }), 'no DateLessThan'],
    [
      policy({ Condition: { DateLessThan: { 'AWS:EpochTime': `${NOON}` } } }),
      `{"AWS:EpochTime":"${NOON}"} as DateLessThan`,
    ],
    [
      policy({ Condition: { DateLessThan: { 'AWS:EpochTime': NOON * 1000 } } }),
      `{"AWS:EpochTime":${NOON * 1000}} as DateLessThan, which looks like milliseconds`,
    ],
    [policy({ Condition: { ...TIME, IpAddress: { 'AWS:SourceIp': '::/0' } } }), '{"AWS:SourceIp":"::/0"} as IpAddress'],
    [policy({ Condition: { ...TIME, DateGreaterThan: {} } }), '{} as DateGreaterThan'],
    [policy({ Resource: 7, Condition: TIME }), 'a number as Resource'],
  ])('%s: %s', (text, fault) => {
    expect(customStatement(text)).toBeUndefined();
    expect(statementFault(text)).toBe(fault);
  });
});
