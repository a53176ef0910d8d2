import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildCloudFrontFunction } from '../../build/cloudfront-function.ts';
import { buildLambdaEdge } from '../../build/lambda-edge.ts';
import { withSectionKeys } from '../../deploy/section-keys.ts';
import { validateTemplate } from '../../deploy/validate.ts';
import {
  creationOrder,
  dependencies,
  idsOf,
  namesOf,
  type Packaged,
  packaged,
  ROOT,
  resolved,
  resource,
  type Statement,
  secondaryTemplate,
  statements,
  type Template,
  versionId,
} from './packaged.ts';

const DISTRIBUTION_ARN = 'arn:aws:cloudfront::111122223333:distribution/<Distribution>';

/** The longest stage that leaves the names of buckets within 63 characters. */
const LONG_STAGE = 'a-stage-with-a-very-long-name';

let dev: Packaged;
let other: Packaged;
let template: Template;

beforeAll(async () => {
  [dev, other] = await Promise.all([packaged(), packaged(LONG_STAGE)]);
  template = dev.template;
}, 60_000);

describe('the viewer request function', () => {
  test('is published for runtime 2.0, with the store', () => {
    expect(resolved(resource(template, 'ViewerRequestFunction').Properties)).toMatchObject({
      Name: 'edgekeeper-dev-viewer-request',
      AutoPublish: true,
      FunctionConfig: {
        Runtime: 'cloudfront-js-2.0',
        KeyValueStoreAssociations: [{ KeyValueStoreARN: '<KeyValueStore.Arn>' }],
      },
    });
    expect(resource(template, 'KeyValueStore').Type).toBe('AWS::CloudFront::KeyValueStore');
  });

  test('is what the build makes, within 10 KB', async () => {
    const code = String(resource(template, 'ViewerRequestFunction').Properties.FunctionCode);
    expect(code).toBe(await buildCloudFrontFunction(join(ROOT, 'functions/cloudfront/viewer-request.ts'), dev.config));
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(10_240);
  });
});

describe.each([
  { name: 'originRequest', id: 'OriginRequest', source: 'origin-request', timeout: 5 },
  { name: 'originResponse', id: 'OriginResponse', source: 'origin-response', timeout: 10 },
  { name: 'viewerRequest', id: 'ViewerRequest', source: 'viewer-request', timeout: 5 },
])('the Lambda@Edge function $name', ({ name, id, source, timeout }) => {
  test('is set up as Lambda@Edge runs it, and with nothing that it refuses', () => {
    const { Code: _, ...properties } = resource(template, `${id}LambdaFunction`).Properties;
    expect(resolved(properties)).toEqual({
      FunctionName: `edgekeeper-dev-${name}`,
      Description: expect.any(String),
      Handler: `functions/lambda-edge/${source}.handler`,
      Runtime: 'nodejs24.x',
      Architectures: ['x86_64'],
      MemorySize: 128,
      Timeout: timeout,
      Role: `<${id}Role.Arn>`,
    });
  });

  test('stays when the stack goes, since its replicas do', () => {
    expect(resource(template, `${id}LambdaFunction`)).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('is published as a version of the code in the package', () => {
    expect(resolved(resource(template, versionId(template, id)).Properties)).toMatchObject({
      FunctionName: `<${id}LambdaFunction>`,
      CodeSha256: createHash('sha256').update(zip(dev, name)).digest('base64'),
    });
  });

  test('is what the build makes, byte for byte and alone in its zip', async () => {
    const files = unzipSync(zip(dev, name));
    const code = await buildLambdaEdge(
      join(ROOT, `functions/lambda-edge/${source}.ts`),
      await withSectionKeys(dev.config, ROOT),
    );
    expect(Object.keys(files)).toEqual([`functions/lambda-edge/${source}.js`]);
    expect(Buffer.from(files[`functions/lambda-edge/${source}.js`] ?? []).toString()).toBe(code);
  });

  test('may write its log in every region, and nothing else', () => {
    expect(statements(template, `${id}Role`)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `arn:aws:logs:*:111122223333:log-group:/aws/lambda/us-east-1.edgekeeper-dev-${name}:*`,
      },
    ]);
    expect(idsOf(template, 'AWS::Logs::LogGroup')).toEqual([]);
  });
});

describe.each([
  { name: 'primary', region: 'us-east-1', bucket: 'PrimaryBucket', arn: DISTRIBUTION_ARN },
  { name: 'secondary', region: 'eu-west-1', bucket: 'SecondaryBucket', arn: '<DistributionArn>' },
])('the $name bucket', ({ name, region, bucket, arn }) => {
  const ofRegion = (): Template => (name === 'primary' ? template : secondaryTemplate(template));

  test('is private and versioned, under the name in the domain of its origin, and stays when the stack goes', () => {
    const { Type, DeletionPolicy, UpdateReplacePolicy, Properties } = resource(ofRegion(), bucket);
    expect({ Type, DeletionPolicy, UpdateReplacePolicy, ...(resolved(Properties) as object) }).toMatchObject({
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      BucketName: `edgekeeper-dev-${region}-111122223333`,
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('lets this distribution get objects, and nobody do anything without TLS', () => {
    expect(resolved(resource(ofRegion(), `${bucket}Policy`).Properties)).toEqual({
      Bucket: `<${bucket}>`,
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: 's3:GetObject',
            Resource: `<${bucket}.Arn>/*`,
            Condition: { StringEquals: { 'AWS:SourceArn': arn } },
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [`<${bucket}.Arn>`, `<${bucket}.Arn>/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });
});

describe('the secondary region', () => {
  test('is a stack of its own in the second region of the settings, for the same distribution', () => {
    expect(resolved(resource(template, 'SecondaryRegion').Properties)).toMatchObject({
      PermissionModel: 'SELF_MANAGED',
      AdministrationRoleARN: '<StackSetAdministrationRole.Arn>',
      ExecutionRoleName: '<StackSetExecutionRole>',
      StackInstancesGroup: [
        { DeploymentTargets: { Accounts: ['111122223333'] }, Regions: [dev.config.regions[1]?.region] },
      ],
      Parameters: expect.arrayContaining([{ ParameterKey: 'DistributionArn', ParameterValue: DISTRIBUTION_ARN }]),
    });
  });

  test('gets every object and every deletion of the primary bucket', () => {
    const [primary, secondary] = [
      resource(template, 'PrimaryBucket'),
      resource(secondaryTemplate(template), 'SecondaryBucket'),
    ];
    for (const { Properties } of [primary, secondary]) {
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    }
    expect(resolved(primary.Properties.ReplicationConfiguration)).toMatchObject({
      Role: '<ReplicationRole.Arn>',
      Rules: [
        {
          Status: 'Enabled',
          Filter: { Prefix: '' },
          DeleteMarkerReplication: { Status: 'Enabled' },
          Destination: { Bucket: `arn:aws:s3:::${resolved(secondary.Properties.BucketName)}` },
        },
      ],
    });
  });

  test('its execution role answers to the administration role of this stack set alone', () => {
    const [trust] = statements(template, 'StackSetExecutionRole');
    expect(trust?.Condition).toEqual({ ArnEquals: { 'aws:PrincipalArn': '<StackSetAdministrationRole.Arn>' } });

    const [service, assume] = statements(template, 'StackSetAdministrationRole');
    expect(service?.Principal).toEqual({ Service: 'cloudformation.amazonaws.com' });
    expect(service?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '111122223333' },
      ArnLike: {
        'aws:SourceArn': 'arn:aws:cloudformation:*:111122223333:stackset/edgekeeper-dev-secondary-region:*',
      },
    });
    const name = resource(template, 'StackSetExecutionRole').Properties.RoleName;
    expect(assume?.Resource).toBe(`arn:aws:iam::111122223333:role/${name}`);
  });

  test('its execution role may change one stack, one bucket and the scheduled function, and read no object', () => {
    const [, ...granted] = statements(template, 'StackSetExecutionRole');
    const changes = granted.filter(({ Action }) => !actions(Action).every(isRead));
    expect(changes.flatMap(({ Resource }) => Resource)).toEqual([
      'arn:aws:cloudformation:*:111122223333:stack/StackSet-edgekeeper-dev-secondary-region-*',
      'arn:aws:s3:::edgekeeper-dev-eu-west-1-111122223333',
      'arn:aws:s3:::edgekeeper-dev-??-*-?-111122223333',
      'arn:aws:lambda:*:111122223333:function:edgekeeper-dev-health',
      'arn:aws:events:*:111122223333:rule/edgekeeper-dev-health',
      'arn:aws:logs:*:111122223333:log-group:/aws/lambda/edgekeeper-dev-health*',
      '<HealthRole.Arn>',
      'arn:aws:cloudwatch:*:111122223333:alarm:edgekeeper-dev-region-drained',
      'arn:aws:cloudwatch:*:111122223333:alarm:edgekeeper-dev-health-errors',
      'arn:aws:sns:*:111122223333:edgekeeper-dev-alarms-*',
    ]);
    const ofAnyRegion = changes.filter(({ Resource }) => String(Resource).includes('??'));
    expect(ofAnyRegion.flatMap(({ Action }) => Action)).toEqual(['s3:DeleteBucketPolicy', 's3:GetBucketPolicy']);
    const condition = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] } };
    const direct = changes.filter(({ Condition }) => !isDeepStrictEqual(Condition, condition));
    expect(direct.flatMap(({ Action }) => Action)).toEqual(['cloudformation:*', 'iam:PassRole']);
    expect(granted.flatMap(({ Action }) => actions(Action)).filter((action) => /^(iam|sts|kms):/.test(action))).toEqual(
      ['iam:PassRole'],
    );
  });
});

describe('the stack', () => {
  test('CloudFront may list no bucket', () => {
    const all = [template, secondaryTemplate(template)].flatMap((one) => statements(one));
    const granted = all.filter(({ Principal }) => JSON.stringify(Principal)?.includes('cloudfront.amazonaws.com'));
    expect(granted.map(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:GetObject']);
  });

  test('makes the distribution, then the secondary bucket, then the primary bucket, in no circle', () => {
    const order = creationOrder(template);
    expect(order.filter((id) => /^(Distribution|SecondaryRegion|PrimaryBucket.*)$/.test(id))).toEqual([
      'Distribution',
      'SecondaryRegion',
      'PrimaryBucket',
      'PrimaryBucketPolicy',
    ]);
    expect(dependencies(template, 'PrimaryBucket')).toContain('SecondaryRegion');
    expect(dependencies(template, 'SecondaryRegion')).toContain('Distribution');
  });

  test('says what an operator needs of it', () => {
    expect(resolved(template.Outputs)).toMatchObject({
      DistributionId: { Value: '<Distribution>' },
      DistributionDomainName: { Value: '<Distribution.DomainName>' },
      KeyValueStoreArn: { Value: '<KeyValueStore.Arn>' },
      ViewerRequestFunctionArn: { Value: '<ViewerRequestFunction.FunctionMetadata.FunctionARN>' },
    });
  });

  test('two stages share no name, and have every resource of each other', () => {
    const names = namesOf(dev.template);
    expect(Object.keys(names)).toEqual(Object.keys(namesOf(other.template)));
    expect(Object.keys(names)).toHaveLength(35);
    expect(Object.values(names).filter((name) => !name.includes('edgekeeper-dev'))).toEqual([]);
    const shared = Object.values(names).filter((name) => Object.values(namesOf(other.template)).includes(name));
    expect(shared).toEqual([]);
    // In whatever order: it is that in which the zips were done.
    const withoutHash = (ids: string[]) => ids.map((id) => id.replace(/(LambdaVersion).*/, '$1')).sort();
    expect(withoutHash(Object.keys(other.template.Resources))).toEqual(withoutHash(Object.keys(template.Resources)));
  });

  test('no stage can be called so that one of its names is another of this one', () => {
    const names = Object.entries(namesOf(dev.template)).map(([place, name]) => ({ kind: kindOf(place), name }));
    for (const { kind, name } of names) {
      const ending = name.slice(name.indexOf('edgekeeper-dev') + 'edgekeeper-dev'.length);
      const others = names.filter((other) => other.kind === kind && other.name !== name);
      expect
        .soft(
          others.filter((other) => other.name.endsWith(ending)),
          name,
        )
        .toEqual([]);
    }
  });

  test('names fit where the stage is as long as it may be', () => {
    const names = namesOf(other.template);
    const lengths = Object.entries(names).map(([place, name]) => [place, name.length] as const);
    const bucketNames = lengths.filter(([place]) => place.endsWith('BucketName')).map(([, length]) => length);
    expect(bucketNames).toEqual([63, 58, 63]);
    const limitOf = (place: string) =>
      /^Log(Source|Destination)/.test(place) ? 60 : place.includes('Alarm') ? 255 : 64;
    for (const [place, length] of lengths) expect.soft(length, place).toBeLessThanOrEqual(limitOf(place));
  });

  test("AWS's validator has nothing against it", () => {
    expect(validateTemplate(join(dev.folder, 'cloudformation-template-update-stack.json'))).toEqual([]);
  }, 30_000);
});
function zip({ folder }: Packaged, name: string): Uint8Array {
  return readFileSync(join(folder, `${name}.zip`));
}

function actions(action: Statement['Action']): readonly string[] {
  return typeof action === 'string' ? [action] : action;
}

function isRead(action: string): boolean {
  return /:(Describe|Get|List|Validate)/.test(action);
}

/** Of a place: names of one kind are in one list of the account. */
function kindOf(place: string): string {
  const [id = '', key] = place.split('.');
  const type = template.Resources[id]?.Type ?? secondaryTemplate(template).Resources[id]?.Type;
  return `${type} ${key}`;
}
