/** `status` and `invalidate` over what is deployed. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { invalidate } from '../../cli/invalidate.ts';
import { status } from '../../cli/status/status.ts';
import { SECRETS, useAwsEnvironment } from '../support/aws/access.ts';
import { type Deployed, deployedService, OUTPUTS } from '../support/aws/deployed.ts';
import { captured } from '../support/captured.ts';
import { SECRET } from '../support/tokens.ts';

const STATE = JSON.stringify({ keys: { k1: SECRET, k2: SECRET }, drained: { 'eu-west-1': 0 } });

let deployed: Deployed;
beforeEach(async () => {
  deployed = await deployedService(STATE);
  const { functions, changed } = deployed.cloudFront;
  functions.set('viewer-request', OUTPUTS.ViewerRequestFunctionArn);
  functions.set('origin-response', OUTPUTS.OriginResponseLambdaFunctionQualifiedArn);
  functions.set('origin-request', OUTPUTS.OriginRequestLambdaFunctionQualifiedArn.replace(/3$/, '2'));
  changed.set('LIVE', '2026-11-01T12:00:00.000Z');
  changed.set('DEVELOPMENT', '2026-11-01T11:59:59.000Z');
  deployed.store.content.set('drain:eu-west-1', JSON.stringify({ reason: 'a drill', by: 'ops', since: null }));
  const refused = (reason: string) => `id\t{"edgekeeper":1,"verdict":"refused","reason":"${reason}","status":403}`;
  const write = (region: string, text: string) =>
    deployed.logs.write(region, '/aws/lambda/us-east-1.edgekeeper-prod-originResponse', Date.now() - 1000, text);
  write('us-east-1', refused('revoked'));
  for (const region of ['us-east-1', 'eu-west-1']) write(region, refused('expired'));
  write('us-east-1', '{"edgekeeper":1,"warning":"origin-unknown"}');
});
afterEach(() => deployed.close());
useAwsEnvironment(() => deployed.environment);

const screen = async () => (await captured(() => status(deployed.folder, { stage: 'prod' }))).out;
const json = async () => JSON.parse((await captured(() => status(deployed.folder, { stage: 'prod', json: true }))).out);

test('all of it, on one screen', async () => {
  const { code, out, err } = await deployed.run(['status', '--stage', 'prod']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(`Stack edgekeeper-prod: UPDATE_COMPLETE

Distribution
  E1EXAMPLE Deployed, https://d1.cloudfront.net

Functions
  function                        published                 associated
  edgekeeper-prod-viewer-request  2026-11-01T12:00:00.000Z  published code
  OriginRequest                   3                         2: outdated, another was made last
  OriginResponse                  7                         7

Regions
  region     state    until  reason
  us-east-1  open     -      -
  eu-west-1  drained  -      a drill

Keys
  k1, k2

Refusals in the last hour
  reason   times
  expired  2
  revoked  1
`);
});

test('all of it, as JSON, without a secret', async () => {
  const told = await json();
  expect(told).toMatchObject({
    stack: { name: 'edgekeeper-prod', status: 'UPDATE_COMPLETE' },
    distribution: { id: 'E1EXAMPLE', status: 'Deployed', regions: ['us-east-1', 'eu-west-1'] },
    store: { keys: ['k1', 'k2'], regions: [{ region: 'us-east-1' }, { region: 'eu-west-1', state: 'drained' }] },
    refusals: { reasons: { expired: 2, revoked: 1 }, notCounted: [] },
  });
  for (const secret of [SECRET, ...SECRETS]) expect(JSON.stringify(told)).not.toContain(secret);
});

describe('the viewer request function is', () => {
  test.each([
    [
      'outdated when it was changed since',
      '2026-11-01T12:00:01.000Z',
      'published code: outdated, another was made last',
    ],
    ['as published when it was not', '2026-11-01T12:00:00.000Z', 'published code\n'],
  ])('%s', async (_, changed, says) => {
    deployed.cloudFront.changed.set('DEVELOPMENT', changed);
    expect(await screen()).toContain(says);
  });

  test('said not to be published, nor associated', async () => {
    deployed.cloudFront.changed.delete('LIVE');
    deployed.cloudFront.functions.delete('viewer-request');
    expect(await screen()).toMatch(/edgekeeper-prod-viewer-request {2}never +no\n/);
  });
});

describe('what cannot be read is said in its place, and the rest is shown:', () => {
  const denied = { kind: 'status', status: 403, error: 'AccessDenied' } as const;
  test('the distribution', async () => {
    deployed.cloudFront.fail('GetDistribution', denied);
    const told = await json();
    expect(told.distribution.unread).toMatch(/^ERR_AWS_ACCESS_DENIED: cloudfront:GetDistribution: expected permission/);
    expect(told.functions).toEqual(told.distribution);
    expect(told.store.regions).toMatchObject([{ region: 'eu-west-1', state: 'drained' }]);
    expect(told.refusals.reasons).toEqual({ expired: 2, revoked: 1 });
  });

  test('the store', async () => {
    deployed.store.fail('GetKey', denied);
    const out = await screen();
    expect(out).toMatch(/Keys\n {2}not read: ERR_AWS_ACCESS_DENIED: cloudfront-keyvaluestore:GetKey/);
    expect(out).toContain('E1EXAMPLE Deployed');
  });

  test('the lines of one region, and of all', async () => {
    deployed.logs.refusing.set('eu-west-1', 'AccessDeniedException');
    expect((await json()).refusals).toEqual({ reasons: { expired: 1, revoked: 1 }, notCounted: ['eu-west-1'] });
    expect(await screen()).toContain('  expired  1\n  revoked  1\n  not counted: eu-west-1\n');
    deployed.logs.fail('FilterLogEvents', { kind: 'status', status: 400, error: 'AccessDeniedException' }, 200);
    expect((await json()).refusals.unread).toMatch(/^ERR_AWS_ACCESS_DENIED: logs:FilterLogEvents/);
  });

  test('a store that has no state, and a stack without its output', async () => {
    deployed.store.content.delete('state');
    expect(await screen()).toContain('Keys\n  none: no token is good');
    deployed.formation.stacks.set('edgekeeper-prod', {});
    expect(await screen()).toMatch(/Distribution\n {2}not read: .*expected the output DistributionId, got none/);
  });
});

describe('invalidate', () => {
  const run = (paths: string[], options: object = {}) =>
    captured(() => invalidate(deployed.folder, paths, { stage: 'prod', ...options }));

  test('asks CloudFront, and tells by which id', async () => {
    const { out } = await run(['films/*', '/a?b=1']);
    expect(out).toBe('Invalidation I1 of E1EXAMPLE has begun; it takes CloudFront a minute or two.\n');
    expect(deployed.cloudFront.invalidations).toEqual([['/films/*', '/a?b=1']]);
    const json = JSON.parse((await run(['/b'], { json: true })).out);
    expect(json).toEqual({ distribution: 'E1EXAMPLE', invalidation: 'I2' });
  });

  test('refuses what is no path before it asks', async () => {
    await expect(run(['/ä'])).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' });
    expect(deployed.formation.asked).toEqual([]);
  });

  test('says what to grant', async () => {
    deployed.cloudFront.fail('CreateInvalidation', { kind: 'status', status: 403, error: 'AccessDenied' });
    await expect(run(['/b'])).rejects.toMatchObject({
      code: 'ERR_AWS_ACCESS_DENIED',
      message: expect.stringContaining('cloudfront:CreateInvalidation: expected permission'),
    });
  });

  test('the command', async () => {
    const { code, out } = await deployed.run(['invalidate', '/b', '--stage', 'prod']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Invalidation I1 of E1EXAMPLE') });
  });
});
