/** `explain <url>` as a process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocalStore, signingKey } from '../../../cli/local-keys.ts';
import type { Explanation } from '../../../emulator/explanation.ts';
import { signHs256 } from '../../../signing/hs256.ts';
import { signCustom, signedUrl } from '../../../signing/signed-requests.ts';
import { runCommand } from '../../support/command.ts';
import { copyService } from '../../support/service-copy.ts';
import { asCookies, EC, RSA } from '../../support/signed-requests.ts';
import { NOON } from '../../support/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-explain-request-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'rsa.pem'), RSA.publicPem);
writeFileSync(join(folder, 'ec.pem'), EC.publicPem);
const KEY_OPTION = ['--public-key', `${RSA.id}=rsa.pem`];
const URL_ALONE = 'https://www.example.com/film.mp4?own=1';
const parameters = signCustom(
  { resource: URL_ALONE, dateLessThan: NOON + 60, ipAddress: '203.0.113.0/29' },
  RSA.signer('SHA1'),
);
const SIGNED_URL = signedUrl(URL_ALONE, parameters);
const cookies = asCookies(parameters);
const AT_NOON = ['--time', String(NOON), '--ip', '203.0.113.7'];

interface Settings {
  readonly input?: string;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

function run(args: readonly string[], { input = '', env = {}, cwd = folder }: Settings = {}) {
  return runCommand(['explain', ...args], cwd, input, env);
}

writeFileSync(join(folder, 'header.txt'), `Cookie: ${cookies}\n`);
writeFileSync(
  join(folder, 'set-cookie.txt'),
  cookies
    .split('; ')
    .map((pair) => `Set-Cookie: ${pair}; Path=/; Secure; HttpOnly; SameSite=Lax\n`)
    .join(''),
);

test.each<[what: string, args: readonly string[], verdict: string]>([
  ['a signed URL', [SIGNED_URL, ...AT_NOON], 'allowed'],
  ['a fragment, which is not sent', [`${SIGNED_URL}#t=10`, ...AT_NOON], 'allowed'],
  ['cookies', [URL_ALONE, ...cookies.split('; ').flatMap((pair) => ['--cookie', pair]), ...AT_NOON], 'allowed'],
  ['a cookie header', [URL_ALONE, '--header', `Cookie: ${cookies}`, ...AT_NOON], 'allowed'],
  ['a file with a cookie header', [URL_ALONE, '--cookie', '@header.txt', ...AT_NOON], 'allowed'],
  ['a file with Set-Cookie lines', [URL_ALONE, '--cookie', '@set-cookie.txt', ...AT_NOON], 'allowed'],
  ['another host header', [SIGNED_URL, '--header', 'Host: example.com', ...AT_NOON], 'refused: resource'],
  ['another address', [SIGNED_URL, '--time', String(NOON), '--ip', '203.0.113.8'], 'refused: source-ip'],
  ['no address', [SIGNED_URL, '--time', String(NOON)], 'refused: source-ip'],
  ['a date', [SIGNED_URL, '--time', '2026-01-01T12:01:00Z', '--ip', '203.0.113.7'], 'refused: expired'],
  ['the time now', [SIGNED_URL, '--ip', '203.0.113.7'], 'refused: expired'],
  ['a time before', [SIGNED_URL, '--time', '-1h', '--ip', '203.0.113.7'], 'refused: expired'],
  ['another method', [SIGNED_URL, '--method', 'HEAD', ...AT_NOON], 'allowed'],
])('%s', async (_, args, verdict) => {
  const { code, out, err } = await run([...args, ...KEY_OPTION]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(`^${verdict}`, 'm'));
  for (const [name, value] of parameters) if (name !== 'Key-Pair-Id') expect(out).not.toContain(value);
});

test('one request as JSON on standard input', async () => {
  const host = 'www.example.com';
  const request = {
    scheme: 'https',
    host,
    target: SIGNED_URL.slice(`https://${host}`.length),
    ip: '203.0.113.7',
    time: NOON,
    headers: {},
  };
  const withKeys = JSON.stringify({ request, trustedKeys: { [RSA.id]: RSA.publicPem } });
  expect((await run(['-'], { input: withKeys })).out).toContain('\nallowed\n');
  expect((await run(['-', ...KEY_OPTION], { input: JSON.stringify({ request }) })).out).toContain('\nallowed\n');
});

test('a key from standard input, and several', async () => {
  const args = [SIGNED_URL, ...AT_NOON, '--public-key', `${EC.id}=ec.pem`, '--public-key', `${RSA.id}=-`];
  const { out } = await run(args, { input: RSA.publicPem });
  expect(out).toContain(`✓ key             ${RSA.id} (expected one of ${EC.id}, ${RSA.id})`);
});

test('JSON holds what the lines hold', async () => {
  const { out } = await run([SIGNED_URL, ...KEY_OPTION, ...AT_NOON, '--method', 'POST', '--json']);
  const { steps, ...verdict } = JSON.parse(out) as Explanation;
  expect(verdict).toEqual({ allow: true, reason: 'allowed', code: null, status: null, nearest: null });
  expect(steps.at(-1)).toEqual({ step: 'method', expected: 'any', got: 'POST, which no signature covers', ok: true });
});

test('is colored on a terminal alone, and not under NO_COLOR', async () => {
  const args = [SIGNED_URL, ...KEY_OPTION, ...AT_NOON];
  expect((await run(args, { env: { FORCE_COLOR: '1' } })).out).toContain('\u001b[32m✓');
  expect((await run(args, { env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
  expect((await run(args)).out).not.toContain('\u001b');
});

describe('in a folder with serverless.yml, the path decides', () => {
  const origin = 'https://www.example.com';
  let service: string;
  let made: string;

  beforeAll(async () => {
    service = await copyService();
    await writeFile(join(service, 'keys', 'signed.pem'), RSA.publicPem);
    const settings = await readFile(join(service, 'serverless.yml'), 'utf8');
    const signed = 'edgekeeper:\n    signed: { path: /signed/*, publicKeys: [keys/signed.pem] }';
    await writeFile(join(service, 'serverless.yml'), settings.replace('edgekeeper:', signed));
    openLocalStore(service);
    made = await signHs256({ exp: NOON + 60, res: '/private/*' }, signingKey(service, undefined), NOON);
    await writeFile(join(service, 'token.txt'), `${made}\n`);
  });
  afterAll(() => rm(service, { recursive: true }));

  const at = (target: string, ...args: string[]) => run([origin + target, ...AT_NOON, ...args], { cwd: service });

  test('signed.path: by the ids of the emulator', async () => {
    const { code, out } = await at('/signed/film.mp4?Key-Pair-Id=K1&Signature=AAAA&Expires=1');
    expect(code).toBe(0);
    expect(out).toMatch(/✗ key +expected one of PublicKey[0-9a-f]{8}\n +got K1/);
    expect(out).toContain('refused: unknown-key (CloudFront answers 403 InvalidKey)');
  });

  test('a public path', async () => {
    const { out } = await at('/film.mp4');
    expect(out).toMatch(/✓ section +public: nothing is asked\n\nallowed\n$/);
  });

  test('a section: by the store and the key sets of this machine', async () => {
    const none = await at('/private/film.mp4');
    expect(none.out).toContain('refused: no-credential (answered 401)');
    const page = await at('/members/film.mp4', '--header', 'Accept: text/html');
    expect(page.out).toContain('refused: no-credential (answered 302, to sign in)');
    const given = await at('/private/film.mp4', '--token', 'token.txt');
    expect(given).toMatchObject({ code: 0, err: '' });
    expect(given.out).toMatch(/✓ key +local \(expected one of local in .edgekeeper\/local\/kvs.json\)/);
    expect(given.out).toMatch(/\nallowed\n$/);
    const late = await at(`/~${made}/private/film.mp4`, '--time', String(NOON + 120), '--json');
    expect(JSON.parse(late.out)).toMatchObject({ reason: 'expired', status: 403, nearest: 'expired 1 minute ago' });
    for (const { out } of [given, late]) for (const part of made.split('.')) expect(out).not.toContain(part);
  });

  test('a token from standard input, and as an argument by mistake', async () => {
    const { out } = await run([`${origin}/members/x`, ...AT_NOON, '--token', '-'], { cwd: service, input: made });
    expect(out).toContain('refused: algorithm (answered 403)');
    expect(out).toContain(
      'nearest miss: the token is signed with HS256, which is for /private/*, but /members/* checks with a public key',
    );
    const { err } = await at('/private/x', '--token', made);
    expect(err).toBe('ERR_OPTION_INVALID: --token: expected a file with a token, or - for standard input\n');
  });
}, 60_000);

test.each<{ says: string; args: readonly string[] }>([
  {
    says: 'ERR_OPTION_INVALID: url: expected a full URL, such as https://www.example.com/film.mp4, or -, got a text',
    args: ['www.example.com/film.mp4?Signature=secret', ...KEY_OPTION],
  },
  { says: 'ERR_OPTION_INVALID: --public-key: expected <key pair id>=<file>, got nothing', args: [SIGNED_URL] },
  {
    says: 'ERR_OPTION_INVALID: --public-key: expected <key pair id>=<file>, got a text',
    args: [SIGNED_URL, '--public-key', 'rsa.pem'],
  },
  {
    says: 'ERR_FILE_MISSING: --public-key K1: expected a file at nowhere.pem, got ENOENT',
    args: [SIGNED_URL, '--public-key', 'K1=nowhere.pem'],
  },
  {
    says: 'ERR_KEY_INVALID: --public-key K1: expected a PEM of RSA 2048 or ECDSA P-256 in header.txt',
    args: [SIGNED_URL, '--public-key', 'K1=header.txt'],
  },
  {
    says: 'ERR_FILE_MISSING: --cookie: expected a file at nowhere, got ENOENT',
    args: [SIGNED_URL, ...KEY_OPTION, '--cookie', '@nowhere'],
  },
  {
    says: 'ERR_OPTION_INVALID: --header: expected Name: value, got a text',
    args: [SIGNED_URL, ...KEY_OPTION, '--header', 'secret'],
  },
  {
    says: `ERR_OPTION_INVALID: --ip: expected the viewer's IP address, got "203.0.113.0/24"`,
    args: [SIGNED_URL, ...KEY_OPTION, '--ip', '203.0.113.0/24'],
  },
  {
    says: 'ERR_OPTION_INVALID: --time: expected a duration such as 2h, a date such as 2030-01-31T12:00:00Z, or epoch seconds, got "1767268800000"',
    args: [SIGNED_URL, ...KEY_OPTION, '--time', '1767268800000'],
  },
  { says: 'ERR_OPTION_INVALID: standard input: expected one request as JSON', args: ['-'] },
  {
    says: 'ERR_FILE_MISSING: --token: expected a folder with serverless.yml, whose sections take tokens',
    args: [URL_ALONE, '--token', 'header.txt'],
  },
  {
    says: 'ERR_OPTION_INVALID: --token: expected no public key beside it, got one',
    args: [URL_ALONE, ...KEY_OPTION, '--token', 'header.txt'],
  },
  {
    says: 'ERR_OPTION_INVALID: --token: expected a file, since standard input holds the request',
    args: ['-', '--token', '-'],
  },
  {
    says: 'ERR_OPTION_INVALID: --tokens: expected lines on standard input, got a URL',
    args: [SIGNED_URL, ...KEY_OPTION, '--tokens'],
  },
])('$says', async ({ says, args }) => {
  const { code, out, err } = await run(args);
  expect({ code, out, err }).toEqual({ code: 1, out: '', err: `${says}\n` });
});
