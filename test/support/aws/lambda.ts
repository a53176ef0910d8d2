/** AWS Lambda: which functions there are. */
import type { Account } from './account.ts';
import { type Answer, type AwsRequest, refusal } from './request.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export function lambda({ method, path, region }: AwsRequest, account: Account): Answer {
  const [, name] = /^\/2015-03-31\/functions\/([^/]+)(?![\s\S])/.exec(path) ?? [];
  if (method !== 'GET' || name === undefined) {
    throw refusal('UnknownOperationException', `unknown operation: ${method} ${path}`, 404);
  }
  const found = account.functions.get(`${region} ${name}`);
  const arn = `arn:aws:lambda:${region}:${account.id}:function:${name}`;
  if (found === undefined) throw refusal('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  const { role, modified } = found;
  const LastModified = modified.toISOString().replace('Z', '+0000');
  return {
    body: JSON.stringify({ Configuration: { FunctionName: name, FunctionArn: arn, Role: role, LastModified } }),
  };
}
