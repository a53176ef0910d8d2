/** The endpoints that a deployment is rehearsed against refuse what AWS refuses. */
import {
  CloudFormation,
  type CloudFormationClientConfig,
  type CreateStackCommandInput,
} from '@aws-sdk/client-cloudformation';
import { Lambda } from '@aws-sdk/client-lambda';
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AccountEndpoint, startAccountEndpoint } from '../support/aws/account-endpoint.ts';
import { CREDENTIALS } from '../support/aws/request.ts';

let aws: AccountEndpoint;
beforeEach(async () => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  aws = await startAccountEndpoint();
});
afterEach(() => aws.close());

const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
const STORE = { Type: 'AWS::CloudFront::KeyValueStore', Properties: { Name: 'one' } };

function text(resources: object, others: object = {}): string {
  return JSON.stringify({ Resources: resources, ...others });
}

function settings(credentials = CREDENTIALS): CloudFormationClientConfig {
  return { endpoint: aws.url, region: 'us-east-1', credentials, maxAttempts: 1 };
}

interface Asking {
  readonly service?: string;
  readonly region?: string;
  readonly method?: string;
  readonly body?: string;
  /** What arrives instead of `body`. */
  readonly sent?: string;
  readonly headers?: Record<string, string>;
}

/** Asks S3, unless told otherwise, with a signature for that. */
async function ask(path: string, asking: Asking = {}): Promise<{ status: number; text: string }> {
  const { service = 's3', region = 'us-east-1', method = 'GET', body, sent = body, headers } = asking;
  const url = new URL(path, aws.url);
  const signer = new SignatureV4({
    ...{ service, region, credentials: CREDENTIALS, sha256: Hash.bind(null, 'sha256') },
    uriEscapePath: service !== 's3',
  });
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: url.host,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
    body,
  });
  const answer = await fetch(url, { method, headers: signed.headers, ...(sent !== undefined && { body: sent }) });
  return { status: answer.status, text: await answer.text() };
}

describe('a request', () => {
  test('that is not signed', async () => {
    const answer = await fetch(aws.url, { method: 'POST', body: 'Action=GetCallerIdentity' });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('MissingAuthenticationToken');
  });

  test.each([
    { what: 'by a stranger', credentials: { ...CREDENTIALS, accessKeyId: 'AKIDOTHER' }, code: 'InvalidClientTokenId' },
    {
      what: 'with another secret',
      credentials: { ...CREDENTIALS, secretAccessKey: 'x' },
      code: 'SignatureDoesNotMatch',
    },
  ])('that is signed $what', async ({ credentials, code }) => {
    await expect(new CloudFormation(settings(credentials)).describeStacks({ StackName: 'x' })).rejects.toMatchObject({
      name: code,
    });
  });

  test('whose body is another than the signed one', async () => {
    const said = await ask('/', {
      service: 'sts',
      method: 'POST',
      body: 'Action=GetCallerIdentity',
      sent: 'Action=Other',
    });
    expect(said).toEqual({ status: 400, text: expect.stringContaining('XAmzContentSHA256Mismatch') });
  });

  test('to a service that is not there', async () => {
    expect(await ask('/', { service: 'sqs' })).toMatchObject({ status: 404 });
  });
});

describe('CloudFormation', () => {
  let cloudformation: CloudFormation;
  beforeEach(() => {
    cloudformation = new CloudFormation(settings());
  });
  const create = (TemplateBody: string, others: Partial<CreateStackCommandInput> = {}) =>
    cloudformation.createStack({ StackName: 'one', TemplateBody, ...others });

  test.each<{ what: string; TemplateBody: string; says: string; name?: string }>([
    { what: 'no JSON', TemplateBody: '{"Resources": ', says: 'JSON not well-formed' },
    { what: 'no resource', TemplateBody: text({}), says: 'At least one Resources member must be defined' },
    { what: 'an unknown section', TemplateBody: text({ STORE }, { Resource: {} }), says: 'Resource' },
    { what: 'a resource without a type', TemplateBody: text({ A: {} }), says: 'must contain a Type member' },
    { what: 'a name of nothing', TemplateBody: text({ A: { ...STORE, DependsOn: 'B' } }), says: 'Unresolved resource' },
    {
      what: 'a circle',
      TemplateBody: text({ A: { ...STORE, DependsOn: 'B' }, B: { ...STORE, DependsOn: 'A' } }),
      says: 'Circular dependency between resources: [A, B]',
    },
    { what: 'too much', TemplateBody: text({ STORE }, { Description: 'x'.repeat(51_200) }), says: '51200' },
  ])('refuses a template with $what', async ({ TemplateBody, says }) => {
    for (const asked of [create(TemplateBody), cloudformation.validateTemplate({ TemplateBody })]) {
      await expect(asked).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining(says) });
    }
  });

  test('takes a template of 51,200 bytes', async () => {
    const rest = text({ STORE }, { Description: '' }).length;
    const TemplateBody = text({ STORE }, { Description: 'x'.repeat(51_200 - rest) });
    await expect(create(TemplateBody)).resolves.toHaveProperty('StackId');
  });

  test.each<{ what: string; role: object; given: CreateStackCommandInput['Capabilities']; isTaken: boolean }>([
    { what: 'a role', role: ROLE, given: [], isTaken: false },
    { what: 'a role', role: ROLE, given: ['CAPABILITY_IAM'], isTaken: true },
    {
      what: 'a role with a name',
      role: { ...ROLE, Properties: { ...ROLE.Properties, RoleName: 'r' } },
      given: ['CAPABILITY_IAM'],
      isTaken: false,
    },
    {
      what: 'a role with a name',
      role: { ...ROLE, Properties: { ...ROLE.Properties, RoleName: 'r' } },
      given: ['CAPABILITY_NAMED_IAM'],
      isTaken: true,
    },
  ])('makes $what with $given: $isTaken', async ({ role, given, isTaken }) => {
    const asked = create(text({ role }), { Capabilities: given });
    if (isTaken) await expect(asked).resolves.toHaveProperty('StackId');
    else await expect(asked).rejects.toMatchObject({ name: 'InsufficientCapabilitiesException' });
  });

  test('refuses a second stack of a name, an update that changes nothing, and whatever is asked of none', async () => {
    const TemplateBody = text({ STORE });
    await create(TemplateBody);
    await expect(create(TemplateBody)).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await expect(cloudformation.updateStack({ StackName: 'one', TemplateBody })).rejects.toThrow(
      'No updates are to be performed.',
    );
    for (const asked of [
      cloudformation.updateStack({ StackName: 'two', TemplateBody }),
      cloudformation.describeStacks({ StackName: 'two' }),
      cloudformation.describeStackEvents({ StackName: 'two' }),
      cloudformation.listStackResources({ StackName: 'two' }),
    ]) {
      await expect(asked).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('two') });
    }
    const missing = { StackName: 'one', LogicalResourceId: 'Other' };
    await expect(cloudformation.describeStackResource(missing)).rejects.toThrow('Other does not exist for stack one');
  });

  test('deletes a stack that is not there without a word, and knows one by its id that was', async () => {
    await expect(cloudformation.deleteStack({ StackName: 'two' })).resolves.toBeDefined();
    const { StackId } = await create(text({ STORE }));
    await cloudformation.deleteStack({ StackName: 'one' });
    await expect(cloudformation.describeStacks({ StackName: 'one' })).rejects.toThrow('one does not exist');
    const { Stacks } = await cloudformation.describeStacks({ StackName: StackId });
    expect(Stacks).toMatchObject([{ StackStatus: 'DELETE_COMPLETE' }]);
  });

  test('rolls back a stack in which something fails, with the events newest first', async () => {
    await create(text({ A: STORE, B: { ...STORE, DependsOn: 'A' } }));
    const { Stacks } = await cloudformation.describeStacks({ StackName: 'one' });
    expect(Stacks).toMatchObject([{ StackStatus: 'ROLLBACK_COMPLETE' }]);
    const { StackEvents = [] } = await cloudformation.describeStackEvents({ StackName: 'one' });
    const events = StackEvents.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`);
    expect(events.reverse().filter((event) => !event.includes('PROGRESS'))).toEqual([
      'A CREATE_COMPLETE',
      'B CREATE_FAILED',
      'A DELETE_COMPLETE',
      'one ROLLBACK_COMPLETE',
    ]);
    await expect(cloudformation.updateStack({ StackName: 'one', TemplateBody: text({ A: STORE }) })).rejects.toThrow(
      'is in ROLLBACK_COMPLETE state and can not be updated',
    );
  });
});

describe('S3', () => {
  beforeEach(() => {
    aws.account.buckets.set('mine', { region: 'us-east-1', objects: new Map(), isVersioned: false });
    aws.account.othersBuckets.add('theirs');
  });

  test.each<{ path: string; asking?: Asking; status: number; says: string }>([
    { path: '/nobodys/key', asking: { method: 'PUT', body: 'x' }, status: 404, says: 'NoSuchBucket' },
    { path: '/theirs/key', asking: { method: 'PUT', body: 'x' }, status: 403, says: 'AccessDenied' },
    { path: '/mine/key', asking: { region: 'eu-west-1' }, status: 400, says: 'AuthorizationHeaderMalformed' },
    { path: '/mine/key', status: 404, says: 'NoSuchKey' },
    { path: '/mine?delete=', asking: { method: 'POST', body: '<Delete/>' }, status: 400, says: 'Content-MD5' },
    { path: '/mine', asking: { method: 'DELETE' }, status: 405, says: 'MethodNotAllowed' },
  ])('$path: $says', async ({ path, asking, status, says }) => {
    expect(await ask(path, asking)).toEqual({ status, text: expect.stringContaining(says) });
  });

  test('keeps what is put, with its metadata', async () => {
    await ask('/mine/a%20b', { method: 'PUT', body: 'x', headers: { 'x-amz-meta-filesha256': 'abc' } });
    expect([...(aws.account.buckets.get('mine')?.objects ?? [])]).toMatchObject([
      ['a b', { body: Buffer.from('x'), metadata: { filesha256: 'abc' } }],
    ]);
    expect(await ask('/mine/a%20b')).toEqual({ status: 200, text: 'x' });
    expect((await ask('/mine?list-type=2&prefix=b')).text).toContain('<KeyCount>0</KeyCount>');
    expect((await ask('/mine?list-type=2&prefix=a')).text).toContain('<Key>a b</Key>');
  });
});

test('Lambda knows no function that is not there', async () => {
  await expect(new Lambda(settings()).getFunction({ FunctionName: 'none' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
