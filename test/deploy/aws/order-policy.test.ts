/** The origin request policy that is made, or found among many, by the real SDK against the local CloudFront. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withOrder } from '../../../deploy/associate/order-policy.ts';
import { cloudFrontClient } from '../../../deploy/aws/clients.ts';
import { createStagingPolicy } from '../../../deploy/aws/continuous-deployment.ts';
import { ensurePolicy } from '../../../deploy/aws/edge-facts.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { headersPolicy } from '../../support/aws/cloudfront/policy-xml.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';

const CREATE = /^POST \/origin-request-policy$/;

let cloudFront: LocalCloudFront;
beforeEach(async () => {
  cloudFront = await startCloudFront({ originRequestPolicies: { theirs: headersPolicy('none', [], 'theirs') } });
});
afterEach(() => cloudFront.close());
useAwsEnvironment(() => ({ AWS_ENDPOINT_URL: cloudFront.url }));

async function ensured(): Promise<string> {
  const policy = withOrder(null, null);
  if (policy === null) throw new Error('expected a policy');
  return ensurePolicy(await cloudFrontClient({}), policy);
}

test('it is made once, and found again on whatever page it is', async () => {
  const id = await ensured();
  expect(cloudFront.state.originRequestPolicies.get(id)?.xml).toContain('x-edgekeeper-order');
  expect(await ensured()).toBe(id);
  expect(cloudFront.asked.filter(({ method }) => method === 'GET')).toHaveLength(2);
});

test('one that exists, and is not listed, has no id', async () => {
  cloudFront.plan(CREATE, { kind: 'status', status: 409, code: 'OriginRequestPolicyAlreadyExists' });
  await expect(ensured()).rejects.toMatchObject({
    code: 'ERR_AWS_NOT_FOUND',
    message: expect.stringMatching(/^cloudfront:ListOriginRequestPolicies: expected edgekeeper-order-\w+, .* got none/),
  });
});

test('an answer without an id is none', async () => {
  const server = createServer((request, response) => {
    const name = request.url?.endsWith('/origin-request-policy') ? 'OriginRequestPolicy' : 'ContinuousDeploymentPolicy';
    response.writeHead(201, { 'content-type': 'text/xml' });
    response.end(`<${name} xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"/>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const staging = createStagingPolicy(await cloudFrontClient({}), 'd1.cloudfront.net', { header: 'a', value: 'b' });
    await expect(staging).rejects.toMatchObject({ code: 'ERR_AWS_UNREACHABLE' });
    await expect(ensured()).rejects.toMatchObject({ code: 'ERR_AWS_UNREACHABLE' });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
