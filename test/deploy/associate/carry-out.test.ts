/** The real SDK against the local CloudFront: rivals, faults, lost answers, interrupted waits. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { elementIn, textOfElement } from '../../../deploy/aws/config-xml.ts';
import { bench, DEPLOYED, ID } from '../../support/associate/endpoint-run.ts';
import { ORIGIN_RESPONSE, VIEWER_REQUEST } from '../../support/associate/wanted.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import type { AccountInit } from '../../support/aws/cloudfront/account.ts';
import {
  behavior,
  bucketOrigin,
  configurationXml,
  functionArn,
  serverOrigin,
} from '../../support/aws/cloudfront/configuration.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';

let cloudFront: LocalCloudFront;
let operator: ReturnType<typeof bench>;

async function start(init: AccountInit = {}, timeoutSeconds?: number): Promise<void> {
  cloudFront = await startCloudFront({ functions: DEPLOYED, ...init });
  operator = bench(timeoutSeconds);
  process.env.AWS_ENDPOINT_URL = cloudFront.url;
}

useAwsEnvironment(() => ({ AWS_MAX_ATTEMPTS: '3' }));
beforeEach(() => start());
afterEach(async () => {
  operator.close();
  await cloudFront.close();
});

const PUT = /^PUT \/distribution\/E1EXAMPLE\/config$/;
const GET = /^GET \/distribution\/E1EXAMPLE$/;
const ONE = { events: ['origin-response'] } as const;
const normal = (xml: string) => textOfElement(elementIn(xml, 'DistributionConfig'));
const puts = () => cloudFront.asked.filter(({ method, path }) => PUT.test(`${method} ${path}`)).length;
const has = (text: string) => cloudFront.distribution(ID).xml.includes(text);
const told = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    ({ code, message }) => `${code}: ${message}`,
  );

test('all that is missing comes, and goes again', async () => {
  const before = normal(cloudFront.distribution(ID).xml);
  const { sent } = await operator.associate();
  expect(sent).toBe(true);
  expect(has(`<FunctionARN>${VIEWER_REQUEST}</FunctionARN>`)).toBe(true);
  expect(has('<OriginRequestPolicyId>policy-1</OriginRequestPolicyId>')).toBe(true);
  expect(cloudFront.state.originRequestPolicies.get('policy-1')?.xml).toContain('<Name>x-edgekeeper-order</Name>');
  expect(operator.said.join('')).toContain(`+        FunctionARN ${VIEWER_REQUEST}`);

  expect(await operator.associate()).toMatchObject({ sent: false });
  expect(puts()).toBe(1);

  await operator.detach();
  expect(normal(cloudFront.distribution(ID).xml)).toBe(before);
});

test('a policy is made once for behaviors that need the same', async () => {
  await operator.associate({ behaviors: ['/media/*'] });
  await operator.associate({ behaviors: ['default'] });
  expect([...cloudFront.state.originRequestPolicies.keys()]).toEqual(['policy-1']);
  expect(cloudFront.distribution(ID).xml.split('<OriginRequestPolicyId>policy-1<')).toHaveLength(3);
});

test('nothing is sent without a yes, in a dry run, or against a refusal', async () => {
  operator.answers.push(false);
  expect(await told(operator.associate(ONE))).toContain('expected a yes, got none; nothing was sent');
  expect(await operator.associate(ONE, { dryRun: true })).toMatchObject({ sent: false });
  const lack = await told(operator.associate({ withOrigins: false }));
  expect(lack).toContain('ERR_ASSOCIATION_REFUSED: lack order-header /media/*');
  expect(lack).toContain('--with-origins adds it; nothing was sent');
  expect(cloudFront.updates()).toEqual([]);
  expect(operator.records()).toEqual([]);
});

describe('a rival edit between read and write', () => {
  const edit = (xml: string) => xml.replace('films &amp; more', 'by a rival');

  test('is kept, and what is planned is shown again', async () => {
    cloudFront.plan(PUT, { kind: 'rival', edit });
    expect(await operator.associate(ONE)).toMatchObject({ sent: true });
    expect([has('by a rival'), has(ORIGIN_RESPONSE), puts()]).toEqual([true, true, 2]);
    expect(operator.said.filter((text) => text.includes('+++ E1EXAMPLE'))).toHaveLength(2);
    expect(operator.records()).toHaveLength(1);
  });

  test('is asked about again', async () => {
    cloudFront.plan(PUT, { kind: 'rival', edit });
    operator.answers.push(true, false);
    expect(await told(operator.associate(ONE))).toContain('expected a yes');
    expect([has('by a rival'), has(ORIGIN_RESPONSE)]).toEqual([true, false]);
    expect(operator.records()).toEqual([]);
  });

  test('that takes the place is not written over', async () => {
    const theirs = behavior('/media/*', { functions: { 'viewer-request': functionArn('theirs') } });
    const xml = configurationXml({ CacheBehaviors: [theirs] });
    cloudFront.state.functions.set(functionArn('theirs'), { isPublished: true });
    cloudFront.plan(PUT, { kind: 'rival', edit: () => xml });
    expect(await told(operator.associate())).toContain('refusal foreign-function');
    expect(has(functionArn('theirs'))).toBe(true);
  });

  test('without end is given up', async () => {
    for (let i = 0; i < 5; i++) cloudFront.plan(PUT, { kind: 'rival', edit });
    expect(await told(operator.associate(ONE))).toContain('expected a moment without rivals');
  });
});

describe('what goes wrong on the way', () => {
  test.each([
    { name: 'throttled', on: PUT, fault: { kind: 'status', status: 429, code: 'TooManyRequestsException' } },
    { name: 'a failure of CloudFront', on: PUT, fault: { kind: 'status', status: 503, code: 'ServiceUnavailable' } },
    { name: 'a connection that ends', on: PUT, fault: { kind: 'reset' } },
    { name: 'half a reading', on: GET, fault: { kind: 'lost' } },
    { name: 'half an answer to the update', on: PUT, fault: { kind: 'lost' } },
  ] as const)('$name: tried again', async ({ on, fault }) => {
    cloudFront.plan(on, fault);
    expect(await operator.associate(ONE)).toMatchObject({ sent: true, status: 'Deployed' });
    expect(cloudFront.distribution(ID).version).toBe(2);
    expect(operator.records()).toHaveLength(1);
    await operator.rollback();
    expect(has(ORIGIN_RESPONSE)).toBe(false);
  });

  test('silence is not waited for without end', async () => {
    await cloudFront.close();
    await start({}, 0.2);
    cloudFront.plan(GET, { kind: 'hang' });
    expect(await operator.associate(ONE)).toMatchObject({ sent: true });
  });

  test('a refusal of CloudFront is told, and leaves no record', async () => {
    cloudFront.plan(PUT, { kind: 'status', status: 403, code: 'AccessDenied' });
    expect(await told(operator.associate(ONE))).toMatch(/^ERR_AWS_ACCESS_DENIED: cloudfront:UpdateDistribution/);
    expect(operator.records()).toEqual([]);
  });

  test('an update without any answer leaves its record', async () => {
    for (let i = 0; i < 3; i++) cloudFront.plan(PUT, { kind: 'reset' });
    expect(await told(operator.associate(ONE))).toMatch(/^ERR_AWS_UNREACHABLE/);
    expect(operator.records()).toHaveLength(1);
  });

  test('an update that was made, and whose repetitions are throttled, leaves its record', async () => {
    cloudFront.plan(PUT, { kind: 'lost' });
    for (let i = 0; i < 2; i++) cloudFront.plan(PUT, { kind: 'status', status: 429, code: 'TooManyRequestsException' });
    expect(await told(operator.associate(ONE))).toMatch(/^ERR_AWS_THROTTLED/);
    expect([has(ORIGIN_RESPONSE), operator.records().length]).toEqual([true, 1]);
    await operator.rollback();
    expect(has(ORIGIN_RESPONSE)).toBe(false);
  });
});

test('a wait that is interrupted goes on with the next run, which sends nothing', async () => {
  cloudFront.state.readsInProgress = 3;
  expect(await operator.associate(ONE, { wait: false })).toMatchObject({ sent: true, status: 'InProgress' });
  expect(await operator.associate(ONE)).toMatchObject({ sent: false, status: 'Deployed' });
  expect(puts()).toBe(1);
});

test('a record holds the touched places alone, and its owner alone reads it', async () => {
  const secret = { CustomHeaders: [{ HeaderName: 'x-proof', HeaderValue: 'letmein' }] };
  cloudFront.edit(ID, () =>
    configurationXml({ Origins: [bucketOrigin('us-east-1', secret), serverOrigin('eu-west-1', secret)] }),
  );
  await operator.associate();
  const folder = join(operator.root, '.edgekeeper/associations', ID);
  const [name = ''] = readdirSync(folder);
  const text = readFileSync(join(folder, name), 'utf8');
  expect(text).not.toContain('letmein');
  expect(text).toContain('origin-header');
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  expect(operator.said.join('')).not.toContain('letmein');
});

describe('rollback, when others have edited since', () => {
  test('keeps their edits', async () => {
    await operator.associate();
    cloudFront.edit(ID, (xml) => xml.replace('films &amp; more', 'by a rival'));
    const { proposal } = await operator.rollback();
    expect(proposal.conflicts).toEqual([]);
    expect([has('by a rival'), has(VIEWER_REQUEST), has(ORIGIN_RESPONSE)]).toEqual([true, false, false]);
  });

  test('names what they made of ours, and leaves it', async () => {
    await operator.associate();
    const theirs = functionArn('theirs');
    cloudFront.edit(ID, (xml) => xml.replace(VIEWER_REQUEST, theirs));
    cloudFront.state.functions.set(theirs, { isPublished: true });
    const { proposal } = await operator.rollback();
    expect(proposal.conflicts.map(({ place }) => place)).toEqual([
      { kind: 'function', behavior: '/media/*', event: 'viewer-request' },
    ]);
    expect(operator.said.join('')).toContain(
      `conflict: /media/* viewer-request: expected ${VIEWER_REQUEST}, got ${theirs}`,
    );
    expect([has(theirs), has(ORIGIN_RESPONSE)]).toEqual([true, false]);
  });

  test('leaves an origin that somebody uses by now', async () => {
    cloudFront.edit(ID, () => configurationXml({ Origins: [bucketOrigin('us-east-1')] }));
    await operator.associate();
    cloudFront.edit(ID, (xml) =>
      xml.replace(/<TargetOriginId>us-east-1(?=.*<CacheBehaviors>)/, '<TargetOriginId>eu-west-1'),
    );
    const { proposal } = await operator.rollback();
    expect(proposal.left).toEqual([{ kind: 'origin', id: 'eu-west-1' }]);
    expect(has('<Id>eu-west-1</Id>')).toBe(true);
  });

  test('twice is as if nothing had been', async () => {
    await operator.associate();
    const after = normal(cloudFront.distribution(ID).xml);
    await operator.rollback();
    await operator.rollback();
    expect(normal(cloudFront.distribution(ID).xml)).toBe(after);
  });
});

test('a distribution of a stack is told', async () => {
  await cloudFront.close();
  await start({ tags: { 'aws:cloudformation:stack-name': 'films-prod' } });
  await operator.associate(ONE);
  expect(operator.said.join('')).toContain('warning stack-drift');
  expect(operator.said.join('')).toContain('films-prod');
});
