/** `explain` and `sign url | cookies`, as processes that read and write lines. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { NOON, SECRET, token } from '../../support/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], input = '') => runCommand(args, folder, input);

const asLines = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n');
const fromLines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const trustedKeys = { K1: String(publicKey.export({ type: 'spki', format: 'pem' })) };
const keyFile = join(folder, 'private.pem');
writeFileSync(keyFile, asPem(privateKey));
const SIGN = ['--key-pair-id', 'K1', '--private-key', keyFile];

function asPem(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}

function request(target: string, more: object = {}) {
  const host = 'www.example.com';
  const time = Date.now() / 1000;
  return { method: 'GET', scheme: 'https', host, target, ip: '203.0.113.7', time, headers: { host }, ...more };
}

describe('sign and explain', () => {
  test.each([
    { args: [], target: (url: string) => url, allow: true },
    { args: ['--hash-algorithm', 'SHA256', '--expires', '2100-01-01'], target: (url: string) => url, allow: true },
    {
      args: ['--resource', 'https://www.example.com/*'],
      target: (url: string) => url.replace('film', 'x'),
      allow: true,
    },
    { args: ['--ip', '203.0.113.0/29'], target: (url: string) => url, allow: true },
    { args: ['--ip', '203.0.113.8'], target: (url: string) => url, allow: false },
    { args: ['--from', '1h', '--expires', '2h'], target: (url: string) => url, allow: false },
    { args: ['--from', '-5m', '--expires', '4102444800'], target: (url: string) => url, allow: true },
    { args: [], target: (url: string) => url.replace('film', 'x'), allow: false },
  ])('a URL signed with $args: $allow', async ({ args, target, allow }) => {
    const { code, out } = await run(['sign', 'url', 'https://www.example.com/film.mp4?own=1', ...SIGN, ...args]);
    expect(code).toBe(0);
    const signed = target(out.trim().slice('https://www.example.com'.length));
    const { out: verdict } = await run(
      ['explain', '--jsonl'],
      asLines([{ id: 'a', request: request(signed), trustedKeys }]),
    );
    expect(fromLines(verdict)).toMatchObject([{ id: 'a', allow }]);
  });

  test.each([
    { name: 'url', said: /^curl -i -g '(https:\/\/www\.example\.com\/it'\\''s\?Expires=4102444800&[^']+)'\n$/ },
    {
      name: 'cookies',
      said: /^curl -i -g -b '(CloudFront-Expires=4102444800; [^']+)' 'https:\/\/www\.example\.com\/it'\\''s'\n$/,
    },
  ])('--curl prints a command: $name', async ({ name, said }) => {
    const args = ['sign', name, "https://www.example.com/it's", ...SIGN, '--expires', '4102444800', '--curl'];
    expect((await run(args)).out).toMatch(said);
    expect((await run([...args, '--json'])).code).toBe(2);
  });

  test('a policy with an address: a note about IPv6, beside the URL', async () => {
    const { out, err } = await run(['sign', 'url', 'https://www.example.com/', ...SIGN, '--ip', '203.0.113.7']);
    expect(out).toMatch(/^https:\/\/\S+\n$/);
    expect(err).toBe('note: viewers that come over IPv6 are refused by a policy with an address\n');
  });

  test('cookies, as Set-Cookie lines and as JSON', async () => {
    const args = ['sign', 'cookies', 'https://www.example.com/', '--resource', 'https://www.example.com/*', ...SIGN];
    const { out } = await run(args);
    const { out: json } = await run([...args, '--json']);
    const cookies = out
      .trim()
      .split('\n')
      .map((line) => /^Set-Cookie: ([^=]+)=([^;]+); Path=\/; Secure; HttpOnly; SameSite=Lax$/.exec(line)?.slice(1));
    expect(Object.keys(JSON.parse(json))).toEqual(cookies.map((cookie) => cookie?.[0]));
    const header = cookies.map((cookie) => cookie?.join('=')).join('; ');
    const lines = [
      { id: 1, request: request('/film.mp4', { headers: { host: 'www.example.com', cookie: [header] } }), trustedKeys },
      { id: 2, request: request('/film.mp4'), cookies, trustedKeys },
      { id: 3, request: request('/film.mp4', { cookies }), trustedKeys: {} },
      { id: 4, request: request('/film.mp4'), trustedKeys },
      { id: 5, request: request('/film.mp4', { query: [['own', null]] }), cookies, trustedKeys },
    ];
    expect(fromLines((await run(['explain', '--jsonl'], asLines(lines))).out)).toEqual([
      { id: 1, allow: true, reason: 'allowed', code: null },
      { id: 2, allow: true, reason: 'allowed', code: null },
      { id: 3, allow: false, reason: 'unknown-key', code: 'InvalidKey' },
      { id: 4, allow: false, reason: 'no-credential', code: 'MissingKey' },
      { id: 5, allow: true, reason: 'allowed', code: null },
    ]);
  });

  test.each([
    { args: ['sign', 'url', 'film.mp4', ...SIGN], says: 'ERR_OPTION_INVALID: url: expected a full URL' },
    { args: ['sign', 'url', 'https://a.test/*', ...SIGN], says: 'ERR_OPTION_INVALID: url: expected one URL' },
    {
      args: ['sign', 'url', 'https://a.test/?a#b', ...SIGN],
      says: 'ERR_OPTION_INVALID: url: expected a full URL with a path and no fragment',
    },
    {
      args: ['sign', 'url', 'https://a.test/?Expires=3', ...SIGN],
      says: 'ERR_OPTION_INVALID: url: expected no signing parameter in it, got "Expires=3"',
    },
    {
      args: ['sign', 'url', 'https://a.test/', ...SIGN, '--expires', '2020-01-01'],
      says: 'ERR_OPTION_INVALID: --expires: expected a time to come, after --from',
    },
    {
      args: ['sign', 'url', 'https://a.test/', ...SIGN, '--from', '2h', '--expires', '2h'],
      says: 'ERR_OPTION_INVALID: --expires: expected a time to come, after --from',
    },
    {
      args: ['sign', 'url', 'https://a.test/', ...SIGN, '--resource', 'https://b.test/*'],
      says: 'ERR_OPTION_INVALID: --resource: expected a pattern that covers the URL',
    },
    {
      args: ['sign', 'url', 'https://a.test/', ...SIGN, '--expires', 'soon'],
      says: 'ERR_OPTION_INVALID: --expires: expected a duration',
    },
    {
      args: ['sign', 'url', 'https://a.test/', ...SIGN, '--ip', '::1'],
      says: 'ERR_OPTION_INVALID: --ip: expected an IPv4 address',
    },
    {
      args: ['sign', 'url', 'https://a.test/', ...SIGN, '--hash-algorithm', 'MD5'],
      says: 'ERR_OPTION_INVALID: --hash-algorithm: expected SHA1 or SHA256',
    },
    {
      args: ['sign', 'url', 'https://a.test/', '--key-pair-id', 'K', '--private-key', 'nowhere'],
      says: 'ERR_FILE_MISSING: --private-key: expected a file at nowhere',
    },
  ])('$says', async ({ args, says }) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(says);
  });

  test.each<{ name: string; key: () => string }>([
    { name: 'no PEM', key: () => 'not a key' },
    { name: 'RSA 3072', key: () => asPem(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey) },
    { name: 'P-384', key: () => asPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey) },
    { name: 'Ed25519', key: () => asPem(generateKeyPairSync('ed25519').privateKey) },
  ])('a key that CloudFront would not take is refused, and not shown: $name', async ({ key }) => {
    const { code, err } = await run(
      ['sign', 'url', 'https://a.test/', '--key-pair-id', 'K', '--private-key', '-'],
      key(),
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: 'ERR_KEY_INVALID: --private-key: expected a PEM of RSA 2048 or ECDSA P-256 in -\n',
    });
  });
});

describe('explain', () => {
  test('goes on after a line that cannot be judged, and says so in the exit code', async () => {
    const good = { id: 'good', request: request('/'), trustedKeys };
    const input = `{\n${asLines([{ id: 'bare' }, { ...good, trustedKeys: { K1: 7 } }, { ...good, request: request('/', { time: 'now' }) }, good])}\n\n`;
    const { code, out } = await run(['explain', '--jsonl'], input);
    expect(code).toBe(1);
    expect(fromLines(out)).toEqual([
      { id: null, error: 'line: expected JSON' },
      { id: 'bare', error: 'request: expected an object, got nothing' },
      { id: 'good', error: 'trustedKeys.K1: expected a public key as PEM, got a number' },
      { id: 'good', error: 'time: expected a number, got a text' },
      { id: 'good', allow: false, reason: 'no-credential', code: 'MissingKey' },
    ]);
  });

  test('--tokens judges signature, header, times, issuer and audience', async () => {
    const keys = { keys: [{ kty: 'oct', kid: 'k1', k: SECRET }] };
    const line = { algorithms: ['HS256'], keys, now: NOON };
    const good = await token({ claims: { iss: 'me', aud: ['cdn'], res: '/elsewhere', not: ['/x'] } });
    const lines = [
      { id: 1, token: good, ...line, issuer: 'me', audience: 'cdn' },
      { id: 2, token: good, ...line, issuer: 'you' },
      { id: 3, token: good, ...line, audience: 'app' },
      { id: 4, token: good, ...line, now: NOON + 60 },
      { id: 5, token: good, ...line, algorithms: ['RS256'] },
      { id: 6, token: await token({ claims: { nbf: NOON + 5 } }), ...line, clockToleranceSeconds: 5 },
      { id: 7, token: await token({ claims: { nbf: NOON + 6 } }), ...line, clockToleranceSeconds: 5 },
      { id: 8, token: good, ...line, keys: {} },
    ];
    const { code, out } = await run(['explain', '--tokens', '--jsonl'], asLines(lines));
    expect(code).toBe(1);
    expect(fromLines(out)).toEqual([
      { id: 1, allow: true, reason: 'allowed' },
      { id: 2, allow: false, reason: 'issuer' },
      { id: 3, allow: false, reason: 'audience' },
      { id: 4, allow: false, reason: 'expired' },
      { id: 5, allow: false, reason: 'algorithm' },
      { id: 6, allow: true, reason: 'allowed' },
      { id: 7, allow: false, reason: 'not-yet-valid' },
      { id: 8, error: 'keys.keys: expected a list of keys (JWKS), got nothing' },
    ]);
  });
});
