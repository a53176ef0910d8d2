/** What a deployed store is given when it has no state. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureState } from '../../../deploy/aws/first-state.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { STORE_ARN, type StoreEndpoint, startStoreEndpoint } from '../../support/aws/key-value-store.ts';
import { type StackEndpoint, startStackEndpoint } from '../../support/aws/stack-outputs.ts';

let formation: StackEndpoint;
let store: StoreEndpoint;
beforeEach(async () => {
  formation = await startStackEndpoint({ 'edgekeeper-dev': { KeyValueStoreArn: STORE_ARN }, 'edgekeeper-bare': {} });
  store = await startStoreEndpoint();
});
afterEach(() => Promise.all([formation.close(), store.close()]));
useAwsEnvironment(() => ({
  AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url,
  AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: store.url,
}));

const ensured = () => ensureState({}, 'edgekeeper-dev', 'dev');
const writes = () => store.asked.filter(({ operation }) => operation === 'UpdateKeys').length;

test('one without keys, once', async () => {
  expect(await ensured()).toMatch(/no signing key yet.*npx edgekeeper keys add --stage dev/);
  expect(JSON.parse(store.content.get('state') ?? '')).toEqual({ keys: {}, drained: {} });
  expect(await ensured()).toBeUndefined();
  expect(writes()).toBe(1);
});

test.each(['{"keys":{"k1":"x"}}', 'no state at all', ''])('%j that is there stays', async (state) => {
  store.content.set('state', state);
  expect(await ensured()).toBeUndefined();
  expect(store.content.get('state')).toBe(state);
  expect(writes()).toBe(0);
});

test('one that somebody writes meanwhile stays', async () => {
  store.beforeWrite = () => {
    if (store.content.get('state') === undefined) store.content.set('state', 'of another');
  };
  expect(await ensured()).toBeUndefined();
  expect(store.content.get('state')).toBe('of another');
});

test('a stack without a store needs none', async () => {
  expect(await ensureState({}, 'edgekeeper-bare', 'bare')).toBeUndefined();
  expect(store.asked).toEqual([]);
});

test('a failure names the command that makes up for it', async () => {
  store.fail('UpdateKeys', { kind: 'status', status: 403, error: 'AccessDeniedException' });
  await expect(ensured()).rejects.toMatchObject({
    code: 'ERR_AWS_ACCESS_DENIED',
    message: expect.stringMatching(
      /UpdateKeys: expected permission.*; the stack is deployed, but protected paths answer 503 .*: npx edgekeeper keys add --stage dev/,
    ),
  });
});
