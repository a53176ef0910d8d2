/** The signed URLs and signed cookies of cloudfront-signed.jsonl, and those that AWS SDKs publish in their own tests. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeCloudFrontBase64, encodeCloudFrontBase64 } from '../../shared/access/cloudfront-base64.ts';
import type { Pair } from '../../shared/access/signed-credential.ts';
import { signedVerdict } from '../../shared/access/signed-verdict.ts';
import { publicKeys, verifySignature, verifyWith } from '../../signing/public-keys.ts';

interface Case {
  readonly name: string;
  readonly keyPairId: string | null;
  readonly publicKeyPem: string | null;
  readonly trustedKeyIds: readonly string[];
  readonly request: {
    readonly scheme: string;
    readonly host: string;
    readonly target: string;
    readonly ip: string;
    readonly time: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
  };
  readonly cookies?: readonly Pair[];
  readonly expect: 'allow' | 'deny' | 'either';
  readonly recommended?: 'allow' | 'deny';
  readonly maxMillis?: number;
}

const cases = read<Case>(new URL('./cloudfront-signed.jsonl', import.meta.url));

/** Public keys by id, as far as any line names them. */
const pems = new Map(
  cases.flatMap(({ keyPairId, publicKeyPem }) => (keyPairId && publicKeyPem ? [[keyPairId, publicKeyPem]] : [])),
);

function read<T>(file: URL | string): T[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

function verdictOf({ keyPairId, publicKeyPem, trustedKeyIds, request, cookies }: Case) {
  const known = trustedKeyIds.flatMap((id) => {
    const pem = id === keyPairId ? publicKeyPem : pems.get(id);
    return pem === undefined || pem === null ? [] : [[id, pem]];
  });
  const mark = request.target.indexOf('?');
  return signedVerdict(
    {
      scheme: request.scheme,
      host: String(request.headers.host),
      path: mark === -1 ? request.target : request.target.slice(0, mark),
      query: mark === -1 ? undefined : request.target.slice(mark + 1),
      cookies: cookies ?? cookiesOf(request.headers.cookie),
      viewerIp: request.ip,
      now: request.time,
    },
    verifyWith(publicKeys(Object.fromEntries(known))),
  );
}

function cookiesOf(header: string | readonly string[] | undefined): Pair[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.split(';'))
    .map((text) => text.trim())
    .filter((text) => text.includes('='))
    .map((text): Pair => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);
}

test('every signed request gets the verdict that its label asks for', () => {
  const actual = Object.fromEntries(cases.map((c) => [c.name, verdictOf(c).allow ? 'allow' : 'deny']));
  const wanted = (c: Case): string | undefined => (c.expect === 'either' ? c.recommended : c.expect) ?? actual[c.name];
  expect(actual).toEqual(Object.fromEntries(cases.map((c) => [c.name, wanted(c)])));
  expect(cases.length).toBeGreaterThan(160);
});

test.each(cases.filter(({ maxMillis }) => maxMillis !== undefined))('$name takes no longer than $maxMillis ms', (c) => {
  const started = performance.now();
  verdictOf(c);
  expect(performance.now() - started).toBeLessThan(c.maxMillis ?? 0);
});

const folder = process.env.EDGEKEEPER_VECTORS;
if (folder === undefined)
  console.warn('skipped, since EDGEKEEPER_VECTORS names no folder: the answers that AWS SDKs publish');

describe.skipIf(folder === undefined)('what AWS SDKs publish', () => {
  const list = <T>(name: string): T[] =>
    folder === undefined ? [] : JSON.parse(readFileSync(join(folder, name), 'utf8'));

  test.each(
    list<{ name: string; alg: 'SHA1' | 'SHA256'; policy: string; signature: string; publicKeyPem: string }>(
      'cloudfront-known-answers.json',
    ),
  )('$name', ({ alg, policy, signature, publicKeyPem }) => {
    const bytes = decodeCloudFrontBase64(signature) ?? Buffer.alloc(0);
    expect(verifySignature(createPublicKey(publicKeyPem), alg, Buffer.from(policy), bytes)).toBe(true);
    expect(verifySignature(createPublicKey(publicKeyPem), alg, Buffer.from(`${policy} `), bytes)).toBe(false);
  });

  test.each(
    list<{ name: string; decoded?: string; base64?: string; encoded: string }>('cloudfront-base64.json').filter(
      isWhole,
    ),
  )('$name', ({ decoded, base64, encoded }) => {
    const bytes = decoded === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(decoded);
    expect(encodeCloudFrontBase64(bytes)).toBe(encoded);
    expect(decodeCloudFrontBase64(encoded)).toEqual(bytes);
  });
});

/** One of them maps characters only, and is no encoding of bytes. */
function isWhole({ decoded, base64 }: { decoded?: string; base64?: string }): boolean {
  return decoded !== undefined || base64 !== undefined;
}
