/** The command in a folder that holds no service: a distribution made elsewhere. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILMS_TEMPLATE } from '../support/aws-cli.ts';
import { runCommand, startCommand } from '../support/command.ts';
import { ask } from '../support/edge.ts';
import { EC } from '../support/signed-requests.ts';

const PRINTED = fileURLToPath(new URL('../support/aws-cli', import.meta.url));
const PORTS = ['--port', '0', '--control-port', '0'];
const KINDS = ['cache-policy', 'origin-request-policy', 'response-headers-policy', 'key-group', 'public-key'];
const RESOURCES = KINDS.flatMap((kind) => ['--resource', `get-${kind}.json`]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-elsewhere-'));
  await cp(PRINTED, folder, { recursive: true });
  const { Films } = FILMS_TEMPLATE.Resources;
  const two = { ...FILMS_TEMPLATE, Resources: { ...FILMS_TEMPLATE.Resources, Others: Films } };
  await writeFile(join(folder, 'one.json'), JSON.stringify(FILMS_TEMPLATE));
  await writeFile(join(folder, 'two.json'), JSON.stringify(two));
  const rooted = { ...FILMS_TEMPLATE, Parameters: { ...FILMS_TEMPLATE.Parameters, Root: { Type: 'String' } } };
  const text = JSON.stringify(rooted).replace('"DefaultRootObject":"index.html"', '"DefaultRootObject":{"Ref":"Root"}');
  await writeFile(join(folder, 'rooted.json'), text);
  await writeFile(join(folder, 'template.yaml'), 'Resources: {}\n');
  await writeFile(join(folder, 'stray.pem'), EC.privatePem);
  await mkdir(join(folder, 'site'));
  await writeFile(join(folder, 'site', 'index.html'), 'the site');
});
afterAll(() => rm(folder, { recursive: true }));

const start = (...args: string[]) => startCommand(['local', ...PORTS, ...args], folder);

async function served(args: readonly string[], until: string) {
  const edge = start(...args);
  const out = await edge.until(until);
  return {
    out,
    async end() {
      edge.child.kill('SIGINT');
      return edge.ended;
    },
  };
}

describe('is served', () => {
  test.each([
    { name: 'a template', args: ['--template', 'one.json', '--resource', 'get-public-key.json'] },
    {
      name: 'one of several in a template',
      args: ['--template', 'two.json', '--distribution', 'Others', ...RESOURCES.slice(-2)],
    },
    { name: 'a distribution config', args: ['--distribution-config', 'get-distribution.json', ...RESOURCES] },
  ])('from $name, with what to try', async ({ args }) => {
    const { out, end } = await served([...args, '--origin', 'films=site'], 'Ctrl-C ends it.');
    const url = /is at (\S+),/.exec(out)?.[1] ?? '';
    expect(await ask(url, '/')).toMatchObject({ status: 200, body: 'the site' });
    expect((await ask(url, '/api/x')).status).toBe(502);
    const control = /control API at (\S+)\.\n/.exec(out)?.[1] ?? '';
    expect(out).toContain(`  curl -X PUT ${control}/origins/films/fault -d '{"kind":"refuse"}'`);
    expect(out).toContain('Origin films is the folder site\n');
    expect(out).not.toMatch(/token|region/);
    const notice =
      'origin api: nothing stands in for api.example.com, which is answered 502: --origin api=<folder or URL>';
    expect(out).toContain(`  ${notice}\n`);
    expect((await end()).err).toBe(`emulator: ${notice}\n`);
  });

  test('as one line of JSON, with its notices, and without findings, since no template is checked', async () => {
    const args = ['--distribution-config', 'get-distribution-config.json', '--json'];
    const { out, end } = await served(args, '\n');
    expect((await ask(JSON.parse(out).control, '/findings')).body).toBe('null\n');
    await end();
    expect(JSON.parse(out)).toMatchObject({ distribution: 'EDFDVBD6EXAMPLE' });
    expect(JSON.parse(out).notices).toContain('DistributionConfig.Staging: it is served like any other');
  });

  test('with TLS, and what it says lets curl in', async () => {
    const args = ['--template', 'one.json', '--resource', 'get-public-key.json', '--origin', 'films=site'];
    const { out, end } = await served([...args, '--https', '--https-port', '0'], 'Ctrl-C ends it.');
    const command = /^ {2}curl (--cacert \S+) -i (https:\/\/localhost:\d+\/)$/m.exec(out);
    const [, trust = '', url = ''] = command ?? [];
    const curl = promisify(execFile)('curl', ['-sS', ...trust.split(' '), url], { cwd: folder });
    expect((await curl).stdout).toBe('the site');
    const plain = /^Without TLS it is at (\S+)\.$/m.exec(out)?.[1] ?? '';
    expect(await ask(plain, '/')).toMatchObject({
      status: 301,
      headers: { location: `https://localhost:${new URL(url).port}/` },
    });
    await end();
  });

  test('with values for its parameters', async () => {
    await writeFile(join(folder, 'site', 'a=b.html'), 'the other page');
    const args = ['--template', 'rooted.json', '--resource', 'get-public-key.json', '--origin', 'films=site', '--json'];
    const { out, end } = await served([...args, '--parameter', 'Root=a=b.html'], '\n');
    expect((await ask(JSON.parse(out).url, '/')).body).toBe('the other page');
    await end();
  });

  test('and signed for with the private key of a trusted key group', async () => {
    const printed = JSON.parse(await readFile(join(folder, 'get-public-key.json'), 'utf8'));
    printed.PublicKey.PublicKeyConfig.EncodedKey = EC.publicPem;
    await writeFile(join(folder, 'own-key.json'), JSON.stringify(printed));
    await writeFile(join(folder, 'own-key.pem'), EC.privatePem);
    const args = ['--template', 'one.json', '--resource', 'own-key.json', '--origin', 'films=site', '--json'];
    const { out, end } = await served([...args, '--signing-key', 'own-key.pem'], '\n');
    const { control } = JSON.parse(out);
    const choices = await ask(control, '/try');
    const answers = [choices.body];
    const reason = async (expiresInSeconds: number) => {
      const credential = { way: 'signed-url', expiresInSeconds, claims: {} };
      const body = JSON.stringify({ path: '/signed/index.html', credential });
      const tried = await ask(control, '/try', { method: 'POST', body });
      const request = await ask(control, `/requests/${encodeURIComponent(JSON.parse(tried.body).requestId)}`);
      answers.push(tried.body, request.body);
      return JSON.parse(request.body).reason;
    };
    expect(JSON.parse(choices.body)).toMatchObject({
      signedPaths: ['/signed/*'],
      ways: [{ key: 'K2JCJMDEHXQW5F' }, {}],
    });
    expect([await reason(60), await reason(0)]).toEqual([null, 'expired']);
    const { out: shown, err } = await end();
    for (const line of EC.privatePem.split('\n').slice(1, 3)) {
      expect(answers.join() + shown + err).not.toContain(line);
    }
  });

  test('and nothing is built, nor a key made', async () => {
    expect((await readdir(folder)).filter((name) => name === 'dist')).toEqual([]);
    expect((await readdir(join(folder, '.edgekeeper', 'local'))).filter((name) => name === 'keys')).toEqual([]);
  });
});

describe('is refused in one line', () => {
  test.each([
    {
      args: ['--template', 'two.json'],
      says: 'ERR_TEMPLATE_INVALID: Resources: expected one AWS::CloudFront::Distribution, or --distribution <logical id> to choose, got ["Films","Others"]',
    },
    {
      args: ['--template', 'one.json', '--resource', 'get-public-key.json', '--health'],
      says: 'ERR_OPTION_INVALID: --health: expected health in the settings of serverless.yml, got "none"',
    },
    {
      args: ['--template', 'two.json', '--distribution', 'Other'],
      says: 'ERR_OPTION_INVALID: distribution: expected one of Films, Others, got "Other"',
    },
    {
      args: ['--template', 'one.json', '--parameter', 'Name=x'],
      says: 'ERR_OPTION_INVALID: parameter: expected one of Studio, got "Name"',
    },
    {
      args: ['--template', 'one.json', '--parameter', 'Studio'],
      says: 'ERR_OPTION_INVALID: --parameter: expected <name>=<value>, got "Studio"',
    },
    {
      args: ['--template', 'one.json'],
      says: 'ERR_TEMPLATE_INVALID: KeyGroup.KeyGroupConfig.Items: expected an AWS::CloudFront::PublicKey that is described: put what "aws cloudfront get-public-key --id K2JCJMDEHXQW5F" prints into a file, and give it with --resource <file>, got "K2JCJMDEHXQW5F"',
    },
    {
      args: ['--template', 'template.yaml'],
      says: 'ERR_TEMPLATE_INVALID: template.yaml: expected JSON, got YAML; "cdk synth --json" prints JSON, "serverless package" writes it, "cfn-flip template.yaml template.json" makes it of any template',
    },
    {
      args: ['--distribution-config', 'one.json'],
      says: 'ERR_TEMPLATE_INVALID: distribution config: expected what "aws cloudfront get-distribution-config" or "get-distribution" prints, got ["Parameters","Mappings","Resources"]',
    },
    {
      args: ['--template', 'one.json', '--resource', 'get-public-key.json', '--signing-key', 'stray.pem'],
      says: 'ERR_KEY_INVALID: --signing-key: expected the private half of a key in a section of Lambda@Edge or in a trusted key group here, got "stray.pem"',
    },
    { args: ['--template', 'none.json'], says: 'ERR_FILE_MISSING: none.json: expected a file, got ENOENT' },
    {
      args: ['--distribution-config', 'get-distribution.json', ...RESOURCES, '--origin', 'web=site'],
      says: 'ERR_OPTION_INVALID: origin: expected one of films, films-copy, api, got "web"',
    },
  ])('$args', async ({ args, says }) => {
    expect(await start(...args).ended).toEqual({ code: 1, out: '', err: `${says}\n` });
  });

  test('a template beside a distribution config is wrong usage', async () => {
    const args = ['--template', 'one.json', '--distribution-config', 'get-distribution.json'];
    const { code, err } = await runCommand(['local', ...args], folder);
    expect(code).toBe(2);
    expect(err).toContain("'--distribution-config <file>' cannot be used with option '--template <file>'");
  });
});
