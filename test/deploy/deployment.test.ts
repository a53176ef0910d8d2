/** What the settings of the deployment make of the template. */

import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions } from '../../build/functions.ts';
import { parseConfig } from '../../config/parse.ts';
import { checkTemplate } from '../../deploy/checks/check.ts';
import { startEdge } from '../../emulator/edge.ts';
import { ask } from '../support/edge.ts';
import { SETTINGS } from '../support/settings.ts';
import { ALL, CERTIFICATE, type CompletedTemplates, completedTemplates, WEB_ACL } from './completed.ts';
import {
  creationOrder,
  dependencies,
  findings,
  namesOf,
  ROOT,
  resolved,
  resource,
  secondaryTemplate,
  statements,
  type Template,
  temporaryFolder,
} from './packaged.ts';

const NOTHING = { api: null, logs: null, monitoring: null, health: null };

let service: CompletedTemplates;
let all: Template;
let plain: Template;
let bundles: string;
beforeAll(async () => {
  bundles = await temporaryFolder();
  await buildFunctions({ root: ROOT, config: parseConfig(SETTINGS), outFolder: bundles });
  service = await completedTemplates();
  [all, plain] = await Promise.all([service.template(ALL), service.template()]);
});

function distributionConfig(template: Template) {
  return resource(template, 'Distribution').Properties.DistributionConfig as {
    readonly Origins: readonly { readonly Id: string }[];
    readonly CacheBehaviors: readonly { readonly PathPattern: string }[];
  };
}

describe('the distribution', () => {
  test('is as the settings have it', () => {
    expect(distributionConfig(all)).toMatchObject({
      HttpVersion: 'http2and3',
      IPV6Enabled: false,
      PriceClass: 'PriceClass_200',
      Aliases: ['www.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2025',
        SslSupportMethod: 'sni-only',
      },
      WebACLId: WEB_ACL,
    });
  });

  test('has no property that the settings do not ask for', () => {
    const { Aliases, ViewerCertificate, WebACLId } = distributionConfig(plain) as Record<string, unknown>;
    expect([Aliases, ViewerCertificate, WebACLId]).toEqual([undefined, undefined, undefined]);
  });

  test('with everything satisfies the validator', async () => {
    expect(await findings(all)).toEqual([]);
  });
});

describe('the API', () => {
  test('is a custom origin over TLS 1.2, passed on to by every method, never cached, in no origin group', () => {
    const { Origins, CacheBehaviors } = distributionConfig(all);
    expect(Origins.at(-1)).toEqual({
      Id: 'api',
      DomainName: 'api.example.com',
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    });
    expect(CacheBehaviors.at(-1)).toEqual({
      PathPattern: '/api/*',
      TargetOriginId: 'api',
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
      CachedMethods: ['GET', 'HEAD'],
      Compress: true,
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03',
    });
    expect(CacheBehaviors.map(({ PathPattern }) => PathPattern).filter((path) => path === '/api/*')).toHaveLength(1);
  });

  test.each([
    ['/private/api/*', '/private/*'],
    ['/*', '/_edgekeeper/*'],
    ['/members/*', '/members/*'],
  ])('at %s is refused: %s has some of its paths', async (path, other) => {
    await expect(service.template({ api: { domain: 'api.example.com', path } })).rejects.toThrow(
      `api.path: expected paths that no other behavior has (${other} does), got "${path}"`,
    );
  });
});

describe('the emulator, with everything that can be asked for', () => {
  test('starts without a stand-in for the API, and says so', async () => {
    const edge = await startEdge({ template: await service.template(ALL, true), bundles });
    try {
      expect(edge.notices).toContain(
        'origin api: nothing stands in for api.example.com, which is answered 502: --origin api=<folder or URL>',
      );
      expect((await ask(edge.url, '/api/films')).status).toBe(503);
    } finally {
      await edge.close();
    }
  });

  test('passes writes on to one, with what the viewer sent but for its host', async () => {
    const seen: string[] = [];
    const api: RequestListener = (request, response) => {
      const { cookie, host } = request.headers;
      seen.push(`${request.method} ${request.url} ${cookie} ${host}`);
      response.writeHead(201).end('made');
    };
    const template = await service.template(ALL, true);
    const edge = await startEdge({ template, bundles, origins: { api } });
    try {
      const asked = { method: 'POST', cookie: 'session=1', body: '{}' };
      const answers = [await ask(edge.url, '/api/films?x=1', asked), await ask(edge.url, '/api/films?x=1', asked)];
      expect(answers.map(({ status, body }) => [status, body])).toEqual([
        [201, 'made'],
        [201, 'made'],
      ]);
      expect(seen).toEqual(Array(2).fill('POST /api/films?x=1 session=1 api.example.com'));
      expect((await ask(edge.url, '/films', { method: 'POST', body: '{}' })).status).toBe(403);
    } finally {
      await edge.close();
    }
  });
});

describe('access logs', () => {
  test('go to a private bucket of their own, which this delivery alone writes to, and expire', () => {
    const { DeletionPolicy, Properties } = resource(all, 'LogBucket');
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(resolved(Properties)).toEqual({
      BucketName: 'edgekeeper-dev-logs-111122223333',
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'expire',
            Status: 'Enabled',
            ExpirationInDays: 30,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    });
    expect(statements(all, 'LogBucketPolicy')).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'delivery.logs.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: '<LogBucket.Arn>/*',
        Condition: {
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': '111122223333' },
          ArnEquals: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:111122223333:delivery-source:edgekeeper-dev' },
        },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['<LogBucket.Arn>', '<LogBucket.Arn>/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('are those of the distribution, delivered once the bucket may be written to', () => {
    expect(resolved(resource(all, 'LogSource').Properties)).toEqual({
      Name: 'edgekeeper-dev',
      LogType: 'ACCESS_LOGS',
      ResourceArn: 'arn:aws:cloudfront::111122223333:distribution/<Distribution>',
    });
    const order = creationOrder(all);
    const ordered = ['LogBucket', 'LogBucketPolicy', 'LogDestination', 'LogDelivery'];
    expect(order.filter((id) => ordered.includes(id))).toEqual(ordered);
    expect(dependencies(all, 'LogDestination')).toContain('LogBucketPolicy');
    expect(dependencies(all, 'LogDelivery')).toEqual(['LogSource', 'LogDestination']);
  });

  test('never hold cookies, and query strings and referrers only when asked for', () => {
    const fieldsOf = (template: Template) => resource(template, 'LogDelivery').Properties.RecordFields as string[];
    for (const template of [all, plain])
      expect(fieldsOf(template).filter((field) => /cookie/i.test(field))).toEqual([]);
    const more = fieldsOf(all).filter((field) => !fieldsOf(plain).includes(field));
    expect(more).toEqual(['cs(Referer)', 'cs-uri-query']);
    expect(fieldsOf(plain)).toContain('cs-uri-stem');
  });
});

describe('turned off', () => {
  test('nothing of it is there', async () => {
    const template = await service.template(NOTHING);
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type.split('::')[1]));
    expect([...types].sort()).toEqual(['CloudFormation', 'CloudFront', 'IAM', 'Lambda', 'S3']);
    expect(distributionConfig(template).Origins.map(({ Id }) => Id)).not.toContain('api');
    expect(Object.keys(secondaryTemplate(template).Resources)).toEqual(['SecondaryBucket', 'SecondaryBucketPolicy']);
  });

  test('the role of the second region may still remove what was made before', async () => {
    const resources = (template: Template) =>
      statements(template, 'StackSetExecutionRole').map(({ Resource }) => Resource);
    const [on, off] = [resources(plain), resources(await service.template(NOTHING))];
    expect(on.filter((each) => each !== '<HealthRole.Arn>')).toEqual(off);
  });
});

describe('in every region', () => {
  test.each(['PrimaryBucket', 'SecondaryBucket'])('%s lets go of old versions and of uploads without an end', (id) => {
    const template = id === 'PrimaryBucket' ? plain : secondaryTemplate(plain);
    expect(resource(template, id).Properties.LifecycleConfiguration).toEqual({
      Rules: [
        {
          Id: 'remove-old',
          Status: 'Enabled',
          NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          ExpiredObjectDeleteMarker: true,
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ],
    });
  });
});

test.each<[string, string[], object]>([
  ['everything but query strings in the logs', [], { ...ALL, logs: { days: 30 } }],
  ['everything', ['logged-query-strings'], ALL],
])('with %s, edgekeeper check finds %j', async (_, rules, settings) => {
  const beside = { settings: service.config(settings), zips: new Map() };
  expect(checkTemplate(await service.template(settings), beside).map(({ rule }) => rule)).toEqual(rules);
});

test('no name is without service and stage, whatever is asked for', async () => {
  const file = join(await temporaryFolder(), 'key.pem');
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(file, publicKey.export({ type: 'spki', format: 'pem' }));
  const signed = { path: '/signed/*', publicKeys: [relative(ROOT, file)] };
  const names = namesOf(await service.template({ ...ALL, signed }));
  expect(Object.keys(names)).toEqual(expect.arrayContaining(['SignedKeyGroup.Name', 'AlarmTopic.TopicName']));
  expect(Object.entries(names).filter(([, name]) => !name.includes('edgekeeper-dev'))).toEqual([]);
});

describe('the order of resources', () => {
  test.each([
    ['everything', () => all],
    ['what serverless.yml has', () => plain],
  ])('with %s has no circle, and the distribution before the regions', (_, of) => {
    const order = creationOrder(of());
    expect(order).toHaveLength(Object.keys(of().Resources).length);
    const regions = ['Distribution', 'SecondaryRegion', 'PrimaryBucket', 'PrimaryBucketPolicy'];
    expect(order.filter((id) => regions.includes(id))).toEqual(regions);
    const inside = creationOrder(secondaryTemplate(of()));
    expect(inside.indexOf('SecondaryBucketPolicy')).toBeGreaterThan(inside.indexOf('SecondaryBucket'));
  });
});
