/** The plugin's last step, loaded as Serverless loads it, against the local CloudFront. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEPLOYED } from '../../support/associate/endpoint-run.ts';
import { ORIGIN_RESPONSE, VIEWER_REQUEST } from '../../support/associate/wanted.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { behavior, configurationXml, functionArn } from '../../support/aws/cloudfront/configuration.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';
import { type StackEndpoint, startStackEndpoint } from '../../support/aws/stack-outputs.ts';
import { SETTINGS } from '../../support/settings.ts';

const EdgekeeperPlugin = createRequire(import.meta.url)('../../../deploy/plugin.cjs');

let cloudFront: LocalCloudFront;
let formation: StackEndpoint;
let folder: string;
beforeEach(async () => {
  cloudFront = await startCloudFront({
    functions: { ...DEPLOYED, [functionArn('theirs')]: { isPublished: true } },
    readsInProgress: 1,
  });
  formation = await startStackEndpoint({
    'films-dev': {
      ViewerRequestFunctionArn: VIEWER_REQUEST,
      OriginResponseLambdaFunctionQualifiedArn: ORIGIN_RESPONSE,
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-deploy-'));
});
afterEach(async () => {
  await cloudFront.close();
  await formation.close();
  await rm(folder, { recursive: true });
});
useAwsEnvironment(() => ({
  AWS_ENDPOINT_URL_CLOUDFRONT: cloudFront.url,
  AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url,
}));

/** Runs what the plugin does after a deployment, and returns what it said. */
async function deployed(associate: readonly object[]): Promise<string> {
  const said: string[] = [];
  const naming = { getStackName: () => 'films-dev' };
  const provider = { getStage: () => 'dev', getRegion: () => 'us-east-1', naming };
  const serverless = {
    service: { service: 'films', custom: { edgekeeper: { ...SETTINGS, associate } } },
    serviceDir: folder,
    processedInput: { commands: ['deploy'], isHelpRequest: false },
    getProvider: () => provider,
    classes: { Error },
  };
  const plugin = new EdgekeeperPlugin(serverless, {}, { log: { notice: (text: string) => said.push(text) } });
  await plugin.hooks['after:deploy:deploy']();
  return said.join('\n');
}

const MEDIA = { distribution: 'E1EXAMPLE', behaviors: ['/media/*'], withOrigins: true };
const xml = () => cloudFront.distribution('E1EXAMPLE').xml;

test('the functions of the stack come into the distribution, once', async () => {
  const said = await deployed([MEDIA]);
  expect(said).toContain(`+        FunctionARN ${VIEWER_REQUEST}`);
  expect(said).toMatch(/E1EXAMPLE: Deployed\.$/);
  expect(xml()).toContain(VIEWER_REQUEST);
  expect(xml()).toContain(ORIGIN_RESPONSE);
  expect(await deployed([MEDIA])).toContain('Nothing to change in E1EXAMPLE');
  expect(cloudFront.distribution('E1EXAMPLE').version).toBe(2);
});

test('without settings CloudFront is not asked', async () => {
  expect(await deployed([])).toBe('');
  expect(cloudFront.asked).toEqual([]);
});

test('what is refused fails the deployment, with the reason', async () => {
  const theirs = behavior('/media/*', { functions: { 'viewer-request': functionArn('theirs') } });
  cloudFront.edit('E1EXAMPLE', () => configurationXml({ CacheBehaviors: [theirs] }));
  await expect(deployed([MEDIA])).rejects.toThrow('ERR_ASSOCIATION_REFUSED: refusal foreign-function /media/*');
  expect(xml()).not.toContain(VIEWER_REQUEST);
});
