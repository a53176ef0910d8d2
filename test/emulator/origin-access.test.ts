/** What a bucket's policy in the template makes of CloudFront's requests: reference, sections 4.1 and 10. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { originAccess } from '../../emulator/origin-access.ts';
import { originOf } from '../../emulator/origins.ts';
import { properties } from '../../emulator/properties.ts';
import { ask, plainBench, type TestBench } from '../support/edge.ts';
import { startOriginServer } from '../support/origin-server.ts';
import { template } from '../support/template.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template(), {
    'moves.js': `exports.handler = async (event) => {
      const { request } = event.Records[0].cf;
      request.origin.s3.domainName = 'films-111122223333.s3.eu-west-1.amazonaws.com';
      return request;
    };`,
  });
});
afterAll(() => bench.close());

const OAC = { OriginAccessControlId: { 'Fn::GetAtt': ['Control', 'Id'] } };
const OAI = {
  S3OriginConfig: { OriginAccessIdentity: { 'Fn::Sub': `origin-access-identity/cloudfront/\${Identity}` } },
};
const SERVICE = { Service: 'cloudfront.amazonaws.com' };
const sourceArn = (distribution: unknown) => ({
  StringEquals: {
    'AWS:SourceArn': { 'Fn::Join': ['', ['arn:aws:cloudfront::1:distribution/', distribution]] },
  },
});
const OURS = sourceArn({ Ref: 'Distribution' });

const OBJECTS = { 'Fn::Sub': `\${Bucket.Arn}/*` };
const BUCKET = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
const allow = (Principal: unknown, Action: unknown, Resource: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource,
  ...(Condition !== undefined && { Condition }),
});
const deny = (...statement: Parameters<typeof allow>) => ({ ...allow(...statement), Effect: 'Deny' });
const READ = allow(SERVICE, 's3:GetObject', OBJECTS, OURS);
const LIST = allow(SERVICE, 's3:ListBucket', BUCKET, OURS);

interface Setting {
  readonly statements: unknown;
  readonly origin?: Record<string, unknown>;
  readonly behavior?: string;
  readonly init?: Parameters<typeof template>[0];
}

function withPolicy({ statements, origin = OAC, behavior = 'always', init = {} }: Setting) {
  const made = template({
    ...init,
    behavior: { TargetOriginId: 'us-east-1', ...init.behavior },
    distribution: {
      Origins: [
        {
          Id: 'us-east-1',
          DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] },
          S3OriginConfig: { OriginAccessIdentity: '' },
          ...origin,
        },
        {
          Id: 'eu-west-1',
          DomainName: 'films-111122223333.s3.eu-west-1.amazonaws.com',
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
      OriginGroups: undefined,
      ...init.distribution,
    },
  });
  return {
    Resources: {
      ...made.Resources,
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'films' } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: statements } },
      },
      Identity: { Type: 'AWS::CloudFront::CloudFrontOriginAccessIdentity', Properties: {} },
      Other: { Type: 'AWS::CloudFront::CloudFrontOriginAccessIdentity', Properties: {} },
      Control: {
        Type: 'AWS::CloudFront::OriginAccessControl',
        Properties: { OriginAccessControlConfig: { SigningBehavior: behavior } },
      },
    },
  };
}

const FORWARDED = { HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] } };

describe('a bucket whose policy is in the template', () => {
  /** `found`: the status of an object that is there; `missing`: of one that is not. */
  test.each<Setting & { name: string; headers?: Record<string, string>; found: number; missing: number; see: string }>([
    { name: 'lets CloudFront read', statements: [READ], found: 200, missing: 403, see: '10; 4.1' },
    { name: 'in one statement, no list', statements: READ, found: 200, missing: 403, see: 'IAM' },
    { name: 'lets CloudFront read and list', statements: [READ, LIST], found: 200, missing: 404, see: '4.1' },
    { name: 'lets CloudFront list alone', statements: [LIST], found: 403, missing: 403, see: 'S3 GetObject' },
    {
      name: 'an origin without access control',
      statements: [READ, LIST],
      origin: {},
      found: 403,
      missing: 403,
      see: '10',
    },
    {
      name: 'signing behavior never',
      statements: [READ, LIST],
      behavior: 'never',
      found: 403,
      missing: 403,
      see: 'API OriginAccessControlConfig',
    },
    {
      name: 'signing behavior no-override',
      statements: [READ],
      behavior: 'no-override',
      found: 200,
      missing: 403,
      see: 'API OriginAccessControlConfig',
    },
    {
      name: 'no-override, and the viewer shows something of its own',
      statements: [READ],
      behavior: 'no-override',
      init: { originRequestPolicy: FORWARDED },
      headers: { authorization: 'AWS4-HMAC-SHA256 x' },
      found: 403,
      missing: 403,
      see: 'API OriginAccessControlConfig',
    },
    {
      name: 'no-override, and what the viewer shows is not forwarded',
      statements: [READ],
      behavior: 'no-override',
      headers: { authorization: 'x' },
      found: 200,
      missing: 403,
      see: '6.2',
    },
    {
      name: 'always, whatever the viewer shows',
      statements: [READ],
      init: { originRequestPolicy: FORWARDED },
      headers: { authorization: 'x' },
      found: 200,
      missing: 403,
      see: 'API OriginAccessControlConfig',
    },
    {
      name: 'a distribution by its id',
      statements: [allow(SERVICE, 's3:GetObject', OBJECTS, sourceArn('E123'))],
      found: 200,
      missing: 403,
      see: 'ours',
    },
    {
      name: 'any distribution of the account',
      statements: [
        allow(SERVICE, 's3:GetObject', OBJECTS, {
          StringLike: { 'aws:SourceArn': 'arn:aws:cloudfront::1:distribution/*' },
          StringEquals: { 'aws:SourceAccount': '1' },
        }),
      ],
      found: 200,
      missing: 403,
      see: '10',
    },
    {
      name: 'another service',
      statements: [allow({ Service: 'cloudtrail.amazonaws.com' }, 's3:GetObject', OBJECTS)],
      found: 403,
      missing: 403,
      see: '10',
    },
    {
      name: 'other actions',
      statements: [allow(SERVICE, ['s3:PutObject', 's3:GetObjectAcl'], OBJECTS)],
      found: 403,
      missing: 403,
      see: 'IAM',
    },
    {
      name: 'actions with a wildcard, in any case',
      statements: [allow([SERVICE].at(0), ['S3:get*', 's3:List*'], [OBJECTS, BUCKET])],
      found: 200,
      missing: 404,
      see: 'IAM',
    },
    { name: 'everything', statements: [allow(SERVICE, '*', '*')], found: 200, missing: 404, see: 'IAM' },
    {
      name: 'keys under another prefix',
      statements: [allow(SERVICE, 's3:GetObject', 'arn:aws:s3:::films/private/*')],
      found: 403,
      missing: 403,
      see: 'IAM',
    },
    {
      name: 'keys under their prefix',
      statements: [allow(SERVICE, 's3:GetObject', 'arn:aws:s3:::films/film*')],
      found: 200,
      missing: 403,
      see: 'IAM',
    },
    {
      name: 'everyone',
      statements: [allow('*', 's3:GetObject', OBJECTS)],
      origin: {},
      found: 200,
      missing: 403,
      see: 'IAM',
    },
    {
      name: 'everyone, by another name',
      statements: [allow({ AWS: ['*'] }, 's3:GetObject', OBJECTS)],
      origin: {},
      found: 200,
      missing: 403,
      see: 'IAM',
    },
    {
      name: 'everyone, but somebody that S3 does not know',
      statements: [allow('*', 's3:GetObject', OBJECTS)],
      origin: {},
      init: { originRequestPolicy: FORWARDED },
      headers: { authorization: 'AWS4-HMAC-SHA256 x' },
      found: 403,
      missing: 403,
      see: 'S3',
    },
    {
      name: 'everyone but plain HTTP',
      statements: [READ, deny('*', 's3:*', OBJECTS, { Bool: { 'aws:SecureTransport': 'false' } })],
      found: 200,
      missing: 403,
      see: 'IAM',
    },
    { name: 'nobody', statements: [READ, deny('*', 's3:*', OBJECTS)], found: 403, missing: 403, see: 'IAM' },
    {
      name: 'nobody but this distribution',
      statements: [
        READ,
        deny('*', 's3:*', OBJECTS, { StringNotEquals: { 'aws:SourceArn': 'arn:aws:cloudfront::1:distribution/E123' } }),
      ],
      found: 200,
      missing: 403,
      see: 'IAM',
    },
    {
      name: 'an identity',
      statements: [
        allow({ CanonicalUser: { 'Fn::GetAtt': ['Identity', 'S3CanonicalUserId'] } }, 's3:GetObject', OBJECTS),
      ],
      origin: OAI,
      found: 200,
      missing: 403,
      see: '10',
    },
    {
      name: 'an identity by its ARN',
      statements: [
        allow(
          { AWS: { 'Fn::Sub': `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity \${Identity}` } },
          ['s3:GetObject', 's3:ListBucket'],
          [OBJECTS, BUCKET],
        ),
      ],
      origin: OAI,
      found: 200,
      missing: 404,
      see: '10',
    },
    {
      name: 'an identity by a canonical id',
      statements: [allow({ CanonicalUser: 'a'.repeat(64) }, 's3:GetObject', OBJECTS)],
      origin: OAI,
      found: 200,
      missing: 403,
      see: 'ours',
    },
    {
      name: 'another identity',
      statements: [allow({ CanonicalUser: { 'Fn::GetAtt': ['Other', 'S3CanonicalUserId'] } }, 's3:GetObject', OBJECTS)],
      origin: OAI,
      found: 403,
      missing: 403,
      see: '10',
    },
    {
      name: 'an identity, and an origin without one',
      statements: [
        allow({ CanonicalUser: { 'Fn::GetAtt': ['Identity', 'S3CanonicalUserId'] } }, 's3:GetObject', OBJECTS),
      ],
      found: 403,
      missing: 403,
      see: '10',
    },
    {
      name: 'the service, and an origin with an identity',
      statements: [READ],
      origin: OAI,
      found: 403,
      missing: 403,
      see: '10',
    },
    ...[
      'films.s3.us-east-1.amazonaws.com',
      'films.s3.amazonaws.com',
      'films.s3-eu-west-1.amazonaws.com',
      { 'Fn::Sub': `\${Bucket}.s3.amazonaws.com` },
      { 'Fn::GetAtt': 'Bucket.DomainName' },
    ].map((DomainName) => ({
      name: `of the bucket behind ${JSON.stringify(DomainName)}`,
      statements: [LIST],
      origin: { ...OAC, DomainName },
      found: 403,
      missing: 403,
      see: '10',
    })),
    {
      name: 'of another bucket',
      statements: [LIST],
      origin: { ...OAC, DomainName: 'music.s3.us-east-1.amazonaws.com' },
      found: 200,
      missing: 403,
      see: 'ours',
    },
  ])('$name: $found, $missing ($see)', async ({ headers = {}, found, missing, ...setting }) => {
    const edge = await bench.start({ template: withPolicy(setting) });
    const answers = [await ask(edge.url, '/film.mp4', { headers }), await ask(edge.url, '/missing', { headers })];
    expect(answers.map(({ status }) => status)).toEqual([found, missing]);
    const codes = { 200: 'film.mp4 from', 403: '<Code>AccessDenied</Code>', 404: '<Code>NoSuchKey</Code>' } as const;
    expect(answers[0]?.body).toContain(codes[found as 200]);
    expect(answers[1]?.body).toContain(codes[missing as 404]);
    expect(edge.notices).toEqual([]);
  });

  test.each([
    {
      statement: { ...READ, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
      found: 200,
      notice: 'Statement[0].Condition.IpAddress.aws:SourceIp: not evaluated',
    },
    {
      statement: { ...READ, Principal: undefined, NotPrincipal: SERVICE },
      found: 403,
      notice: 'Statement[0].NotPrincipal: not evaluated, the statement is left out',
    },
  ])('says what of it is not evaluated: $notice', async ({ statement, found, notice }) => {
    const edge = await bench.start({ template: withPolicy({ statements: [statement] }) });
    expect(edge.notices).toEqual([`Policy.PolicyDocument.${notice}`]);
    expect((await ask(edge.url, '/film.mp4')).status).toBe(found);
  });

  test.each([
    { call: 'cf.updateRequestOrigin({ originAccessControlConfig: { enabled: false } })', found: 403 },
    {
      call: `cf.updateRequestOrigin({ originAccessControlConfig: { enabled: true, signingBehavior: 'never', signingProtocol: 'sigv4', originType: 's3' } })`,
      found: 403,
    },
    { call: `cf.updateRequestOrigin({ originPath: '' })`, found: 200 },
  ])('a function says $call: $found (2.1)', async ({ call, found }) => {
    const code = `import cf from 'cloudfront'; function handler(event) { ${call}; return event.request; }`;
    const edge = await bench.start({ template: withPolicy({ statements: [READ], init: { code } }) });
    expect((await ask(edge.url, '/film.mp4')).status).toBe(found);
  });

  test('Lambda@Edge moves a request to it without its access control (3.2)', async () => {
    const origins = [
      { Id: 'us-east-1', DomainName: 'music.s3.us-east-1.amazonaws.com', S3OriginConfig: {}, ...OAC },
      { Id: 'eu-west-1', DomainName: 'films-111122223333.s3.eu-west-1.amazonaws.com', S3OriginConfig: {}, ...OAC },
    ];
    const input = withPolicy({
      statements: [READ],
      init: {
        lambdas: { 'origin-request': 'functions/lambda-edge/moves.handler' },
        distribution: { Origins: origins },
      },
    });
    Object.assign(input.Resources.Bucket.Properties, { BucketName: 'films-111122223333' });
    const edge = await bench.start({ template: input });
    expect((await ask(edge.url, '/film.mp4')).status).toBe(403);
  });
});

test.each([
  { served: 'Films', named: 'Films', read: true },
  { served: 'Films', named: 'Music', read: false },
  { served: 'Music', named: 'Music.Id', read: true },
])('the distribution $served, where the policy names $named: $read', ({ served, named, read }) => {
  const origin = properties({ Id: 'a', DomainName: 'films.s3.amazonaws.com', S3OriginConfig: {} }, 'Origins[0]');
  const statement = allow(SERVICE, 's3:GetObject', '*', {
    ArnLike: { 'AWS:SourceArn': `arn:aws:cloudfront::1:distribution/${named}` },
  });
  const made: Record<string, Record<string, object>> = {
    'AWS::CloudFront::Distribution': { Films: {}, Music: {} },
    'AWS::S3::BucketPolicy': { Policy: { Bucket: 'films', PolicyDocument: { Statement: [statement] } } },
  };
  const resources = (type: string) =>
    new Map(Object.entries(made[type] ?? {}).map(([id, value]) => [id, properties(value, id)]));
  const { bucketPolicy } = originAccess(resources, served).of(originOf(origin), origin);
  expect(bucketPolicy?.service).toHaveLength(read ? 1 : 0);
});

test("a server that stands in for a bucket is not sent the viewer's Authorization, which CloudFront replaces", async () => {
  const server = await startOriginServer(({ headers }, response) => response.end(headers.authorization ?? 'none'));
  const input = withPolicy({ statements: [READ], init: { originRequestPolicy: FORWARDED } });
  const edge = await bench.start({ template: input, origins: { ...bench.folders, 'us-east-1': server.url } });
  expect((await ask(edge.url, '/x', { headers: { authorization: 'mine' } })).body).toBe('none');
  await server.close();
});
