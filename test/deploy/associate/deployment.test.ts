/** One command for a team that has a distribution: the real `serverless deploy` of functions and store alone. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';
import { type Rehearsal, startRehearsal } from '../../support/aws/rehearsal.ts';
import type { Ended } from '../../support/command.ts';
import { runServerless } from '../../support/serverless.ts';

const FUNCTION = 'arn:aws:cloudfront::111122223333:function/edgekeeper-dev-viewer-request';
const VERSION = 'arn:aws:lambda:us-east-1:111122223333:function:edgekeeper-dev-originResponse:1';
const STORE = 'arn:aws:cloudfront::111122223333:key-value-store/edgekeeper-dev';

let rehearsal: Rehearsal;
let cloudFront: LocalCloudFront;
beforeAll(async () => {
  [rehearsal, cloudFront] = await Promise.all([
    startRehearsal(),
    startCloudFront({ functions: { [FUNCTION]: { isPublished: true, stores: [STORE] } } }),
  ]);
  const file = join(rehearsal.service, 'serverless.yml');
  const associate = 'associate: [{ distribution: E1EXAMPLE, behaviors: ["/media/*"], withOrigins: true }]';
  await writeFile(file, (await readFile(file, 'utf8')).replace('    objectives:', `    ${associate}\n    objectives:`));
});
afterAll(() => Promise.all([rehearsal.close(), cloudFront.close()]));

const deploy = (): Promise<Ended> =>
  runServerless(rehearsal.service, ['deploy', '--param', 'distribution=none'], {
    ...rehearsal.aws.environment,
    AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.url,
  });

test('what was deployed runs in the distribution of the settings, and the next deployment sends nothing', async () => {
  const first = await deploy();
  expect(first).toMatchObject({ code: 0, err: expect.stringContaining('E1EXAMPLE: Deployed.') });
  expect(first.err).toContain(`+        FunctionARN ${FUNCTION}`);
  const { xml, version } = cloudFront.distribution('E1EXAMPLE');
  expect(xml).toContain(FUNCTION);
  expect(xml).toContain(VERSION);
  const next = await deploy();
  expect(next).toMatchObject({ code: 0, err: expect.stringContaining('Nothing to change in E1EXAMPLE') });
  expect(cloudFront.distribution('E1EXAMPLE').version).toBe(version);
});
