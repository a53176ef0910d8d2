/** What the commands ask is what the documented policies grant, and no more is granted. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMANDS } from '../../../deploy/aws/permissions.ts';
import { COUNTRY_HEADERS } from '../../../deploy/checks/section-rules.ts';
import type { EdgeConfig, ProtectedSection } from '../../../shared/config.ts';
import { bench, DEPLOYED } from '../../support/associate/endpoint-run.ts';
import { wanted } from '../../support/associate/wanted.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { behavior, configurationXml } from '../../support/aws/cloudfront/configuration.ts';
import { cachePolicyXml, headersPolicy } from '../../support/aws/cloudfront/policy-xml.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';

/** What nobody asks CloudFront for: the stack's, and what CloudFront asks others for in the caller's name. */
const ELSEWHERE = ['cloudformation:', 'lambda:', 'iam:', 'cloudfront:CreateDistribution'];

const ACTIONS: readonly [RegExp, string][] = [
  [/^GET \/distribution\/\w+$/, 'GetDistribution'],
  [/^PUT \/distribution\/\w+\/(config|promote-staging-config)$/, 'UpdateDistribution'],
  [/^DELETE \/distribution\//, 'DeleteDistribution'],
  [/^GET \/distribution$/, 'ListDistributions'],
  [/^POST \/distribution\/\w+\/copy$/, 'CopyDistribution'],
  [/^GET \/tagging$/, 'ListTagsForResource'],
  [/^GET \/function\//, 'DescribeFunction'],
  [/^GET \/cache-policy\//, 'GetCachePolicy'],
  [/^GET \/origin-request-policy$/, 'ListOriginRequestPolicies'],
  [/^GET \/origin-request-policy\//, 'GetOriginRequestPolicy'],
  [/^POST \/origin-request-policy$/, 'CreateOriginRequestPolicy'],
  [/^GET \/continuous-deployment-policy\//, 'GetContinuousDeploymentPolicy'],
  [/^POST \/continuous-deployment-policy$/, 'CreateContinuousDeploymentPolicy'],
  [/^DELETE \/continuous-deployment-policy\//, 'DeleteContinuousDeploymentPolicy'],
];

let cloudFront: LocalCloudFront;
let operator: ReturnType<typeof bench>;
beforeEach(async () => {
  const media = behavior('/media/*', { OriginRequestPolicyId: 'theirs', CachePolicyId: 'countries' });
  cloudFront = await startCloudFront({
    distributions: { E1EXAMPLE: configurationXml({ CacheBehaviors: [media] }) },
    functions: DEPLOYED,
    cachePolicies: { countries: cachePolicyXml(COUNTRY_HEADERS) },
    originRequestPolicies: { theirs: headersPolicy('none'), all: headersPolicy('allViewer', [], 'all') },
  });
  operator = bench();
});
afterEach(async () => {
  operator.close();
  await cloudFront.close();
});
useAwsEnvironment(() => ({ AWS_ENDPOINT_URL: cloudFront.url }));

const section = {
  path: '/media/*',
  runtime: 'cloudfront-function',
  carriers: ['query'],
  geo: true,
} as Partial<ProtectedSection> as ProtectedSection;
const config = { ...(wanted().config as EdgeConfig), protected: [section] };
const nothingNew = { config, behaviors: ['/media/*'], withOrigins: false };
const toAll = (): void => cloudFront.edit('E1EXAMPLE', (xml) => xml.replace('>theirs<', '>all<'));
const HEADER = { header: 'aws-cf-cd-edgekeeper', value: 'staging' };

test.each<[keyof typeof COMMANDS, () => Promise<unknown>]>([
  [
    'associate',
    () => {
      toAll();
      return operator.associate(nothingNew);
    },
  ],
  [
    'associate --with-origins',
    async () => {
      await operator.associate({ config });
      cloudFront.edit('E1EXAMPLE', () =>
        configurationXml({
          CacheBehaviors: [behavior('/media/*', { OriginRequestPolicyId: 'theirs', CachePolicyId: 'countries' })],
        }),
      );
      await operator.associate({ config });
    },
  ],
  [
    'associate --staging',
    () => {
      toAll();
      return operator.stage(HEADER, nothingNew);
    },
  ],
])('%s', async (command, run) => {
  await run();
  expect(actionsAsked()).toEqual(granted(command));
});

test.each<[keyof typeof COMMANDS, () => Promise<unknown>]>([
  ['detach', () => operator.detach()],
  ['rollback', () => operator.rollback()],
])('%s', async (command, run) => {
  await operator.associate();
  cloudFront.asked.length = 0;
  await run();
  expect(actionsAsked()).toEqual(granted(command));
});

test('promote, abort', async () => {
  await operator.stage(HEADER);
  operator.forget();
  cloudFront.asked.length = 0;
  await operator.promote({ staging: 'ESTAGING2' });
  expect(actionsAsked()).toEqual(granted('promote, abort'));
});

function granted(command: keyof typeof COMMANDS): string[] {
  return COMMANDS[command].filter((action) => !ELSEWHERE.some((start) => action.startsWith(start))).toSorted();
}

function actionsAsked(): string[] {
  const names = cloudFront.asked.map(({ method, path }) => {
    const action = ACTIONS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];
    return `cloudfront:${action ?? `${method} ${path}`}`;
  });
  return [...new Set(names)].sort();
}
