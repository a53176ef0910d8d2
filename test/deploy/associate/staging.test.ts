/** An association that is tried on a copy first, against the local CloudFront. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trafficOf } from '../../../cli/associate/staging.ts';
import { elementIn, textOfElement } from '../../../deploy/aws/config-xml.ts';
import { bench, DEPLOYED, ID } from '../../support/associate/endpoint-run.ts';
import { ORIGIN_RESPONSE, VIEWER_REQUEST } from '../../support/associate/wanted.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { bucketOrigin, configurationXml } from '../../support/aws/cloudfront/configuration.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';

let cloudFront: LocalCloudFront;
let operator: ReturnType<typeof bench>;
beforeEach(async () => {
  const xml = configurationXml({ Aliases: ['www.example.com'] });
  cloudFront = await startCloudFront({ distributions: { EOTHER: configurationXml(), [ID]: xml }, functions: DEPLOYED });
  operator = bench();
});
afterEach(async () => {
  operator.close();
  await cloudFront.close();
});
useAwsEnvironment(() => ({ AWS_ENDPOINT_URL: cloudFront.url }));

const HEADER = { header: 'aws-cf-cd-edgekeeper', value: 'staging' };
const PROMOTE = /promote-staging-config$/;
const WEIGHT = { weight: 0.05, stickinessSeconds: 300 };
const xmlOf = (id: string) => cloudFront.distribution(id).xml;
const normal = (id: string) => textOfElement(elementIn(xmlOf(id), 'DistributionConfig'));
const ids = () => [...cloudFront.state.distributions.keys()].filter((id) => id !== 'EOTHER');
const policies = () => [...cloudFront.state.continuousDeploymentPolicies.values()].map(({ xml }) => xml);
const staged = () => ids().find((id) => id !== ID) ?? '';
const told = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    ({ code, message }) => `${code}: ${message}`,
  );

test.each([
  { by: HEADER, says: '<Header>aws-cf-cd-edgekeeper</Header><Value>staging</Value>' },
  { by: WEIGHT, says: '<Weight>0.05</Weight>' },
])('a copy is changed, and some viewers go there: $says', async ({ by, says }) => {
  const before = normal(ID);
  expect(await operator.stage(by)).toMatchObject({ sent: true, status: 'Deployed' });
  expect(xmlOf(staged())).toContain(VIEWER_REQUEST);
  expect(xmlOf(ID)).not.toContain(VIEWER_REQUEST);
  expect(policies().join()).toContain(says);
  expect(normal(ID)).toBe(
    before.replace(
      '<ContinuousDeploymentPolicyId/>',
      /<ContinuousDeploymentPolicyId>.*<\/ContinuousDeploymentPolicyId>/.exec(normal(ID))?.[0] ?? '',
    ),
  );
});

test('promoted, the distribution has it, its own aliases, and no copy any more', async () => {
  await operator.stage(HEADER);
  const { sent } = await operator.promote();
  expect(sent).toBe(true);
  for (const text of [
    VIEWER_REQUEST,
    ORIGIN_RESPONSE,
    'www.example.com',
    '<Staging>false<',
    '<CallerReference>films<',
  ]) {
    expect(xmlOf(ID)).toContain(text);
  }
  expect(operator.said.join('')).toContain(`+        FunctionARN ${VIEWER_REQUEST}`);
  expect(operator.said.join('')).not.toContain('-  CNAME www.example.com');
  expect(normal(ID)).toContain('<ContinuousDeploymentPolicyId/>');
  expect([ids(), policies()]).toEqual([[ID], []]);
  await operator.rollback();
  expect(xmlOf(ID)).not.toContain(VIEWER_REQUEST);
});

test('aborted, the distribution is as it was', async () => {
  const before = normal(ID);
  await operator.stage(WEIGHT);
  expect(await operator.abort()).toBe('Deployed');
  expect(normal(ID)).toBe(before);
  expect([ids(), policies()]).toEqual([[ID], []]);
  expect(await told(operator.abort())).toMatch(/expected a staging distribution beside it .*, got none$/);
});

describe('what was staged from elsewhere', () => {
  /** With another policy, of the same copy, in the distribution. */
  const replaced = (): void => {
    const [policy] = cloudFront.state.continuousDeploymentPolicies.values();
    cloudFront.state.continuousDeploymentPolicies.set('theirs', policy ?? { xml: '', version: 1 });
    cloudFront.edit(ID, (xml) => xml.replace(/(<ContinuousDeploymentPolicyId>)[^<]*/, '$1theirs'));
  };

  test.each([
    { from: 'a folder that knows nothing', meanwhile: () => operator.forget(), here: 'nothing' },
    { from: 'a folder that knows another policy', meanwhile: replaced, here: 'ESTAGING1 by continuous-2' },
  ])('is left alone from $from, and cleared by its name', async ({ meanwhile, here }) => {
    await operator.stage(HEADER, { withOrigins: false, config: null });
    meanwhile();
    const before = xmlOf(ID);
    for (const run of [operator.promote, operator.abort]) {
      const text = await told(run());
      expect(text).toContain(
        `expected a staging distribution beside it (staged from this folder: ${here}), got ESTAGING1`,
      );
      expect(text).toContain('--staging-distribution ESTAGING1 if that is meant');
      expect(await told(run({ staging: 'EOTHER' }))).toContain('expected EOTHER beside it');
    }
    expect([xmlOf(ID), ids()]).toEqual([before, [ID, 'ESTAGING1']]);
    await operator.abort({ staging: 'ESTAGING1' });
    expect(ids()).toEqual([ID]);
  });

  test('is not what this folder staged, though the distribution names no policy', async () => {
    cloudFront.plan(/^POST \/continuous-deployment-policy$/, { kind: 'status', status: 403, code: 'AccessDenied' });
    await told(operator.stage(HEADER));
    expect(await told(operator.abort({ staging: 'EOTHER' }))).toContain('expected EOTHER beside it');
    expect(ids()).toHaveLength(2);
  });
});

test.each([
  { cut: 'before the policy', on: /^POST \/continuous-deployment-policy$/ },
  { cut: 'before the distribution names the policy', on: /^PUT \/distribution\/E1EXAMPLE\/config$/ },
])('cut off $cut, it is aborted all the same', async ({ on }) => {
  const before = normal(ID);
  cloudFront.plan(on, { kind: 'status', status: 403, code: 'AccessDenied' });
  expect(await told(operator.stage(HEADER))).toContain('ERR_AWS_ACCESS_DENIED');
  expect(await told(operator.stage(HEADER))).toContain('refusal staging-exists');
  expect(await told(operator.promote())).toContain('refusal staging-incomplete');
  await operator.abort();
  expect([normal(ID), ids(), policies()]).toEqual([before, [ID], []]);
});

test('an abort that was cut off goes on', async () => {
  await operator.stage(HEADER);
  cloudFront.plan(/^DELETE \/distribution/, { kind: 'status', status: 403, code: 'AccessDenied' });
  expect(await told(operator.abort())).toContain('ERR_AWS_ACCESS_DENIED');
  await operator.abort();
  expect(ids()).toEqual([ID]);
});

describe('a promotion keeps what others changed in the distribution', () => {
  const edit = (xml: string) => xml.replace('films &amp; more', 'by a rival');
  const refused = async (): Promise<void> => {
    const before = xmlOf(ID);
    expect(await told(operator.promote())).toContain('refusal staging-outdated');
    expect([xmlOf(ID), operator.records(), ids().length]).toEqual([before, [], 2]);
  };

  test('since it was read', async () => {
    await operator.stage(HEADER);
    cloudFront.plan(PROMOTE, { kind: 'rival', edit });
    expect(await told(operator.promote())).toContain('expected it as it was shown, got a change by somebody else');
    await refused();
    expect(operator.said.join('')).toContain('-Comment by a rival');
    await operator.abort();
    expect([xmlOf(ID).includes('by a rival'), ids()]).toEqual([true, [ID]]);
  });

  test('since it was staged, secrets of origins, too', async () => {
    const origin = (HeaderValue: string) =>
      bucketOrigin('us-east-1', { CustomHeaders: [{ HeaderName: 'x-proof', HeaderValue }] });
    cloudFront.edit(ID, () => configurationXml({ Origins: [origin('letmein'), bucketOrigin('eu-west-1')] }));
    await operator.stage(HEADER);
    cloudFront.edit(ID, (xml) => xml.replace('letmein', 'rotated'));
    await refused();
    expect(operator.said.join('')).toContain('HeaderValue (not shown, changed)');
    expect(operator.said.join('')).not.toMatch(/letmein|rotated/);
  });
});

describe('the record of a promotion', () => {
  test('stays when the answer is lost, and the next run clears away', async () => {
    await operator.stage(HEADER);
    cloudFront.plan(PROMOTE, { kind: 'lost' });
    expect(await told(operator.promote())).toContain('run promote again');
    expect([xmlOf(ID).includes(VIEWER_REQUEST), operator.records().length]).toEqual([true, 1]);
    expect(await operator.promote()).toMatchObject({ sent: false });
    expect([ids(), operator.records().length]).toEqual([[ID], 1]);
    await operator.rollback();
    expect(xmlOf(ID)).not.toContain(VIEWER_REQUEST);
  });

  test('goes when CloudFront refuses it', async () => {
    await operator.stage(HEADER);
    cloudFront.plan(PROMOTE, { kind: 'status', status: 403, code: 'AccessDenied' });
    expect(await told(operator.promote())).toContain('ERR_AWS_ACCESS_DENIED');
    expect(operator.records()).toEqual([]);
  });

  test('is not made, empty, of what was staged elsewhere', async () => {
    await operator.stage(HEADER);
    const staging = staged();
    operator.forget();
    expect(await operator.promote({ staging })).toMatchObject({ sent: true });
    expect([xmlOf(ID).includes(VIEWER_REQUEST), operator.records()]).toEqual([true, []]);
  });
});

describe('conflicts are named before anything is made', () => {
  test.each([
    { with: { HttpVersion: 'http2and3' }, code: 'staging-http3' },
    { with: { Staging: true }, code: 'staging-copy' },
    { with: { ContinuousDeploymentPolicyId: 'x' }, code: 'staging-exists' },
    {
      with: { Origins: [bucketOrigin('us-east-1', { ResponseCompletionTimeout: 60 }), bucketOrigin('eu-west-1')] },
      code: 'staging-completion-timeout',
    },
  ])('$code', async ({ with: init, code }) => {
    cloudFront.edit(ID, () => configurationXml(init));
    expect(await told(operator.stage(HEADER))).toContain(`refusal ${code} `);
    expect(cloudFront.updates()).toEqual([]);
  });

  test('a bucket that knows the primary alone is warned of', async () => {
    await operator.stage(HEADER);
    expect(operator.said.join('')).toContain('warning staging-bucket-policy origin us-east-1');
  });
});

const OPTIONS = { distribution: ID, stage: 'dev' };

test.each([
  { given: {}, traffic: HEADER },
  { given: { stagingHeader: 'me' }, traffic: { ...HEADER, value: 'me' } },
  { given: { stagingWeight: '5' }, traffic: WEIGHT },
  { given: { stagingWeight: '15' }, traffic: { ...WEIGHT, weight: 0.15 } },
])('$given', ({ given, traffic }) => {
  expect(trafficOf({ ...OPTIONS, ...given })).toEqual(traffic);
});

test.each([{ stagingWeight: '15.1' }, { stagingWeight: '0' }, { stagingWeight: 'x' }, { stagingHeader: 'a b' }])(
  '%j is refused',
  (given) => {
    expect(() => trafficOf({ ...OPTIONS, ...given })).toThrow(/^--staging-(weight|header): expected/);
  },
);
