/** A service that is edited while it is served, by the command; each answer is asked for as soon as a file is written. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCommand } from '../support/command.ts';
import { ask } from '../support/edge.ts';
import { functionFiles, withScript } from '../support/function-files.ts';
import { ALGORITHMS, memberKeys, memberToken } from '../support/member-keys.ts';
import { copyService } from '../support/service-copy.ts';
import { template } from '../support/template.ts';

const NAVIGATION = { 'sec-fetch-mode': 'navigate' };
const SCRIPT = 'functions/cloudfront/viewer-request.ts';
const KEYS = 'keys/members.jwks.json';
const LAMBDA = 'functions/lambda-edge/viewer-request.ts';

let folder: string;
let edge: ReturnType<typeof startCommand>;
let url: string;
let control: string;
let err = '';
beforeAll(async () => {
  folder = await copyService();
  const { privateKey, publicKey } = ALGORITHMS.RS256;
  await writeFile(join(folder, 'mine.pem'), String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const mine = { ...publicKey.export({ format: 'jwk' }), kid: 'mine' };
  await writeFile(join(folder, KEYS), JSON.stringify({ keys: [mine] }));
  const ports = ['--port', '0', '--control-port', '0'];
  edge = startCommand(['local', ...ports, '--signing-key', 'mine.pem', '--json'], folder);
  edge.child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  ({ url, control } = JSON.parse(await edge.until('\n')));
}, 60_000);
afterAll(async () => {
  edge.child.kill('SIGINT');
  await edge.ended;
  await rm(folder, { recursive: true });
});

/** Writes a file as an editor does: another in its place, or the same cut and written. */
async function change(file: string, from: string, to: string, isInPlace = false): Promise<void> {
  const path = join(folder, file);
  const before = await readFile(path, 'utf8');
  expect(before).toContain(from);
  const text = before.replace(from, to);
  if (isInPlace) return writeFile(path, text);
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const get = (path: string, headers = {}) => ask(url, path, { headers });

const uncanonical = async () => (await get('/a%2Fb')).status;

test('a source that two functions share, cut and written', async () => {
  expect(await uncanonical()).toBe(400);
  await change('shared/access/refusal.ts', "'path') return 400", "'path') return 410", true);
  expect(await uncanonical()).toBe(410);
  await change('shared/access/refusal.ts', "'path') return 410", "'path') return 400");
  expect(await uncanonical()).toBe(400);
});

test.each([
  { file: SCRIPT, path: '/private/index.html' },
  { file: LAMBDA, path: '/members/index.html' },
])('the source of a function: $file', async ({ file, path }) => {
  const from = 'refusalResponse(reason)';
  expect((await get(path)).status).toBe(401);
  await change(file, `= ${from}`, '= edgeResponse(402)');
  expect((await get(path)).status).toBe(402);
  await change(file, '= edgeResponse(402)', `= ${from}`);
  expect((await get(path)).status).toBe(401);
});

const THROWS = "if (event) throw new Error('here');";

test.each([
  { file: SCRIPT, before: '  const pathToken = USES', path: '/index.html' },
  { file: LAMBDA, before: '  const viewer = viewerRequestOf', path: '/members/index.html' },
  {
    file: 'shared/access/section.ts',
    before: '  return sections.find',
    throws: "if (path === '/private/here') throw new Error('here');",
    path: '/private/here',
  },
])('an error is told by its place in $file', async ({ file, before, throws = THROWS, path }) => {
  const thrown = `  ${throws}\n`;
  await change(file, before, thrown + before);
  const { headers, status } = await get(path);
  expect(status).toBe(503);
  await change(file, thrown + before, before);
  const trace = JSON.parse(
    (await ask(control, `/requests/${encodeURIComponent(String(headers['x-amz-cf-id']))}`)).body,
  );
  const { place } = trace.stages.find(({ stage }: { stage: string }) => stage === 'viewer-request').run;
  const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
  const line = lines.findIndex((text) => text.startsWith(before)) + 1;
  const column = thrown.indexOf('new Error') + 1;
  expect(place).toMatchObject({ file, line, column });
  expect(err).toContain(`${file}:${line}:${column}`);
});

test('many changes at once end in the last one', async () => {
  for (let status = 420; status <= 430; status++) {
    await change('shared/access/refusal.ts', `return ${status === 420 ? 400 : status - 1};`, `return ${status};`, true);
  }
  expect(await uncanonical()).toBe(430);
  await change('shared/access/refusal.ts', 'return 430;', 'return 400;');
  expect(await uncanonical()).toBe(400);
});

test('a setting of Lambda@Edge', async () => {
  const location = async () => (await get('/members/index.html', NAVIGATION)).headers.location;
  expect(await location()).toContain('https://app.example.com/sign-in?');
  await change('serverless.yml', 'https://app.example.com/sign-in', 'https://id.example.com/in');
  expect(await location()).toContain('https://id.example.com/in?');
});

test('a setting of the CloudFront Function', async () => {
  const status = async () => (await get('/private/index.html', NAVIGATION)).status;
  expect(await status()).toBe(401);
  const signIn = 'signIn: { url: https://id.example.com/in, return: return, hosts: [www.example.com] }';
  await change('serverless.yml', 'revocation: true', `revocation: true\n        ${signIn}`);
  expect(await status()).toBe(302);
});

test('what serverless.yml includes, with what is cached', async () => {
  expect((await get('/photo.jpg')).headers['x-cache']).toBe('Miss from cloudfront');
  await change('deploy/distribution.yml', 'AccessControlMaxAgeSec: 63072000', 'AccessControlMaxAgeSec: 100');
  expect((await get('/photo.jpg')).headers).toMatchObject({
    'strict-transport-security': 'max-age=100',
    'x-cache': 'Hit from cloudfront',
  });
});

test('the keys of a section', async () => {
  const credential = await memberToken({ exp: Math.floor(Date.now() / 1000) + 600 });
  const status = async () => (await get('/members/index.html', { authorization: `Bearer ${credential}` })).status;
  expect(await status()).toBe(403);
  expect(await triedByKey()).toEqual({ key: 'mine', status: 200 });
  const { jwks } = await memberKeys();
  await writeFile(join(folder, KEYS), JSON.stringify({ keys: jwks }));
  expect(await status()).toBe(200);
  expect(await triedByKey()).toEqual({ key: 'RS256', status: 200 });
});

test('requests are explained by the settings that are served', async () => {
  const reasons = async () => {
    const { headers } = await get('/private/index.html', { cookie: 'edgekeeper=a.b.c' });
    const { body } = await ask(control, `/requests/${encodeURIComponent(String(headers['x-amz-cf-id']))}`);
    const { reason, explanation } = JSON.parse(body);
    return [reason, explanation.reason];
  };
  const edits = [
    ['deploy/distribution.yml', 'ViewerProtocolPolicy: https-only', 'ViewerProtocolPolicy: none'],
    ['serverless.yml', 'name: edgekeeper\n', 'name: other\n'],
  ] as const;
  for (const [file, from, to] of edits) await change(file, from, to);
  expect(await reasons()).toEqual(['malformed', 'malformed']);
  await change(edits[0][0], edits[0][2], edits[0][1]);
  expect(await reasons()).toEqual(['no-credential', 'no-credential']);
  await change(edits[1][0], edits[1][2], edits[1][1]);
  expect(await reasons()).toEqual(['malformed', 'malformed']);
});

/** What a private key of the command signs with, and what the edge answers then. */
async function triedByKey() {
  const path = '/members/index.html';
  const { ways } = JSON.parse((await ask(control, `/try?path=${path}`)).body);
  const body = JSON.stringify({ path, credential: { expiresInSeconds: 60, claims: {} } });
  const { status } = JSON.parse((await ask(control, '/try', { method: 'POST', body })).body);
  return { key: ways[0].key, status };
}

test.each([
  {
    what: 'a source',
    file: SCRIPT,
    from: 'const store = cf.kvs();',
    to: 'const store = cf.kvs(;',
    code: 'ERR_BUILD_FAILED',
    says: new RegExp(`${SCRIPT}:\\d+:22: `),
  },
  {
    what: 'what the runtime lacks',
    file: SCRIPT,
    from: 'const store = cf.kvs();',
    to: 'const store = cf.kvs(); setTimeout(handler, 1);',
    code: 'ERR_BUILD_FAILED',
    says: /viewer-request\.ts:\d+:\d+: expected cloudfront-js-2\.0, got the global setTimeout/,
  },
  {
    what: 'a setting',
    file: 'serverless.yml',
    from: 'maxAgeSeconds: 60',
    to: 'maxAgeSeconds: no',
    code: 'ERR_CONFIG_INVALID',
    says: /failover\.maxAgeSeconds: expected/,
  },
  {
    what: 'YAML',
    file: 'serverless.yml',
    from: 'service: edgekeeper',
    to: 'service: [edgekeeper',
    code: 'ERR_PACKAGE_FAILED',
    says: /serverless\.yml/,
  },
  {
    what: 'the template',
    file: 'deploy/distribution.yml',
    from: 'ViewerProtocolPolicy: https-only',
    to: 'ViewerProtocolPolicy: none',
    code: 'ERR_TEMPLATE_INVALID',
    says: /ViewerProtocolPolicy: expected/,
  },
])('$what that is broken, then repaired', async ({ file, from, to, code, says }) => {
  const before = err.length;
  await change(file, from, to);
  const answer = await get('/photo.jpg');
  expect(answer.status).toBe(200);
  expect(answer.headers['x-edgekeeper-update-failed']).toBe(code);
  const page = await get('/photo.jpg', NAVIGATION);
  expect(page.status).toBe(500);
  expect(page.body).toMatch(says);
  await expect.poll(() => err.slice(before)).toMatch(says);
  expect(err.slice(before)).toContain(`${file} changed: not updated, the last good version goes on\n${code}: `);
  expect(err.slice(before)).not.toContain('    at ');

  await change(file, to, from);
  const repaired = await get('/photo.jpg', NAVIGATION);
  expect(repaired.status).toBe(200);
  expect(repaired.headers).not.toHaveProperty('x-edgekeeper-update-failed');
});

test('keys that are none, of which nothing is shown', async () => {
  await writeFile(join(folder, KEYS), '{"keys": [{"kty": "oct", "k": "c2VjcmV0LW9mLWEta2V5"}]}');
  const { status, body } = await get('/photo.jpg', NAVIGATION);
  expect(status).toBe(500);
  expect(body).toContain('protected[1].jwks: expected a public key');
  await writeFile(join(folder, KEYS), '{"keys": []}');
  expect((await get('/photo.jpg', NAVIGATION)).status).toBe(200);
  expect(body + err).not.toContain('c2VjcmV0');
});

const saying = (version: string) =>
  `function handler() { return { statusCode: 200, headers: { 'x-version': { value: '${version}' } } }; }`;

describe('a distribution made elsewhere', () => {
  async function started(...args: string[]) {
    const elsewhere = await functionFiles();
    await elsewhere.write('template.json', JSON.stringify(withScript()));
    await elsewhere.write('code/auth.js', saying('one'));
    const common = ['local', '--port', '0', '--control-port', '0', '--template', 'template.json'];
    const command = startCommand([...common, '--function', 'auth=code/auth.js', ...args], elsewhere.folder);
    const { url } = JSON.parse(await command.until('\n').then((out) => out.split('\n')[0] ?? ''));
    return {
      write: elsewhere.write,
      version: async () => (await ask(url, '/')).headers['x-version'],
      async end() {
        command.child.kill('SIGINT');
        await command.ended;
        await elsewhere.close();
      },
    };
  }

  test('its functions and its template', async () => {
    const { write, version, end } = await started('--json');
    expect(await version()).toBe('one');
    await write('code/auth.js', saying('two'));
    expect(await version()).toBe('two');
    await write('template.json', JSON.stringify(template({ code: saying('inline') })));
    expect(await version()).toBe('two');
    await write('template.json', JSON.stringify(withScript()));
    expect(await version()).toBe('two');
    await write('code/auth.js', saying('three'));
    expect(await version()).toBe('three');
    await end();
  });

  test('with --no-watch as it was at the start', async () => {
    const { write, version, end } = await started('--json', '--no-watch');
    await write('code/auth.js', saying('two'));
    expect(await version()).toBe('one');
    await end();
  });
});
