import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../build/functions.ts';
import { readPackage } from '../../cli/service.ts';
import { parseConfig } from '../../config/parse.ts';
import { packageService } from '../../deploy/package.ts';
import { addSignedPaths } from '../../deploy/signed-paths.ts';
import type { Template } from '../../deploy/template.ts';
import { validateTemplate } from '../../deploy/validate.ts';
import { startEdge } from '../../emulator/edge.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import { signCanned, signedUrl } from '../../signing/signed-requests.ts';
import { ask } from '../support/edge.ts';
import { copyService } from '../support/service-copy.ts';
import { SETTINGS } from '../support/settings.ts';
import { STATE } from '../support/tokens.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });

function writeKeys(folder: string): void {
  mkdirSync(join(folder, 'keys'), { recursive: true });
  for (const [name, { publicKey }] of Object.entries({ rsa, ec, weak })) {
    writeFileSync(join(folder, 'keys', `${name}.pem`), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  writeFileSync(join(folder, 'keys', 'private.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'keys', 'junk.pem'), 'junk');
}

describe('settings with public keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-keys-'));
  writeKeys(folder);
  const PRIVATE = {
    PathPattern: '/private/*',
    TargetOriginId: 'regional',
    FunctionAssociations: [{ EventType: 'viewer-request' }],
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  function templateFor(signed: object): Template {
    const page = { PathPattern: '/_edgekeeper/*', TargetOriginId: 'error-page' };
    const DistributionConfig = { CacheBehaviors: [page, PRIVATE] };
    const template: Template = {
      Resources: { Distribution: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } } },
    };
    addSignedPaths(template, folder, 'edgekeeper-dev', parseConfig({ ...SETTINGS, signed }));
    return template;
  }

  test('make keys, a key group and a behavior that trusts it', () => {
    const { Resources } = templateFor({ path: '/signed/*', publicKeys: ['keys/rsa.pem', 'keys/ec.pem'] });
    const ids = Object.keys(Resources).filter((id) => /^PublicKey[0-9a-f]{8}$/.test(id));
    expect(ids).toHaveLength(2);
    expect(Resources.SignedKeyGroup?.Properties).toEqual({
      KeyGroupConfig: { Name: 'edgekeeper-dev-signed', Items: ids.map((Ref) => ({ Ref })) },
    });
    expect(Resources.Distribution?.Properties.DistributionConfig).toEqual({
      CacheBehaviors: [
        { PathPattern: '/_edgekeeper/*', TargetOriginId: 'error-page' },
        PRIVATE,
        { ...PRIVATE, PathPattern: '/signed/*', TrustedKeyGroups: [{ Ref: 'SignedKeyGroup' }] },
      ],
    });
  });

  test.each([
    {
      file: 'keys/none.pem',
      says: 'signed.publicKeys[0]: expected a file with a public key, got "keys/none.pem (ENOENT)"',
    },
    { file: 'keys/junk.pem', says: 'signed.publicKeys[0]: expected a public key of RSA 2048 or ECDSA P-256 as PEM' },
    {
      file: 'keys/private.pem',
      says: 'signed.publicKeys[0]: expected a public key of RSA 2048 or ECDSA P-256 as PEM',
    },
    { file: 'keys/weak.pem', says: 'signed.publicKeys[0]: expected a public key of RSA 2048 or ECDSA P-256 as PEM' },
  ])('are refused: $says', ({ file, says }) => {
    expect(() => templateFor({ path: '/signed/*', publicKeys: [file] })).toThrow(says);
  });

  test.each(['/private/*', '/private/films/*'])('are refused for %s, which another behavior answers', (path) => {
    expect(() => templateFor({ path, publicKeys: ['keys/rsa.pem'] })).toThrow(
      'signed.path: expected a path pattern that no behavior covers before it (/private/* does)',
    );
  });
});

describe('a service with public keys', () => {
  let root: string;
  beforeAll(async () => {
    root = await copyService();
    writeKeys(root);
    const file = join(root, 'serverless.yml');
    const text = readFileSync(file, 'utf8')
      .replace('# signed: {', 'signed: {')
      .replace('keys/signed.pem', 'keys/rsa.pem');
    expect(text).toContain('    signed: { path: /signed/*, publicKeys: [keys/rsa.pem] }');
    writeFileSync(file, text);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('packages to a template that AWS accepts, and that opens /signed/* to signed URLs', async () => {
    const file = await packageService({ root, outFolder: join(root, 'package') });
    expect(await validateTemplate(file)).toEqual([]);

    const { template, config } = await readPackage(root, file);
    const id = Object.keys((template as Template).Resources).find((name) => name.startsWith('PublicKey')) ?? '';
    await buildFunctions({ root, config, outFolder: 'dist' });
    const sample = join(root, 'emulator', 'sample');
    mkdirSync(join(sample, 'signed'));
    writeFileSync(join(sample, 'signed', 'film.txt'), 'film');
    const edge = await startEdge({
      template,
      bundles: join(root, 'dist'),
      origins: { 'us-east-1': sample, 'eu-west-1': sample },
      store: memoryStore({ state: STATE }),
    });
    try {
      const resource = `${edge.url.replace('http:', 'https:')}/signed/film.txt`;
      const signer = { keyPairId: id, privateKey: rsa.privateKey, hashAlgorithm: 'SHA1' as const };
      const grant = { resource, dateLessThan: Math.floor(Date.now() / 1000) + 60 };
      const signed = signedUrl(resource, signCanned(grant, signer)).slice(edge.url.length + 1);
      expect(await ask(edge.url, signed)).toMatchObject({
        status: 200,
        body: 'film',
        headers: { 'x-origin-region': 'us-east-1' },
      });
      expect((await ask(edge.url, '/signed/film.txt')).body).toContain('<Code>MissingKey</Code>');
      for (const target of ['/sign%65d/film.txt', '/signed%2Ffilm.txt', '//signed/film.txt', '/x/../signed/film.txt']) {
        expect([400, 403]).toContain((await ask(edge.url, target)).status);
      }
    } finally {
      await edge.close();
    }
  });
});
