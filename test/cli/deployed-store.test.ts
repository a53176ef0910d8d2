/** The verbs over the store that is deployed: the real command, the real client, an endpoint that refuses what AWS refuses. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeDrain, writeUndrain } from '../../cli/drain-writing.ts';
import { addKey, listKeys, retireKey } from '../../cli/keys.ts';
import { revoke, revoked, unrevoke } from '../../cli/revoke.ts';
import { meantStore } from '../../cli/store/meant-store.ts';
import { COMMANDS } from '../../deploy/aws/permissions.ts';
import { SECRETS, useAwsEnvironment } from '../support/aws/access.ts';
import { actionsAsked, type Deployed, deployedService } from '../support/aws/deployed.ts';
import { STORE_ARN } from '../support/aws/key-value-store.ts';
import { captured } from '../support/captured.ts';
import { copyService } from '../support/service-copy.ts';
import { SETTINGS } from '../support/settings.ts';
import { OTHER_SECRET, SECRET, STATE } from '../support/tokens.ts';

let deployed: Deployed;
beforeEach(async () => {
  deployed = await deployedService(STATE);
});
afterEach(() => deployed.close());
useAwsEnvironment(() => deployed.environment);

const PROD = ['--stage', 'prod'];
const state = () => JSON.parse(deployed.store.content.get('state') ?? '');

/** That it succeeded without a word of warning; its output. */
async function run(...args: string[]): Promise<string> {
  const { code, out, err } = await deployed.run(args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const secret of [SECRET, ...SECRETS, ...Object.values<string>(state().keys)]) expect(out).not.toContain(secret);
  return out;
}

test('a key is added there and here, signs, is listed by its id, and retired', async () => {
  const out = await run('keys', 'add', '--kid', 'new', ...PROD);
  expect(out).toMatch(
    /^Added new to the store of edgekeeper-prod\. Sign with it \(it is in \.edgekeeper\/local\/keys, too\):/,
  );
  const secret = state().keys.new;
  expect((await readFile(join(deployed.folder, '.edgekeeper/local/keys/new'), 'utf8')).trim()).toBe(secret);
  const { out: token } = await deployed.run(['sign', 'token', '--kid', 'new']);
  await jwtVerify(token.trim(), Buffer.from(secret, 'base64url'));

  expect(JSON.parse(await run('keys', 'list', '--json', '--store', STORE_ARN))).toEqual([
    { kid: 'k1', inStore: true, onDisk: false, match: null, bytes: 32 },
    { kid: 'new', inStore: true, onDisk: true, match: true, bytes: 32 },
  ]);

  expect(await run('keys', 'retire', 'new', ...PROD)).toMatch(/^Retired new from the store of edgekeeper-prod/);
  expect(state()).toEqual({ keys: { k1: SECRET }, drained: {} });
});

test('a session is revoked, told and admitted again', async () => {
  const told = async (task: () => Promise<unknown>) => (await captured(task)).out;
  const one = { stage: 'prod', sid: 'one' };
  expect(await told(() => revoke(deployed.folder, one))).toMatch(/^Revoked in the store of edgekeeper-prod/);
  const json = await told(() => revoked(deployed.folder, { ...one, json: true }));
  expect(JSON.parse(json)).toMatchObject({ revoked: true });
  expect(await told(() => unrevoke(deployed.folder, one))).toBe('No longer revoked in the store of edgekeeper-prod.\n');
  expect(deployed.store.content.entries()).toEqual([['state', STATE]]);
});

test('what is done is told as JSON, too', async () => {
  const at = { stage: 'prod', json: true };
  const told = async (task: () => Promise<unknown>) => JSON.parse((await captured(task)).out);
  const store = 'the store of edgekeeper-prod';
  expect(await told(() => addKey(deployed.folder, { ...at, kid: 'new' }))).toEqual({ kid: 'new', store });
  expect(await told(() => retireKey(deployed.folder, 'new', at))).toEqual({ kid: 'new', store, retired: true });
  expect(await told(() => revoke(deployed.folder, { ...at, sid: 'one', at: '100' }))).toMatchObject({
    store,
    changed: true,
    since: 100,
  });
  expect(await told(() => unrevoke(deployed.folder, { ...at, sid: 'one' }))).toEqual({ store, changed: true });
});

test('old revocations are removed, however many', async () => {
  const old = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`r:${i}`, '1']));
  deployed.store.content.write({ ...old, 'r:new': '4000000000' });
  const { out } = await captured(() => revoked(deployed.folder, { stage: 'prod', prune: '7d' }));
  expect(out).toBe('Removed 120 entries from the store of edgekeeper-prod.\n');
  expect(deployed.store.content.entries().map(([key]) => key)).toEqual(['state', 'r:new']);
});

describe('regions', () => {
  let service: string;
  beforeAll(async () => {
    service = await copyService();
  });
  afterAll(() => rm(service, { recursive: true }));

  test('are drained and listed', async () => {
    await deployed.close();
    deployed = await deployedService(STATE, service);
    expect(await run('drain', 'eu-west-1', '--reason', 'a drill', ...PROD)).toBe(
      'Drained eu-west-1 in the store of edgekeeper-prod: it is asked last until further notice.\n',
    );
    expect(state()).toEqual({ keys: { k1: SECRET }, drained: { 'eu-west-1': 0 }, hard: [] });
    expect(actionsAsked(deployed)).toEqual([...COMMANDS['drain, undrain']].sort());
    expect(JSON.parse(await run('regions', '--json', ...PROD))).toMatchObject([
      { region: 'us-east-1', state: 'open' },
      { region: 'eu-west-1', state: 'drained', reason: 'a drill' },
    ]);
  });
});

/** The output of commands that run in this process is not that of the tests. */
const quietly = (...tasks: readonly Promise<unknown>[]) => captured(() => Promise.all(tasks));

test('no key is lost to a hand that drains meanwhile, and no drain to those that add', async () => {
  const place = { store: STORE_ARN };
  const store = await meantStore(deployed.folder, place);
  const note = { reason: null, by: null, since: null };
  const kids = ['n1', 'n2'];
  for (let round = 1; round <= 10; round++) {
    const added = kids.map((kid) => addKey(deployed.folder, { ...place, kid }));
    const drained = writeDrain(store, SETTINGS.regions, 'eu-west-1', { until: round, note, now: 0 });
    await quietly(...added, drained);
    expect([Object.keys(state().keys).sort(), state().drained]).toEqual([['k1', ...kids], { 'eu-west-1': round }]);
    const retired = kids.map((kid) => retireKey(deployed.folder, kid, place));
    await quietly(...retired, writeUndrain(store, 'eu-west-1'));
    expect([Object.keys(state().keys), state().drained]).toEqual([['k1'], {}]);
  }
  const updates = deployed.store.asked.filter(({ operation }) => operation === 'UpdateKeys');
  expect(updates.length).toBeGreaterThan(2 * 10 * 3);
});

test('a key whose answer was lost, and whose store another hand has changed since, is added once', async () => {
  deployed.store.fail('UpdateKeys', { kind: 'half' });
  let writes = 0;
  deployed.store.beforeWrite = () => {
    if (++writes === 2)
      deployed.store.content.set('state', JSON.stringify({ ...state(), drained: { 'us-east-1': 1 } }));
  };
  await quietly(addKey(deployed.folder, { stage: 'prod', kid: 'new' }));
  expect([Object.keys(state().keys), state().drained]).toEqual([['k1', 'new'], { 'us-east-1': 1 }]);
});

test('nor is a key retired in vain', async () => {
  deployed.store.content.set('state', JSON.stringify({ keys: { k1: SECRET, k2: OTHER_SECRET } }));
  deployed.store.fail('UpdateKeys', { kind: 'half' });
  let writes = 0;
  deployed.store.beforeWrite = () => {
    if (++writes === 2)
      deployed.store.content.set('state', JSON.stringify({ ...state(), drained: { 'us-east-1': 1 } }));
  };
  await quietly(retireKey(deployed.folder, 'k2', { stage: 'prod' }));
  expect(state()).toEqual({ keys: { k1: SECRET }, drained: { 'us-east-1': 1 } });
});

describe('it says', () => {
  test.each([
    [
      'a stage that is not deployed',
      { stage: 'dev' },
      'ERR_AWS_NOT_FOUND',
      'stack edgekeeper-dev: expected one that is',
    ],
    ['a profile alone', { profile: 'ops' }, 'ERR_OPTION_INVALID', '--profile: expected --stage or --store beside it'],
    ['no ARN', { store: 'x' }, 'ERR_OPTION_INVALID', 'key value store: expected arn:aws:cloudfront'],
  ])('%s', async (_, options, code, says) => {
    await expect(listKeys(deployed.folder, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(says),
    });
  });

  test('both places', async () => {
    const { code, err } = await deployed.run(['keys', 'list', ...PROD, '--control', 'http://localhost:1']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('cannot be used with option') });
  });

  test('what to grant, and no secret', async () => {
    deployed.store.fail('UpdateKeys', {
      kind: 'status',
      status: 403,
      error: 'AccessDeniedException',
      message: SECRETS.join(),
    });
    const { code, out, err } = await deployed.run(['keys', 'add', ...PROD]);
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: `ERR_AWS_ACCESS_DENIED: cloudfront-keyvaluestore:UpdateKeys: expected permission, got AccessDeniedException (grant the action on ${STORE_ARN}; docs/operations.md, "Permissions")\n`,
    });
  });
});
