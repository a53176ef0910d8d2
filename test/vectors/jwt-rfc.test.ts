/**
 * The HS256 examples of RFC 7515 and RFC 7520, by the rules that ship; those with detached content are
 * no tokens. They are read from the folder in EDGEKEEPER_VECTORS.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signatureFault } from '../../shared/access/hs256.ts';
import { readToken } from '../../shared/access/token.ts';

interface Example {
  readonly name: string;
  readonly allowedAlgs: readonly string[];
  readonly key: { readonly k: string; readonly kid?: string };
  readonly token: string;
  readonly expect: 'accept' | 'reject';
  readonly detached?: boolean;
}

const folder = process.env.EDGEKEEPER_VECTORS;
if (folder === undefined) console.warn('skipped, since EDGEKEEPER_VECTORS names no folder: the examples of the RFCs');

describe.skipIf(folder === undefined)('examples of the RFCs', () => {
  const examples = folder === undefined ? [] : read(join(folder, 'jwt-rfc.jsonl'));

  test.each(examples)('$name: $expect', ({ key, token, expect: expected }) => {
    const read = readToken(token, ['HS256']);
    const keys = { [key.kid ?? 'only']: key.k };
    const fault = typeof read === 'string' ? read : signatureFault(read, keys, hmacSha256);
    expect(fault === undefined ? 'accept' : 'reject').toBe(expected);
  });

  test('are there', () => expect(examples.length).toBeGreaterThan(2));
});

function read(file: string): Example[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Example)
    .filter(({ allowedAlgs, detached }) => allowedAlgs.join() === 'HS256' && detached !== true);
}

function hmacSha256(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
