/** The local CloudFront is strict: it refuses what CloudFront refuses. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  behavior,
  bucketOrigin,
  configurationXml,
  functionArn,
  lambdaArn,
  originGroup,
} from '../../support/aws/cloudfront/configuration.ts';
import { type LocalCloudFront, startCloudFront } from '../../support/aws/cloudfront.ts';
import { describeAws, runAws } from '../../support/aws/command.ts';

const PATH = '/2020-05-31/distribution/E1EXAMPLE/config';
const OURS = functionArn('ours');
const BOTH = originGroup('both', ['us-east-1', 'eu-west-1']);
const ALL = ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'];

let cloudFront: LocalCloudFront;
beforeAll(async () => {
  cloudFront = await startCloudFront({
    functions: { [OURS]: { isPublished: true }, [functionArn('draft')]: { isPublished: false } },
  });
});
afterAll(() => cloudFront.close());

async function put(body: string, headers: Record<string, string>) {
  const answer = await fetch(cloudFront.url + PATH, { method: 'PUT', body, headers });
  return { status: answer.status, code: /<Code>(\w+)</.exec(await answer.text())?.[1] };
}

const first = (init: object) => ({ DefaultCacheBehavior: behavior('default', { ...init }) });

test.each([
  { refused: 'no If-Match', body: configurationXml(), headers: {}, status: 400, code: 'InvalidIfMatchVersion' },
  {
    refused: 'an old If-Match',
    body: configurationXml(),
    headers: { 'if-match': 'E0' },
    status: 412,
    code: 'PreconditionFailed',
  },
])('$refused', async ({ body, headers, status, code }) => {
  expect(await put(body, headers)).toEqual({ status, code });
});

test.each([
  { name: 'what it has', xml: configurationXml(), code: undefined },
  { name: 'half of it', xml: configurationXml().slice(0, 400), code: 'MalformedInput' },
  { name: 'an unknown element', xml: configurationXml({ Novelty: 'x' }), code: 'MalformedInput' },
  { name: 'no Comment', xml: configurationXml({ Comment: undefined }), code: 'MalformedInput' },
  { name: 'a wrong Quantity', xml: configurationXml({ Aliases: { Quantity: 1 } }), code: 'InconsistentQuantities' },
  { name: 'another caller reference', xml: configurationXml({ CallerReference: 'x' }), code: 'IllegalUpdate' },
  { name: 'an unknown origin', xml: configurationXml(first({ TargetOriginId: 'x' })), code: 'NoSuchOrigin' },
  {
    name: 'an unknown member',
    xml: configurationXml({ OriginGroups: [originGroup('g', ['us-east-1', 'x'])] }),
    code: 'NoSuchOrigin',
  },
  {
    name: 'an origin twice',
    xml: configurationXml({ Origins: [bucketOrigin('us-east-1'), bucketOrigin('us-east-1')] }),
    code: 'InvalidOrigin',
  },
  {
    name: 'reading of a group',
    xml: configurationXml({ OriginGroups: [BOTH], ...first({ TargetOriginId: 'both' }) }),
    code: undefined,
  },
  {
    name: 'writing to a group',
    xml: configurationXml({
      OriginGroups: [BOTH],
      ...first({ TargetOriginId: 'both', AllowedMethods: { Quantity: 7, Items: ALL } }),
    }),
    code: 'InvalidArgument',
  },
  {
    name: 'a published function',
    xml: configurationXml(first({ functions: { 'viewer-request': OURS } })),
    code: undefined,
  },
  {
    name: 'a draft',
    xml: configurationXml(first({ functions: { 'viewer-request': functionArn('draft') } })),
    code: 'InvalidFunctionAssociation',
  },
  {
    name: 'a function at the origin',
    xml: configurationXml(first({ functions: { 'origin-request': OURS } })),
    code: 'InvalidFunctionAssociation',
  },
  {
    name: 'both kinds at the viewer',
    xml: configurationXml(
      first({ functions: { 'viewer-request': OURS }, lambdas: { 'viewer-response': lambdaArn('x') } }),
    ),
    code: 'InvalidFunctionAssociation',
  },
  {
    name: 'one at the viewer, one at the origin',
    xml: configurationXml(
      first({ functions: { 'viewer-request': OURS }, lambdas: { 'origin-response': lambdaArn('x') } }),
    ),
    code: undefined,
  },
  {
    name: 'no numbered version',
    xml: configurationXml(first({ lambdas: { 'origin-response': lambdaArn('x', '') } })),
    code: 'InvalidLambdaFunctionAssociation',
  },
  {
    name: 'an unknown policy',
    xml: configurationXml(first({ OriginRequestPolicyId: 'x' })),
    code: 'NoSuchOriginRequestPolicy',
  },
  {
    name: 'ForwardedValues beside a cache policy',
    xml: configurationXml(first({ ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } } })),
    code: 'InvalidArgument',
  },
  {
    name: '76 behaviors',
    xml: configurationXml({ CacheBehaviors: Array.from({ length: 76 }, (_, i) => behavior(`/${i}/*`)) }),
    code: 'TooManyCacheBehaviors',
  },
])('$name: $code', async ({ xml, code }) => {
  const etag = `E${cloudFront.distribution('E1EXAMPLE').version}`;
  expect(await put(xml, { 'if-match': etag })).toMatchObject({ code });
});

describeAws('the aws command', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edgekeeper-aws-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('reads it, writes it, and is refused with an old ETag', async () => {
    const read = await runAws(cloudFront.url, 'cloudfront', 'get-distribution-config', '--id', 'E1EXAMPLE');
    expect(read).toMatchObject({ code: 0, err: '' });
    const { ETag, DistributionConfig } = JSON.parse(read.out);
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify({ ...DistributionConfig, Comment: 'by aws' }));
    const update = ['cloudfront', 'update-distribution', '--id', 'E1EXAMPLE', '--if-match', ETag];
    const args = [...update, '--distribution-config', `file://${file}`];
    expect(await runAws(cloudFront.url, ...args)).toMatchObject({ code: 0, err: '' });
    expect(cloudFront.distribution('E1EXAMPLE').xml).toContain('<Comment>by aws</Comment>');
    expect((await runAws(cloudFront.url, ...args)).err).toContain('PreconditionFailed');
  });
});
