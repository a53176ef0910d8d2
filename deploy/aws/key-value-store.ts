/**
 * The key value store that is deployed, over its own API: single-use ETags, and 50 keys together.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-edit.html
 */
import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { unexpected } from '../../config/errors.ts';
import { checkQuotas } from '../../config/store-quotas.ts';
import { type Changes, updateOf } from '../../shared/store-changes.ts';
import { SETTLED, type VersionedStore } from '../versioned-store.ts';
import { type AwsAccess, keyValueStoreClient } from './clients.ts';
import { asked, awsFailure, isConflict, isNamed, mayBeDone } from './failure.ts';

const ARN = /^arn:aws:cloudfront::\d{12}:key-value-store\/[0-9A-Za-z-]+$/;

/** A page of `ListKeys`, its quota. */
const PAGE = 50;

export interface DeployedStore extends VersionedStore {
  /** Undefined for a key that is not there. */
  get(key: string): Promise<string | undefined>;
  entries(prefix: string): Promise<[key: string, value: string][]>;
}

/** @throws {EdgeError} ERR_OPTION_INVALID for what is no store's ARN; its methods throw what `awsFailure` makes. */
export async function deployedStore(access: AwsAccess, arn: string): Promise<DeployedStore> {
  if (!ARN.test(arn)) {
    throw unexpected(
      'ERR_OPTION_INVALID',
      'key value store',
      'arn:aws:cloudfront::<account>:key-value-store/<id>',
      arn,
    );
  }
  const commands = await import('@aws-sdk/client-cloudfront-keyvaluestore');
  const client = await keyValueStoreClient(access);
  const get = (key: string) => entryOf(client, commands, arn, key);
  const version = async (): Promise<string> => {
    const call = { action: 'cloudfront-keyvaluestore:DescribeKeyValueStore', resource: arn } as const;
    const { ETag: etag } = await asked(call, () =>
      client.send(new commands.DescribeKeyValueStoreCommand({ KvsARN: arn })),
    );
    if (etag !== undefined) return etag;
    throw unexpected('ERR_AWS_UNREACHABLE', call.action, 'an ETag', etag);
  };
  return {
    get,
    version,
    entries: (prefix) => entriesOf(client, commands, arn, prefix),
    async write(changes, etag) {
      checkQuotas(changes);
      try {
        const update = { KvsARN: arn, IfMatch: etag, ...updateOf(changes) };
        return (await client.send(new commands.UpdateKeysCommand(update))).ETag;
      } catch (error) {
        // The client asks again after an answer that was lost: what it wrote then stands in its own way.
        if (mayBeDone(error) && (await holds(get, changes))) return SETTLED;
        if (isConflict(error)) return undefined;
        throw awsFailure(error, { action: 'cloudfront-keyvaluestore:UpdateKeys', resource: arn });
      }
    },
  };
}

type Commands = typeof import('@aws-sdk/client-cloudfront-keyvaluestore');

async function entryOf(
  client: CloudFrontKeyValueStoreClient,
  { GetKeyCommand }: Commands,
  arn: string,
  key: string,
): Promise<string | undefined> {
  try {
    return (await client.send(new GetKeyCommand({ KvsARN: arn, Key: key }))).Value;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw awsFailure(error, { action: 'cloudfront-keyvaluestore:GetKey', resource: arn });
  }
}

async function entriesOf(
  client: CloudFrontKeyValueStoreClient,
  { paginateListKeys }: Commands,
  arn: string,
  prefix: string,
): Promise<[key: string, value: string][]> {
  return asked({ action: 'cloudfront-keyvaluestore:ListKeys', resource: arn }, async () => {
    const found: [key: string, value: string][] = [];
    for await (const { Items: items = [] } of paginateListKeys({ client, pageSize: PAGE }, { KvsARN: arn })) {
      for (const { Key: key = '', Value: value = '' } of items) if (key.startsWith(prefix)) found.push([key, value]);
    }
    return found;
  });
}

/** Whether the store is as the changes make it. */
async function holds(get: DeployedStore['get'], changes: Changes): Promise<boolean> {
  const held = await Promise.all(
    Object.entries(changes).map(async ([key, value]) => (await get(key)) === (value ?? undefined)),
  );
  return held.every((is) => is);
}
