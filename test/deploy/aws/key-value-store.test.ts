/** The deployed store through the real client, over a network and beside hands that do what they like. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deployedStore } from '../../../deploy/aws/key-value-store.ts';
import { changeVersioned } from '../../../deploy/versioned-store.ts';
import { SECRETS, useAwsEnvironment } from '../../support/aws/access.ts';
import type { Fault } from '../../support/aws/endpoint.ts';
import { STORE_ARN, type StoreEndpoint, startStoreEndpoint } from '../../support/aws/key-value-store.ts';
import { SECRET } from '../../support/tokens.ts';

let endpoint: StoreEndpoint;
beforeEach(async () => {
  endpoint = await startStoreEndpoint({ count: '0', state: SECRET });
});
afterEach(() => endpoint.close());
useAwsEnvironment(() => ({ AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: endpoint.url }));

const open = () => deployedStore({ timeoutSeconds: 0.5 }, STORE_ARN);

/** Adds one to `count`. */
async function increment(): Promise<number> {
  const store = await open();
  return changeVersioned(store, async () => ({ count: String(Number(await store.get('count')) + 1) }));
}

const told = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    ({ code, message }) => `${code}: ${message}`,
  );

const status = (code: number, error: string): Fault => ({ kind: 'status', status: code, error });
const OPERATIONS = ['DescribeKeyValueStore', 'GetKey', 'UpdateKeys'];

describe.each(OPERATIONS)('a change whose %s', (operation) => {
  test.each([
    ['is throttled once', status(429, 'TooManyRequestsException')],
    ['meets a broken server once', status(500, 'InternalServerException')],
    ['is cut off once', { kind: 'reset' } as const],
    ['is never answered once', { kind: 'hang' } as const],
  ])('%s takes place once', async (_, fault) => {
    endpoint.fail(operation, fault);
    expect(await increment()).toBe(1);
    expect(endpoint.content.get('count')).toBe('1');
  });

  test.each([
    ['is throttled', status(429, 'TooManyRequestsException'), 'ERR_AWS_THROTTLED'],
    ['meets a broken server', status(500, 'InternalServerException'), 'ERR_AWS_UNREACHABLE'],
    ['is denied', status(403, 'AccessDeniedException'), `ERR_AWS_ACCESS_DENIED: cloudfront-keyvaluestore:${operation}`],
    ['finds expired credentials', status(403, 'ExpiredTokenException'), 'ERR_AWS_CREDENTIALS_EXPIRED'],
    ['is never answered', { kind: 'hang' } as const, 'ERR_AWS_UNREACHABLE'],
  ])('%s says so, and nothing is written', async (_, fault, code) => {
    endpoint.fail(operation, fault, 2);
    const said = await told(increment());
    expect(said.slice(0, code.length)).toBe(code);
    expect(endpoint.content.get('count')).toBe('0');
    for (const secret of [SECRET, ...SECRETS]) expect(said).not.toContain(secret);
  });
});

describe('an answer that is lost after the write', () => {
  test.each([
    ['once', 1],
    ['each time', 2],
  ])('%s: it is written once, and counted', async (_, times) => {
    endpoint.fail('UpdateKeys', { kind: 'half' }, times);
    expect(await increment()).toBe(1);
    expect(endpoint.content.get('count')).toBe('1');
  });

  test('and of a key that is removed', async () => {
    endpoint.fail('UpdateKeys', { kind: 'half' });
    expect(await changeVersioned(await open(), async () => ({ count: null }))).toBe(1);
    expect(endpoint.content.get('count')).toBeUndefined();
  });
});

test('after an answer that was lost, what is left of a change is planned anew', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `r:${i}`);
  for (const name of names) endpoint.content.set(name, '1');
  endpoint.fail('UpdateKeys', { kind: 'half' });
  let writes = 0;
  endpoint.beforeWrite = () => {
    // Once the first fifty are gone: somebody revokes what was going to be removed.
    if (++writes === 2) endpoint.content.set('r:59', '2');
  };
  const store = await open();
  const removed = await changeVersioned(store, async () =>
    Object.fromEntries((await store.entries('r:')).filter(([, at]) => at === '1').map(([name]) => [name, null])),
  );
  expect(removed).toBe(59);
  expect((await store.entries('r:')).map(([name]) => name)).toEqual(['r:59']);
});

test('half of an entry is no entry, and told without what was in it', async () => {
  endpoint.fail('GetKey', { kind: 'body', text: `{"Key":"state","Value":"${SECRET}` }, 2);
  const said = await told((await open()).get('state'));
  expect(said).toBe(
    'ERR_AWS_UNREACHABLE: cloudfront-keyvaluestore:GetKey: expected an answer of AWS, got one that cannot be read',
  );
});

test('of hands at once none is lost', async () => {
  await Promise.all(Array.from({ length: 12 }, increment));
  expect(endpoint.content.get('count')).toBe('12');
});

test('a hand between reading and writing is not lost either', async () => {
  let rivals = 3;
  endpoint.beforeWrite = () => {
    if (rivals-- > 0) endpoint.content.set('count', String(Number(endpoint.content.get('count')) + 10));
  };
  await increment();
  expect(endpoint.content.get('count')).toBe('31');
});

test('an ETag is used once, and each batch of 50 takes the one before it gave', async () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`key ${i}/ä`, 'x']));
  const store = await open();
  expect(await changeVersioned(store, async () => many)).toBe(101);
  const updates = endpoint.asked.filter(({ operation }) => operation === 'UpdateKeys');
  expect(updates.map(({ headers }) => headers['if-match'])).toEqual(['KV0EXAMPLE', 'KV1EXAMPLE', 'KV2EXAMPLE']);
  expect(updates.map(({ body }) => JSON.parse(body).Puts.length)).toEqual([50, 50, 1]);
  expect(Object.fromEntries(await store.entries('key '))).toEqual(many);
});

test.each(['https://example.com', 'arn:aws:s3:::bucket', 'arn:aws:cloudfront::111122223333:distribution/E1'])(
  '%s is no store',
  async (arn) => {
    expect(await told(deployedStore({}, arn))).toMatch(
      /^ERR_OPTION_INVALID: key value store: expected arn:aws:cloudfront/,
    );
  },
);

test('a store that is not there', async () => {
  const other = STORE_ARN.replace('8', '9');
  const store = await deployedStore({}, other);
  expect(await told(store.version())).toBe(
    `ERR_AWS_NOT_FOUND: cloudfront-keyvaluestore:DescribeKeyValueStore: expected ${other}, got ResourceNotFoundException`,
  );
});
