/** `sign token`, by the command. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCommand } from '../support/command.ts';

const secret = Buffer.alloc(32, 1);

let folder: string;
let keys: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-keys-'));
  keys = join(folder, '.edgekeeper', 'local', 'keys');
  await writeFile(join(folder, 'package.json'), '{}');
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => startCommand(args, folder).ended;

describe('sign token', () => {
  test('needs a key', async () => {
    const { code, err } = await run('sign', 'token');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'ERR_KEY_INVALID: .edgekeeper/local/keys: expected a key; "npm start" or "edgekeeper keys add" makes one\n',
    });
  });

  describe('with a key', () => {
    beforeAll(async () => {
      await mkdir(keys, { recursive: true });
      await writeFile(join(keys, 'mine'), `${secret.toString('base64url')}\n`);
    });

    test('prints a token alone, with the claims that were asked for', async () => {
      const before = Math.floor(Date.now() / 1000);
      const args = [
        '--path',
        '/private/*',
        '--path',
        '/x',
        '--not',
        '/private/y',
        '--expires',
        '90s',
        '--not-before',
        '5s',
        '--ip',
        '::1',
      ];
      const { code, out } = await run('sign', 'token', ...args, '--issuer', 'me', '--audience', 'cdn');
      const { payload, protectedHeader } = await jwtVerify(out.trim(), secret, {
        currentDate: new Date((before + 30) * 1000),
      });
      expect(code).toBe(0);
      expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'mine' });
      const { iat = 0, exp = 0, nbf = 0, ...others } = payload;
      expect(others).toEqual({ res: ['/private/*', '/x'], not: ['/private/y'], ip: ['::1'], iss: 'me', aud: ['cdn'] });
      expect([exp - iat, nbf - iat]).toEqual([90, 5]);
      expect(iat - before).toBeLessThan(30);
    });

    test('cuts a duration to whole seconds', async () => {
      const { iat = 0, exp = 0 } = decodeJwt((await run('sign', 'token', '--expires', '1500ms')).out.trim());
      expect(exp - iat).toBe(1);
    });

    test.each([
      {
        content: Buffer.alloc(32, 2).toString('base64url'),
        says: 'ERR_KEY_INVALID: --kid: expected one of mine, second, got nothing',
      },
      {
        content: Buffer.alloc(31).toString('base64url'),
        says: 'ERR_KEY_INVALID: key second: expected base64url of at least 32 bytes',
      },
    ])('a second key: $says', async ({ content, says }) => {
      const file = join(keys, 'second');
      await writeFile(file, content);
      const { code, err } = await run('sign', 'token');
      await rm(file);
      expect({ code, err }).toEqual({ code: 1, err: `${says}\n` });
    });

    test('holds what restricts it to a place, a program, a session and a viewer', async () => {
      const headers = ['--bound-header', 'User-Agent: curl/8', '--bound-header', 'x-device:  a b '];
      const who = ['--sid', 's1', '--sub', 'u1', '--country', 'DE', '--country', 'US-CA'];
      const { out } = await run('sign', 'token', ...headers, ...who);
      const sha256 = createHash('sha256').update('user-agent:curl/8\nx-device:a b\n').digest('base64url');
      expect(decodeJwt(out.trim())).toMatchObject({
        hdr: { names: ['user-agent', 'x-device'], sha256 },
        geo: ['DE', 'US-CA'],
        sid: 's1',
        sub: 'u1',
      });
    });

    test('is shown as what carries it', async () => {
      const token = /[\w-]+\.[\w-]+\.[\w-]+/;
      const json = JSON.parse((await run('sign', 'token', '--expires', '2030-01-31T12:00:00Z', '--json')).out);
      expect(json).toEqual({ token: expect.stringMatching(token), expires: Date.UTC(2030, 0, 31, 12) / 1000 });
      const cookie = (await run('sign', 'token', '--set-cookie', '--name', 'mine')).out.replace(token, '<token>');
      expect(cookie).toBe('Set-Cookie: mine=<token>; Path=/; Secure; HttpOnly; SameSite=Lax\n');
      const curl = (await run('sign', 'token', '--curl', 'http://localhost:8080/private/x')).out.replace(
        token,
        '<token>',
      );
      expect(curl).toBe("curl -i -b 'edgekeeper=<token>' 'http://localhost:8080/private/x'\n");
    });

    test('warns that IPv4 addresses alone leave out viewers that come over IPv6', async () => {
      expect((await run('sign', 'token', '--ip', '192.0.2.1')).err).toContain('note: viewers that come over IPv6');
      expect((await run('sign', 'token', '--ip', '192.0.2.1', '--ip', '::1')).err).toBe('');
    });

    test.each([
      { alg: 'RS256', pair: generateKeyPairSync('rsa', { modulusLength: 2048 }) },
      { alg: 'ES256', pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
      { alg: 'EdDSA', pair: generateKeyPairSync('ed25519') },
    ])('is signed with a private key of its own: $alg', async ({ alg, pair }) => {
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const jwk = JSON.stringify(pair.privateKey.export({ format: 'jwk' }));
      for (const key of [pem, jwk]) {
        const signing = startCommand(['sign', 'token', '--private-key', '-', '--kid', 'k1'], folder);
        signing.child.stdin.end(key);
        const { protectedHeader } = await jwtVerify((await signing.ended).out.trim(), pair.publicKey);
        expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: 'k1' });
      }
    });

    test.each([
      {
        args: ['--country', 'de'],
        says: 'ERR_OPTION_INVALID: --country: expected a country such as DE, or US-CA, got "de"',
      },
      { args: ['--bound-header', 'Cookie: a'], says: 'ERR_OPTION_INVALID: --bound-header: expected Name: value' },
      { args: ['--bound-header', 'nothing'], says: 'ERR_OPTION_INVALID: --bound-header: expected Name: value' },
      { args: ['--curl', 'localhost'], says: 'ERR_OPTION_INVALID: --curl: expected a URL' },
      {
        args: ['--private-key', 'nowhere.pem'],
        says: 'ERR_FILE_MISSING: --private-key: expected a file at nowhere.pem',
      },
      {
        args: ['--private-key', 'package.json'],
        says: 'ERR_KEY_INVALID: --private-key: expected a private key as PEM or JWK',
      },
    ])('is refused: $args', async ({ args, says }) => {
      const { code, err } = await run('sign', 'token', ...args);
      expect(code).toBe(1);
      expect(err).toContain(says);
    });

    test('opens everything on the host for an hour unless told otherwise', async () => {
      const { iat = 0, exp = 0, ...others } = decodeJwt((await run('sign', 'token')).out.trim());
      expect({ seconds: exp - iat, others }).toEqual({ seconds: 3600, others: {} });
    });

    test.each([
      { args: ['--expires', 'soon'], says: 'ERR_OPTION_INVALID: --expires: expected a duration' },
      { args: ['--expires', '5'], says: 'ERR_OPTION_INVALID: --expires: expected a time to come' },
      { args: ['--expires', '999ms'], says: 'ERR_OPTION_INVALID: --expires: expected a duration' },
      { args: ['--expires', '-1h'], says: 'ERR_OPTION_INVALID: --expires: expected a time to come' },
      { args: ['--ip', '203.0.113.0/33'], says: 'ERR_OPTION_INVALID: --ip: expected an IP address or CIDR range' },
      { args: ['--path', 'private'], says: 'ERR_OPTION_INVALID: --path: expected a pattern that begins with "/"' },
      {
        args: ['--not-before', '1h'],
        says: 'ERR_OPTION_INVALID: --expires: expected a time to come, after --not-before',
      },
      { args: ['--kid', 'other'], says: 'ERR_KEY_INVALID: --kid: expected one of mine, got "other"' },
    ])('$args is refused in one line', async ({ args, says }) => {
      const { code, err, out } = await run('sign', 'token', ...args);
      expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
      expect(err).toContain(says);
    });
  });
});
