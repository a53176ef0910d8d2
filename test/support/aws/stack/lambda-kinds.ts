/** AWS::Lambda::Function, whose code has to be in its bucket, and its numbered versions. */
import { createHash } from 'node:crypto';
import { refusal } from '../request.ts';
import { trusts } from './iam-role.ts';
import type { Kind, Place, Properties } from './resource.ts';

export const LAMBDA_FUNCTION: Kind = {
  name: 'FunctionName',
  identify: (name, { account, region }) => ({
    physicalId: name,
    attributes: { Arn: `arn:aws:lambda:${region}:${account.id}:function:${name}` },
  }),
  apply(name, properties, { account, region }) {
    trusts(account, properties.Role, 'lambda.amazonaws.com');
    const code = createHash('sha256').update(codeOf(properties, { account })).digest('base64');
    const { Code, ...others } = properties;
    const key = `${region} ${name}`;
    const { versions = [], isReplicated = false } = account.functions.get(key) ?? {};
    account.functions.set(key, {
      ...{ name, region, code, versions, isReplicated },
      role: String(properties.Role),
      configuration: JSON.stringify([code, others]),
      modified: account.now(),
    });
  },
  remove({ physicalId, region }, { account }) {
    const key = `${region} ${physicalId}`;
    if (account.functions.get(key)?.isReplicated === true) {
      const message = `Lambda was unable to delete ${physicalId} because it is a replicated function.`;
      throw refusal('InvalidRequest', message);
    }
    account.functions.delete(key);
  },
};

export const LAMBDA_VERSION: Kind = {
  isImmutable: true,
  identify: (_, { account, region }, { FunctionName }) => {
    const number = account.functions.get(`${region} ${FunctionName}`)?.versions.length ?? 0;
    const physicalId = `arn:aws:lambda:${region}:${account.id}:function:${FunctionName}:${number}`;
    return { physicalId, attributes: { Version: String(number), FunctionArn: physicalId } };
  },
  apply(_, { FunctionName, CodeSha256 }, { account, region }) {
    const found = account.functions.get(`${region} ${FunctionName}`);
    if (found === undefined) throw refusal('NotFound', `Function not found: ${FunctionName}`);
    if (CodeSha256 !== undefined && CodeSha256 !== found.code) {
      throw refusal(
        'InvalidRequest',
        `CodeSha256 (${CodeSha256}) is different from current CodeSha256 (${found.code})`,
      );
    }
    if (found.versions.at(-1) === found.configuration) {
      const message = `A version for this Lambda function exists ( ${found.versions.length} ). Modify the function to create a new version.`;
      throw refusal('AlreadyExists', message);
    }
    found.versions.push(found.configuration);
  },
};

function codeOf(properties: Properties, { account }: Pick<Place, 'account'>): string | Buffer {
  const { ZipFile, S3Bucket, S3Key } = Object(properties.Code) as Record<string, string>;
  const object = account.buckets.get(S3Bucket ?? '')?.objects.get(S3Key ?? '');
  const code = ZipFile ?? object?.body;
  if (code === undefined) {
    throw refusal(
      'InvalidRequest',
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    );
  }
  return code;
}
