/** The commands as people run them, against the local CloudFront. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ORIGIN_RESPONSE, VIEWER_REQUEST } from '../../support/associate/wanted.ts';
import { AWS_ENVIRONMENT } from '../../support/aws/access.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';
import { startStackEndpoint } from '../../support/aws/stack-outputs.ts';
import { runCommand } from '../../support/command.ts';
import { copyService } from '../../support/service-copy.ts';

let cloudFront: LocalCloudFront;
let folder: string;
beforeEach(async () => {
  cloudFront = await startCloudFront({
    functions: {
      [VIEWER_REQUEST]: { isPublished: true, stores: ['arn:aws:cloudfront::111122223333:key-value-store/a'] },
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-associate-'));
});
afterEach(async () => {
  await cloudFront.close();
  await rm(folder, { recursive: true });
});

const run = (command: string, ...args: string[]) =>
  runCommand([command, '--distribution', 'E1EXAMPLE', ...args], folder, '', {
    ...AWS_ENVIRONMENT,
    AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.url,
  });

const GIVEN = ['--behavior', '/media/*', '--function', `origin-response=${ORIGIN_RESPONSE}`];

test('associate in a dry run, associate, detach', async () => {
  const dry = await run('associate', ...GIVEN, '--dry-run', '--json');
  expect([dry.code, dry.err]).toEqual([0, '']);
  expect(JSON.parse(dry.out)).toMatchObject({
    distribution: 'E1EXAMPLE',
    sent: false,
    dryRun: true,
    status: 'Deployed',
    changes: [{ place: '/media/* origin-response', from: null, to: ORIGIN_RESPONSE }],
  });
  expect(await readdir(folder)).toEqual([]);

  const refused = await run('associate', ...GIVEN, '--behavior', '/x/*', '--json');
  expect([refused.code, refused.err]).toEqual([
    1,
    'ERR_ASSOCIATION_REFUSED: refusal unknown-behavior --behavior: expected one of default, /media/*, got /x/*; nothing was sent\n',
  ]);
  expect(JSON.parse(refused.out)).toMatchObject({ refused: true, findings: [{ code: 'unknown-behavior' }] });

  const first = await run('associate', ...GIVEN, '--yes');
  expect([first.code, first.err]).toEqual([0, '']);
  expect(first.out).toContain(`+        LambdaFunctionARN ${ORIGIN_RESPONSE}\n`);
  expect(first.out).not.toContain('\u001b');
  expect(first.out).toMatch(/\nE1EXAMPLE: Deployed\.\n$/);

  const asked = await run('detach', ...GIVEN);
  expect([asked.code, asked.err]).toEqual([
    1,
    'ERR_OPTION_INVALID: --yes: expected it where nobody can be asked, got none; nothing was sent\n',
  ]);
  expect((await run('detach', ...GIVEN, '--yes')).code).toBe(0);
  expect(cloudFront.distribution('E1EXAMPLE').xml).not.toContain(ORIGIN_RESPONSE);
  expect(cloudFront.updates()).toHaveLength(2);
});

test('detach takes a function out at the named events alone', async () => {
  const both = [...GIVEN, '--function', `viewer-request=${VIEWER_REQUEST}`, '--yes'];
  expect((await run('associate', ...both)).code).toBe(0);
  expect((await run('detach', ...both, '--events', 'origin-response')).code).toBe(0);
  const { xml } = cloudFront.distribution('E1EXAMPLE');
  expect([xml.includes(VIEWER_REQUEST), xml.includes(ORIGIN_RESPONSE)]).toEqual([true, false]);
});

describe('the functions of a deployed stack', () => {
  let service: string;
  beforeAll(async () => {
    service = await copyService();
  });
  afterAll(() => rm(service, { recursive: true }));

  test('are found by serverless.yml and stage', async () => {
    const formation = await startStackEndpoint({
      'edgekeeper-prod': {
        ViewerRequestFunctionArn: VIEWER_REQUEST,
        OriginResponseLambdaFunctionQualifiedArn: ORIGIN_RESPONSE,
      },
    });
    const env = { AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.url, AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url };
    const args = ['associate', '--distribution', 'E1EXAMPLE', '--behavior', '/media/*', '--with-origins', '--yes'];
    const ended = await runCommand([...args, '--stage', 'prod'], service, '', { ...AWS_ENVIRONMENT, ...env });
    await formation.close();
    expect([ended.code, ended.err]).toEqual([0, '']);
    const { xml } = cloudFront.distribution('E1EXAMPLE');
    expect(xml).toContain(`<FunctionARN>${VIEWER_REQUEST}</FunctionARN>`);
    expect(xml).toContain('<TargetOriginId>edgekeeper-regions-us-east-1</TargetOriginId>');
  });
});
