/** The real client against an endpoint that speaks as CloudFormation does, and what its failures are called. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployedStack } from '../../../deploy/aws/stack.ts';
import { SECRETS, useAwsEnvironment } from '../../support/aws/access.ts';
import type { Fault } from '../../support/aws/endpoint.ts';
import { STORE_ARN } from '../../support/aws/key-value-store.ts';
import { type StackEndpoint, startStackEndpoint } from '../../support/aws/stack-outputs.ts';

let formation: StackEndpoint;
beforeAll(async () => {
  formation = await startStackEndpoint({
    'edgekeeper-prod': {
      DistributionId: 'E1EXAMPLE',
      KeyValueStoreArn: STORE_ARN,
      OriginResponseLambdaFunctionQualifiedArn: 'arn:aws:lambda:us-east-1:111122223333:function:origin-response:7',
      ServerlessDeploymentBucketName: 'a-bucket',
    },
  });
});
afterAll(() => formation.close());

useAwsEnvironment(() => ({ AWS_ENDPOINT_URL: formation.url }));

const told = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    ({ code, message }) => `${code}: ${message}`,
  );

test('what a stack tells', async () => {
  expect(await deployedStack({}, 'edgekeeper-prod')).toEqual({
    name: 'edgekeeper-prod',
    status: 'UPDATE_COMPLETE',
    distributionId: 'E1EXAMPLE',
    keyValueStoreArn: STORE_ARN,
    viewerRequestFunctionArn: undefined,
    lambdaVersions: { OriginResponse: 'arn:aws:lambda:us-east-1:111122223333:function:origin-response:7' },
  });
});

test('one that is not there', async () => {
  expect(await told(deployedStack({}, 'edgekeeper-dev'))).toBe(
    'ERR_AWS_NOT_FOUND: stack edgekeeper-dev: expected one that is deployed in us-east-1 of this account, got none',
  );
});

describe('AWS says', () => {
  const refusal = (status: number, error: string): Fault => ({
    kind: 'status',
    status,
    error,
    message: SECRETS.join(),
  });
  const ACTION = 'cloudformation:DescribeStacks';
  test.each([
    ['denied', refusal(403, 'AccessDenied'), `ERR_AWS_ACCESS_DENIED: ${ACTION}: expected permission, got AccessDenied`],
    ['expired', refusal(403, 'ExpiredToken'), 'ERR_AWS_CREDENTIALS_EXPIRED: AWS: expected credentials'],
    ['unknown key', refusal(403, 'InvalidClientTokenId'), 'ERR_AWS_CREDENTIALS_INVALID: AWS: expected credentials'],
    [
      'throttled',
      refusal(400, 'Throttling'),
      `ERR_AWS_THROTTLED: ${ACTION}: expected an answer, got throttled 2 times`,
    ],
    [
      'broken',
      refusal(503, 'Unavailable'),
      `ERR_AWS_UNREACHABLE: ${ACTION}: expected an answer of AWS, got status 503`,
    ],
    ['refused', refusal(400, 'Odd'), `ERR_AWS_REFUSED: ${ACTION}: expected AWS to take it, got Odd`],
    ['gone', { kind: 'reset' } as const, `ERR_AWS_UNREACHABLE: ${ACTION}: expected an answer of AWS, got ECONNRESET`],
    ['nothing', { kind: 'hang' } as const, `ERR_AWS_UNREACHABLE: ${ACTION}: expected an answer of AWS, got ETIMEDOUT`],
    ['half', { kind: 'half' } as const, `ERR_AWS_UNREACHABLE: ${ACTION}: expected an answer of AWS, got ECONNRESET`],
    [
      'a page',
      { kind: 'body', text: '<html' } as const,
      `ERR_AWS_UNREACHABLE: ${ACTION}: expected an answer of AWS, got one that cannot be read`,
    ],
  ])('%s', async (_, fault, expected) => {
    formation.fail('DescribeStacks', fault, 2);
    const said = await told(deployedStack({ timeoutSeconds: 0.2 }, 'edgekeeper-prod'));
    formation.heal();
    expect(said.slice(0, expected.length)).toBe(expected);
    for (const secret of SECRETS) expect(said).not.toContain(secret);
  });
});

test('a passing failure is not told: the client asks again', async () => {
  formation.fail('DescribeStacks', { kind: 'status', status: 429, error: 'TooManyRequestsException' });
  expect(await deployedStack({}, 'edgekeeper-prod')).toMatchObject({ name: 'edgekeeper-prod' });
});

test('denied names what to grant', async () => {
  formation.fail('DescribeStacks', { kind: 'status', status: 403, error: 'AccessDenied' });
  expect(await told(deployedStack({}, 'edgekeeper-prod'))).toContain(
    '(grant the action on arn:aws:cloudformation:us-east-1:*:stack/edgekeeper-prod/*; docs/operations.md, "Permissions")',
  );
});

describe('credentials', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edgekeeper-aws-'));
    await writeFile(join(folder, 'credentials'), '[ops]\naws_access_key_id = AKIDOPS\naws_secret_access_key = hush\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('of a profile', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
    await deployedStack({ profile: 'ops' }, 'edgekeeper-prod');
    expect(formation.asked.at(-1)?.headers.authorization).toContain('Credential=AKIDOPS/');
  });

  test.each([
    ['none', {}],
    ['a profile that is not there', { profile: 'nobody' }],
  ])('%s', async (_, access) => {
    delete process.env.AWS_ACCESS_KEY_ID;
    const said = await told(deployedStack(access, 'edgekeeper-prod'));
    expect(said).toMatch(/^ERR_AWS_CREDENTIALS_MISSING: AWS: expected credentials, got none \(--profile <name>, /);
  });
});

test('nobody there', async () => {
  process.env.AWS_ENDPOINT_URL = 'http://localhost:1';
  expect(await told(deployedStack({}, 'edgekeeper-prod'))).toBe(
    'ERR_AWS_UNREACHABLE: cloudformation:DescribeStacks: expected an answer of AWS, got ECONNREFUSED',
  );
});
