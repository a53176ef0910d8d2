/** The endpoint that stands for the store's API refuses what AWS refuses. */
import {
  DeleteKeyCommand,
  ListKeysCommand,
  PutKeyCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyValueStoreClient } from '../../../deploy/aws/clients.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { STORE_ARN, type StoreEndpoint, startStoreEndpoint } from '../../support/aws/key-value-store.ts';

let store: StoreEndpoint;
beforeAll(async () => {
  store = await startStoreEndpoint({ a: '1' });
});
afterAll(() => store.close());
useAwsEnvironment(() => ({ AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: store.url }));

const AT = { KvsARN: STORE_ARN };
const etag = () => `KV${store.content.version()}EXAMPLE`;
const puts = (count: number, value = 'x') => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: value }));

/** What comes of an update of the store as it is now. */
async function updated(update: object): Promise<string> {
  const client = await keyValueStoreClient({});
  return client.send(new UpdateKeysCommand({ ...AT, IfMatch: etag(), ...update })).then(
    () => 'written',
    ({ name }) => name,
  );
}

describe('an update', () => {
  test.each([
    ['of 50 keys', { Puts: puts(50) }, 'written'],
    ['of 51 keys', { Puts: puts(51) }, 'ValidationException'],
    ['of a value of 1,024 bytes', { Puts: puts(1, 'x'.repeat(1024)) }, 'written'],
    ['of a value of 1,025 bytes', { Puts: puts(1, 'x'.repeat(1025)) }, 'ValidationException'],
    ['of a key of 512 bytes', { Puts: [{ Key: 'k'.repeat(512), Value: '' }] }, 'written'],
    ['of a key of 513 bytes', { Puts: [{ Key: 'k'.repeat(513), Value: '' }] }, 'ValidationException'],
    ['of one key twice', { Puts: [...puts(1), ...puts(1)] }, 'ValidationException'],
    ['of nothing', {}, 'ValidationException'],
    ['that deletes what is not there', { Deletes: [{ Key: 'none' }] }, 'ResourceNotFoundException'],
    ['with an ETag of before', { Puts: puts(1), IfMatch: 'KV-1EXAMPLE' }, 'ConflictException'],
  ])('%s: %#', async (_, update, outcome) => {
    expect(await updated(update)).toBe(outcome);
  });
});

test('keys one by one, and a page of them', async () => {
  const client = await keyValueStoreClient({});
  await client.send(new PutKeyCommand({ ...AT, IfMatch: etag(), Key: 'a b/c', Value: 'ä' }));
  expect(store.content.get('a b/c')).toBe('ä');
  await client.send(new DeleteKeyCommand({ ...AT, IfMatch: etag(), Key: 'a b/c' }));
  expect(store.content.get('a b/c')).toBeUndefined();
  const page = await client.send(new ListKeysCommand({ ...AT, MaxResults: 2 }));
  expect([page.Items?.length, page.NextToken]).toEqual([2, '2']);
});

test('a store of 5 MB takes no more', async () => {
  const full = Object.fromEntries(Array.from({ length: 5100 }, (_, i) => [`full ${i}`, 'x'.repeat(1000)]));
  store.content.write(full);
  expect(await updated({ Puts: puts(50, 'x'.repeat(1024)) })).toBe('written');
  store.content.write(
    Object.fromEntries(
      Object.entries(full)
        .slice(0, 120)
        .map(([key, value]) => [`more ${key}`, value]),
    ),
  );
  expect(await updated({ Puts: puts(50, 'x'.repeat(1024)) })).toBe('ServiceQuotaExceededException');
});

describe('a request', () => {
  const path = `/key-value-stores/${encodeURIComponent(STORE_ARN)}`;
  const scope = (service: string) => `Credential=AKID/20260101/${service}/aws4_request`;
  const signed = 'SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=00';
  test.each([
    ['without a signature', {}, 'MissingAuthenticationTokenException'],
    [
      'signed for one region',
      {
        authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/cloudfront-keyvaluestore/aws4_request, ${signed}`,
      },
      'InvalidSignatureException',
    ],
    [
      'signed for another service',
      { authorization: `AWS4-ECDSA-P256-SHA256 ${scope('s3')}, ${signed}`, 'x-amz-region-set': '*' },
      'InvalidSignatureException',
    ],
    [
      'signed for some regions',
      {
        authorization: `AWS4-ECDSA-P256-SHA256 ${scope('cloudfront-keyvaluestore')}, ${signed}`,
        'x-amz-region-set': 'us-*',
      },
      'InvalidSignatureException',
    ],
    [
      'signed over another body',
      {
        authorization: `AWS4-ECDSA-P256-SHA256 ${scope('cloudfront-keyvaluestore')}, ${signed}`,
        'x-amz-region-set': '*',
        'x-amz-content-sha256': '00',
      },
      'InvalidSignatureException',
    ],
  ])('%s is refused', async (_, headers, error) => {
    const answer = await fetch(`${store.url}${path}`, { headers: headers as Record<string, string> });
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([403, error]);
  });
});
