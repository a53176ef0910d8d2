/** The command as people run it: a process, its output and its exit code. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCommand } from '../support/command.ts';
import { ask } from '../support/edge.ts';
import { copyService, ROOT } from '../support/service-copy.ts';
import { EC } from '../support/signed-requests.ts';

const COMMAND = join(ROOT, 'cli', 'edgekeeper.js');

/** A copy of the service, so that a test may break it. */
let folder: string;

beforeAll(async () => {
  folder = await copyService();
  await writeFile(join(folder, 'stray.pem'), EC.privatePem);
});
afterAll(() => rm(folder, { recursive: true }));

const start = (args: readonly string[]) => startCommand(args, folder, { service: folder });
const run = (...args: string[]) => start(args).ended;

describe('help', () => {
  test.each([
    { args: ['--help'], says: ['local', 'build', 'sign'] },
    {
      args: ['local', '--help'],
      says: [
        '--port',
        '--control-port',
        '--edge-location',
        '--viewer-country',
        '--viewer-map',
        '--origin',
        '--store-delay',
        '--signing-key',
        '--engine',
        '--json',
      ],
    },
    { args: ['build', '--help'], says: ['dist/'] },
    { args: ['keys', 'add', '--help'], says: ['--kid', '--secret', '--control'] },
    { args: ['keys', 'retire', '--help'], says: ['--force', '--control'] },
    { args: ['revoke', '--help'], says: ['--sid', '--sub', '--at', '--control'] },
    { args: ['revoked', '--help'], says: ['--sid', '--sub', '--prune', '--json', '--control'] },
    { args: ['sign', 'token', '--help'], says: ['--path', '--expires', '--ip', '--issuer', '--audience'] },
  ])('$args', async ({ args, says }) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    for (const text of says) expect(out).toContain(text);
  });

  test.each([
    { args: ['locally'], says: "unknown command 'locally'" },
    { args: ['local', '--port', 'x'], says: 'expected a port from 0 to 65535' },
    { args: ['local', '--nothing'], says: "unknown option '--nothing'" },
  ])('wrong usage: $args', async ({ args, says }) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});

describe('build', () => {
  test('writes the bundles and prints their sizes', async () => {
    const { code, out } = await run('build');
    const { size } = await stat(join(folder, 'dist', 'cloudfront', 'viewer-request.js'));
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^dist/cloudfront/viewer-request\\.js +${size} of 10240 bytes$`, 'm'));
    expect(out).toMatch(/^dist\/lambda-edge\/origin-response\.js +\d+ of 1048576 bytes$/m);
  });
});

describe('local', () => {
  const anyPorts = ['--port', '0', '--control-port', '0'];
  beforeAll(async () => {
    const keys = join(folder, '.edgekeeper', 'local', 'keys');
    await mkdir(keys, { recursive: true });
    await writeFile(join(keys, 'mine'), Buffer.alloc(32, 1).toString('base64url'));
  });

  test('with --json prints one line when ready, and ends at once when told to', async () => {
    const edge = start(['local', ...anyPorts, '--json']);
    const line = await edge.until('\n');
    const { url, control, distribution } = JSON.parse(line);
    expect(distribution).toBe('EDFDVBD6EXAMPLE');
    expect((await ask(url, '/catalogue.json')).status).toBe(200);
    expect((await ask(url, '/private/film.mp4', { headers: { range: 'bytes=0-9' } })).status).toBe(401);
    expect((await ask(control, '/kvs/state')).body).toContain('(secret)');
    edge.child.kill('SIGINT');
    expect(await edge.ended).toEqual({ code: 0, out: line, err: '' });
  });

  test('says what to try, and it is so', async () => {
    const edge = start(['local', ...anyPorts]);
    const text = await edge.until('Ctrl-C ends it.');
    const url = /is at (\S+),/.exec(text)?.[1] ?? '';
    const control = /control API at (\S+)\.\n/.exec(text)?.[1] ?? '';
    const cookie = `edgekeeper=${/token=(.+)/.exec(text)?.[1] ?? ''}`;
    for (const [command, expected] of [
      [`curl -i ${url}/private/catalogue.json`, '401'],
      [`curl -i -b "edgekeeper=$token" ${url}/private/catalogue.json`, '200'],
      [`curl -sS -D - -o /dev/null -b "edgekeeper=$token" ${url}/private/photo.jpg`, 'eu-west-1'],
    ] as const) {
      expect(text).toContain(command);
      if (expected === 'eu-west-1') {
        expect(text).toContain(`curl -X PUT ${control}/origins/us-east-1/fault -d '{"kind":"refuse"}'`);
        await ask(control, '/origins/us-east-1/fault', { method: 'PUT', body: '{"kind":"refuse"}' });
      }
      const target = /\/private\/\S+/.exec(command)?.[0] ?? '';
      const answer = await ask(url, target, command.includes('$token') ? { cookie } : {});
      const actual = expected === 'eu-west-1' ? answer.headers['x-origin-region'] : String(answer.status);
      expect(actual).toBe(expected);
    }
    await edge.until('GET /private/photo.jpg 200 Miss eu-west-1');
    edge.child.kill('SIGINT');
    const { code, out } = await edge.ended;
    expect(code).toBe(0);
    expect(out.slice(text.length)).not.toContain(cookie.slice(-20));
  });

  test.each([
    {
      carrier: 'header',
      says: '-H "Authorization: Bearer $token" ',
      ask: (token: string) => ({ headers: { authorization: `Bearer ${token}` } }),
      target: () => '/private/catalogue.json',
    },
    {
      carrier: 'query',
      says: '?edgekeeper=$token"',
      ask: () => ({}),
      target: (token: string) => `/private/catalogue.json?edgekeeper=${token}`,
    },
  ])('says how to show a token in the $carrier, and it is so', async ({ carrier, says, ask: asked, target }) => {
    const file = join(folder, 'serverless.yml');
    const good = await readFile(file, 'utf8');
    await writeFile(file, good.replace('carriers: [path, query, header, cookie]', `carriers: [${carrier}]`));
    const edge = start(['local', ...anyPorts, '--no-watch']);
    const text = await edge.until('Ctrl-C ends it.');
    await writeFile(file, good);
    expect(text).toContain(says);
    const token = /token=(ey\S+)/.exec(text)?.[1] ?? '';
    const url = /is at (\S+),/.exec(text)?.[1] ?? '';
    expect((await ask(url, target(token), asked(token))).status).toBe(200);
    expect((await ask(url, '/private/catalogue.json', { cookie: `edgekeeper=${token}` })).status).toBe(401);
    edge.child.kill('SIGINT');
    await edge.ended;
  });

  test('serves another folder for an origin, from another edge location', async () => {
    const site = join(folder, 'site');
    await mkdir(site, { recursive: true });
    await writeFile(join(site, 'hello.txt'), 'hello');
    await writeFile(join(folder, 'viewers.json'), '{"203.0.113.0/24": "Tokyo"}');
    const edge = start([
      'local',
      ...anyPorts,
      '--json',
      '--origin',
      'eu-west-1=site',
      '--viewer-map',
      'viewers.json',
      '--edge-location',
      'eu-central-1',
      '--viewer-country',
      'US-CA',
    ]);
    const { url } = JSON.parse(await edge.until('\n'));
    expect(await ask(url, '/hello.txt')).toMatchObject({ body: 'hello', headers: { 'x-amz-cf-pop': 'FRA50-C1' } });
    const headers = { 'x-edgekeeper-viewer': '203.0.113.7' };
    expect(await ask(url, '/hello.txt', { headers })).toMatchObject({ headers: { 'x-amz-cf-pop': 'NRT50-C1' } });
    edge.child.kill('SIGINT');
    await edge.ended;
  });

  test('its keys are rotated while it runs, and what is retired stays so', async () => {
    const signed = async (kid: string) => `edgekeeper=${(await run('sign', 'token', '--kid', kid)).out.trim()}`;
    const status = async (url: string, cookie: string) =>
      (await ask(url, '/private/catalogue.json', { cookie })).status;
    const found = join(folder, '.edgekeeper', 'local', 'edge.json');

    const first = start(['local', ...anyPorts, '--json']);
    const { url, control } = JSON.parse(await first.until('\n'));
    expect((await stat(found)).mode & 0o777).toBe(0o600);
    const old = await signed('mine');
    expect((await run('keys', 'add', '--kid', 'next')).out).toContain(`Added next to the edge at ${control}.`);
    const next = await signed('next');
    expect([await status(url, old), await status(url, next)]).toEqual([200, 200]);
    expect((await run('keys', 'retire', 'mine')).code).toBe(0);
    expect([await status(url, old), await status(url, next)]).toEqual([403, 200]);
    first.child.kill('SIGINT');
    await first.ended;
    await expect(stat(found)).rejects.toMatchObject({ code: 'ENOENT' });

    const second = start(['local', ...anyPorts, '--json']);
    const again = JSON.parse(await second.until('\n'));
    expect([await status(again.url, old), await status(again.url, next)]).toEqual([403, 200]);
    second.child.kill('SIGKILL');
    await second.ended;
    expect(await readFile(found, 'utf8')).toContain(again.control);
    expect(JSON.parse((await run('keys', 'list', '--json')).out)).toMatchObject([{ kid: 'next', match: true }]);
  });

  test('with a store delay a change is not there on the next request', async () => {
    const edge = start(['local', ...anyPorts, '--json', '--store-delay', '1h']);
    const { url } = JSON.parse(await edge.until('\n'));
    const token = (await run('sign', 'token')).out.trim();
    await run('keys', 'retire', 'next', '--force');
    expect((await ask(url, '/private/catalogue.json', { cookie: `edgekeeper=${token}` })).status).toBe(200);
    expect(JSON.parse((await run('keys', 'list', '--json')).out)).toEqual([]);
    edge.child.kill('SIGINT');
    await edge.ended;
    await rm(join(folder, '.edgekeeper', 'local', 'kvs.json'));
  });

  test('with a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.on('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const taken = await run('local', '--port', String(port), '--control-port', '0');
    const controlTaken = await run('local', '--port', '0', '--control-port', String(port));
    other.close();
    expect(taken).toEqual({
      code: 1,
      out: '',
      err: `ERR_LISTEN_FAILED: --port ${port}: expected a free port, got one that is taken\n`,
    });
    expect(controlTaken.err).toBe(
      `ERR_LISTEN_FAILED: --control-port ${port}: expected a free port, got one that is taken\n`,
    );
  });

  test('with a template whose functions do not fit it ends, too', async () => {
    await run('build');
    const template = join('.edgekeeper', 'local', 'package', 'cloudformation-template-update-stack.json');
    const good = await readFile(join(folder, template), 'utf8');
    await writeFile(join(folder, template), good.replace('origin-response.handler', 'origin-nothing.handler'));
    const { code, err } = await run('local', ...anyPorts, '--template', template);
    await writeFile(join(folder, template), good);
    expect(code).toBe(1);
    expect(err).toContain('expected the bundle of functions/lambda-edge/origin-nothing.handler');
  });

  test.each([
    { args: ['--origin', 'us-east-1=nowhere'], says: 'ERR_FILE_MISSING: origin us-east-1: expected a folder at ' },
    {
      args: ['--origin', 'x=functions'],
      says: 'ERR_OPTION_INVALID: origin: expected one of us-east-1, eu-west-1, error-page, got "x"',
    },
    {
      args: ['--origin', 'nothing'],
      says: 'ERR_OPTION_INVALID: --origin: expected <origin id>=<folder or URL>, got "nothing"',
    },
    {
      args: ['--function', 'nothing'],
      says: 'ERR_OPTION_INVALID: --function: expected <name, ARN or logical id>=<file>, got "nothing"',
    },
    {
      args: ['--function', 'x=cli/main.ts'],
      says: 'ERR_OPTION_INVALID: --function: expected edgekeeper-dev-originRequest, ',
    },
    { args: ['--viewer-map', 'nowhere.json'], says: 'ERR_FILE_MISSING: nowhere.json: expected a file, got ENOENT' },
    {
      args: ['--viewer-map', 'package.json'],
      says: 'ERR_OPTION_INVALID: viewer map: expected addresses and CIDR such as 203.0.113.0/24, got ',
    },
    { args: ['--viewer-country', 'Mars'], says: 'ERR_OPTION_INVALID: viewer country: expected a country such as DE' },
    {
      args: ['--store-delay', '20'],
      says: 'ERR_OPTION_INVALID: --store-delay: expected a duration such as 500ms or 20s',
    },
    { args: ['--store-delay', '3601s'], says: 'ERR_OPTION_INVALID: --store-delay: expected a duration' },
    { args: ['--edge-location', 'mars-1'], says: 'ERR_OPTION_INVALID: edge location: expected one of ap-northeast-1' },
    {
      args: ['--template', 'nowhere.json'],
      says: 'ERR_FILE_MISSING: nowhere.json: expected a file, got ENOENT',
    },
    { args: ['--template', 'serverless.yml'], says: 'ERR_TEMPLATE_INVALID: serverless.yml: expected JSON' },
    { args: ['--signing-key', 'nowhere.pem'], says: 'ERR_FILE_MISSING: --signing-key: expected a file at nowhere.pem' },
    {
      args: ['--signing-key', 'serverless.yml'],
      says: 'ERR_KEY_INVALID: --signing-key: expected a private key of RSA, ECDSA P-256 or Ed25519 as PEM or JWK in serv',
    },
    {
      args: ['--signing-key', 'stray.pem'],
      says: 'ERR_KEY_INVALID: --signing-key: expected the private half of a key in a section of Lambda@Edge or in a trusted key group here, got "stray.pem"',
    },
  ])('$args is refused in one line', async ({ args, says }) => {
    const { code, out, err } = await run('local', ...anyPorts, ...args);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
    expect(err).toContain(says);
  });

  describe('with a service that is broken', () => {
    test.each([
      {
        name: 'a setting',
        change: ['maxAgeSeconds: 60', 'maxAgeSeconds: soon'],
        says: 'ERR_CONFIG_INVALID: failover.maxAgeSeconds: expected a whole number',
      },
      {
        name: 'a resource file',
        change: ['deploy/buckets.yml', 'deploy/bucket.yml'],
        says: 'ERR_PACKAGE_FAILED: Cannot resolve serverless.yml: Variables resolution errored with: - Cannot resolve variable at "resources.2"',
      },
      { name: 'the YAML', change: ['provider:', 'provider: ['], says: 'serverless.yml' },
    ])('in $name: one line', async ({ change, says }) => {
      const file = join(folder, 'serverless.yml');
      const good = await readFile(file, 'utf8');
      const [from = '', to = ''] = change;
      expect(good).toContain(from);
      await writeFile(file, good.replace(from, to));
      const { code, out, err } = await run('local', ...anyPorts);
      await writeFile(file, good);
      expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
      expect(err).toContain(says);
    });

    test('in a function: file, line and what to write instead', async () => {
      const file = join(folder, 'shared', 'routing', 'region-order.ts');
      const good = await readFile(file, 'utf8');
      await writeFile(file, good.replace('order.filter(isHealthy)', 'Array.from(order).filter(isHealthy)'));
      const { code, err } = await run('local', ...anyPorts);
      await writeFile(file, good);
      expect(code).toBe(1);
      expect(err).toMatch(
        /^ERR_BUILD_FAILED: shared\/routing\/region-order\.ts:\d+:\d+: expected cloudfront-js-2\.0, got Array\.from; write/,
      );
    });
  });
});

test('the command of a clone runs through npx', async () => {
  const npx = spawn('npx', ['edgekeeper', '--help'], { cwd: ROOT, shell: process.platform === 'win32' });
  let out = '';
  npx.stdout.on('data', (chunk) => {
    out += chunk;
  });
  expect(await new Promise((resolve) => npx.on('close', resolve))).toBe(0);
  expect(out).toContain('Usage: edgekeeper');
  expect((await stat(COMMAND)).mode & 0o111).not.toBe(0);
});
