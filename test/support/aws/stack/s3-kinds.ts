/** AWS::S3::Bucket and its policy. */

import type { Account } from '../account.ts';
import { refusal } from '../request.ts';
import { at, type Kind, type Properties, valuesOf } from './resource.ts';

export const BUCKET: Kind = {
  name: 'BucketName',
  isGlobal: true,
  identify: (name, { region }) => ({
    physicalId: name.toLowerCase(),
    attributes: {
      Arn: `arn:aws:s3:::${name.toLowerCase()}`,
      RegionalDomainName: `${name.toLowerCase()}.s3.${region}.amazonaws.com`,
    },
  }),
  apply(mixed, properties, { account, region }, before) {
    const name = mixed.toLowerCase();
    if (before === undefined) {
      if (account.othersBuckets.has(name) || account.buckets.has(name))
        throw refusal('AlreadyExists', `${name} already exists`);
      if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?![\s\S])/.test(name))
        throw refusal('InvalidRequest', `Bucket name ${name} is not valid`);
    }
    const isVersioned = at(properties, 'VersioningConfiguration.Status') === 'Enabled';
    holdsReplication(properties, isVersioned, account);
    const bucket = account.buckets.get(name);
    if (bucket === undefined) account.buckets.set(name, { region, objects: new Map(), isVersioned });
    else bucket.isVersioned = isVersioned;
  },
  remove({ physicalId }, { account }) {
    if ((account.buckets.get(physicalId)?.objects.size ?? 0) > 0) {
      throw refusal('GeneralServiceException', 'The bucket you tried to delete is not empty');
    }
    account.buckets.delete(physicalId);
  },
};

/** A bucket has one policy: a second one is refused, by its name. */
export const BUCKET_POLICY: Kind = {
  name: 'Bucket',
  isGlobal: true,
  identify: (name) => ({ physicalId: name }),
  apply(name, _, { account }) {
    if (!account.buckets.has(name)) throw refusal('NotFound', 'The specified bucket does not exist');
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html */
function holdsReplication(properties: Properties, isVersioned: boolean, { buckets }: Account): void {
  const destinations = valuesOf(properties.ReplicationConfiguration, 'Bucket') as string[];
  if (destinations.length > 0 && !isVersioned) {
    throw refusal('InvalidRequest', "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  for (const arn of destinations) {
    const destination = buckets.get(arn.replace('arn:aws:s3:::', ''));
    if (destination === undefined) throw refusal('InvalidRequest', 'Destination bucket must exist.');
    if (!destination.isVersioned) throw refusal('InvalidRequest', 'Destination bucket must have versioning enabled.');
  }
}
