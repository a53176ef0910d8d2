/** Buckets, and the statements of policies. */
import type { CheckedTemplate, Place, Rule } from './finding.ts';
import { isKnown, listOf, objectOf, referred, resourcesOf } from './read.ts';

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';

const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Beginnings and ends that S3 keeps for itself. */
const RESERVED_NAME = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

export const BUCKET_RULES: readonly Rule[] = [
  {
    id: 'bucket-name',
    severity: 'error',
    why: 'S3 makes no bucket of another name.',
    advice: 'Use 3 to 63 characters of a-z, 0-9, "-" and ".", an account id of twelve digits included.',
    see: `${S3}/bucketnamingrules.html`,
    find: (template) =>
      resourcesOf(template, 'AWS::S3::Bucket').flatMap(([resource, { BucketName }]) => {
        const name = writtenName(BucketName);
        if (name === null || (BUCKET_NAME.test(name) && !RESERVED_NAME.test(name))) return [];
        return [{ resource, path: 'BucketName', expected: 'the name of a bucket', got: BucketName }];
      }),
  },
  {
    id: 'replication-versioning',
    severity: 'error',
    why: 'S3 replicates buckets with versions alone.',
    advice: 'Set VersioningConfiguration to { Status: Enabled }, in the destination, too.',
    see: `${S3}/replication-requirements.html`,
    find: (template) => {
      const buckets = resourcesOf(template, 'AWS::S3::Bucket');
      const replicated = buckets.filter(
        ([, { ReplicationConfiguration }]) =>
          ReplicationConfiguration !== undefined && isKnown(ReplicationConfiguration),
      );
      const ids = replicated.flatMap(([id, { ReplicationConfiguration }]) => [
        id,
        ...destinations(ReplicationConfiguration),
      ]);
      return buckets.flatMap(([resource, { VersioningConfiguration }]) => {
        const { Status } = objectOf(VersioningConfiguration);
        if (!ids.includes(resource) || Status === 'Enabled' || ![VersioningConfiguration, Status].every(isKnown))
          return [];
        return [{ resource, path: 'VersioningConfiguration.Status', expected: 'Enabled', got: Status }];
      });
    },
  },
  {
    id: 'policy-effect',
    severity: 'error',
    why: 'A statement with another effect is refused, and with it the stack.',
    advice: 'Write Allow or Deny, with a capital.',
    see: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html',
    find: (template) =>
      statementsOf(template).filter(
        ({ got }) => typeof got === 'string' && isKnown(got) && got !== 'Allow' && got !== 'Deny',
      ),
  },
];

/** Logical ids of the buckets that get the copies, as far as they are resources of the same template. */
function destinations(replication: unknown): (string | null)[] {
  return listOf(objectOf(replication).Rules).map((rule) => referred(objectOf(objectOf(rule).Destination).Bucket));
}

/** A name as far as it can be known: an account id is any twelve digits, a region some region. Null: it cannot. */
function writtenName(name: unknown): string | null {
  const text = typeof name === 'string' ? name : objectOf(name)['Fn::Sub'];
  if (typeof text !== 'string' || !isKnown(text)) return null;
  const known = text.replaceAll(/\$\{AWS::AccountId\}/g, '123456789012').replaceAll(/\$\{AWS::Region\}/g, 'eu-west-1');
  return known.includes('${') ? null : known;
}

/** Every statement of every policy, with its effect. */
function statementsOf(template: CheckedTemplate): Place[] {
  return Object.entries(template.Resources).flatMap(([resource, made]) =>
    documentsIn(objectOf(made).Properties, '').flatMap(({ path, statements }) =>
      statements.map((statement, index) => ({
        resource,
        path: `${path}.${index}.Effect`,
        expected: 'Allow or Deny',
        got: objectOf(statement).Effect,
      })),
    ),
  );
}

function documentsIn(node: unknown, path: string): { path: string; statements: readonly unknown[] }[] {
  if (typeof node !== 'object' || node === null) return [];
  const { Version, Statement } = objectOf(node);
  const own = Version === undefined ? [] : [{ path: join(path, 'Statement'), statements: listOf(Statement) }];
  return [...own, ...Object.entries(node).flatMap(([key, child]) => documentsIn(child, join(path, key)))];
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
