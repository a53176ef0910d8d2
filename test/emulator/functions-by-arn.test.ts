/** Functions that a distribution refers to by ARN: of its template, or with their code in a file. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Edge, startEdge } from '../../emulator/edge.ts';
import { ask } from '../support/edge.ts';
import { type FunctionFiles, functionFiles } from '../support/function-files.ts';
import { template } from '../support/template.ts';

let files: FunctionFiles;
const open: Edge[] = [];
beforeAll(async () => {
  files = await functionFiles();
});
afterAll(async () => {
  await Promise.all(open.map((edge) => edge.close()));
  await files.close();
});

const SCRIPT = 'arn:aws:cloudfront::111122223333:function/shop-auth';
const LAMBDA = 'arn:aws:lambda:us-east-1:111122223333:function:shop-headers:4';

const CONFIG = {
  ETag: 'E2QWRUHEXAMPLE',
  DistributionConfig: {
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        { Id: 'site', DomainName: 'shop.s3.us-east-1.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'site',
      ViewerProtocolPolicy: 'allow-all',
      CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      FunctionAssociations: { Quantity: 1, Items: [{ EventType: 'viewer-request', FunctionARN: SCRIPT }] },
      LambdaFunctionAssociations: {
        Quantity: 1,
        Items: [{ EventType: 'origin-response', LambdaFunctionARN: LAMBDA, IncludeBody: false }],
      },
    },
  },
};

const SUMMARY = {
  ETag: 'ETVABCEXAMPLE',
  FunctionSummary: {
    Name: 'shop-auth',
    Status: 'DEPLOYED',
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-1.0' },
    FunctionMetadata: { FunctionARN: SCRIPT, Stage: 'LIVE' },
  },
};

async function started(options: Partial<Parameters<typeof startEdge>[0]>): Promise<Edge> {
  const page = await files.write('site/index.html', 'a page');
  const site = page.replace(/\/index\.html$/, '');
  const edge = await startEdge({ origins: { site }, ...options });
  open.push(edge);
  return edge;
}

test('a distribution as the AWS CLI prints it runs functions of both kinds from files', async () => {
  const script = await files.write(
    'auth.js',
    'function handler(event) { var request = event.request; request.uri += "index.html"; return request; }',
  );
  const lambda = await files.write(
    'headers.mjs',
    `export const handler = async (event) => {
      const { response } = event.Records[0].cf;
      response.headers['x-made-by'] = [{ key: 'X-Made-By', value: 'headers.mjs' }];
      return response;
    };`,
  );
  const edge = await started({
    distributionConfig: CONFIG,
    resources: [SUMMARY],
    functions: { 'shop-auth': script, [LAMBDA]: lambda },
  });
  const { status, headers, body } = await ask(edge.url, '/');
  expect({ status, body, by: headers['x-made-by'] }).toEqual({ status: 200, body: 'a page', by: 'headers.mjs' });
});

test('its functions have the runtime that describe-function tells', async () => {
  const later = await files.write('later.js', 'const a = 1; function handler(event) { return event.request; }');
  const functions = { 'shop-auth': later, 'shop-headers': await files.write('x.cjs', 'exports.handler = () => {};') };
  await expect(started({ distributionConfig: CONFIG, resources: [SUMMARY], functions })).rejects.toThrow(
    'what cloudfront-js-1.0 has',
  );
  await started({ distributionConfig: CONFIG, functions });
});

test('a template may call a function of its own by an ARN that it puts together', async () => {
  const built = template({
    behavior: {
      TargetOriginId: 'site',
      FunctionAssociations: [
        {
          EventType: 'viewer-request',
          FunctionARN: { 'Fn::Sub': 'arn:aws:cloudfront::$\u007bAWS::AccountId}:function/$\u007bAWS::StackName}-auth' },
        },
      ],
    },
    distribution: {
      Origins: [
        { Id: 'site', DomainName: 'shop.s3.us-east-1.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } },
      ],
      OriginGroups: undefined,
    },
  }) as { Resources: Record<string, unknown> };
  built.Resources.Auth = {
    Type: 'AWS::CloudFront::Function',
    Properties: {
      Name: { 'Fn::Sub': '$\u007bAWS::StackName}-auth' },
      AutoPublish: true,
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
      FunctionCode: 'function handler() { return { statusCode: 204, headers: { by: { value: "its own" } } }; }',
    },
  };
  const edge = await started({ template: built });
  expect(await ask(edge.url, '/')).toMatchObject({ status: 204, headers: { by: 'its own' } });
});
