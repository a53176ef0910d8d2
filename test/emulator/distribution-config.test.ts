/** A distribution as the AWS CLI prints it: the model and the answers of the same distribution as a template. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDistributionConfig } from '../../emulator/distribution-config.ts';
import { readTemplate } from '../../emulator/template.ts';
import { signCanned, signedUrl } from '../../signing/signed-requests.ts';
import { FILMS_TEMPLATE, printed, RESOURCES } from '../support/aws-cli.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { RSA } from '../support/signed-requests.ts';
import { template } from '../support/template.ts';
import { NOON } from '../support/tokens.ts';

const PRINTED = printed('get-distribution');
const CONFIG = PRINTED.Distribution.DistributionConfig;

describe('the model', () => {
  const expected = () => readTemplate(FILMS_TEMPLATE, { resources: RESOURCES }).distribution;
  const example = { id: 'EDFDVBD6EXAMPLE', domainName: 'd111111abcdef8.cloudfront.net' };

  test.each([
    {
      name: 'get-distribution',
      input: PRINTED,
      own: { id: 'E1A2B3C4D5EXAM', domainName: 'd2222222example.cloudfront.net' },
    },
    { name: 'get-distribution-config', input: { ETag: 'E2QWRUHEXAMPLE', DistributionConfig: CONFIG }, own: example },
    { name: 'the bare configuration', input: CONFIG, own: example },
  ])('of $name is that of the template', ({ input, own }) => {
    const { distribution } = readDistributionConfig(input, RESOURCES);
    expect(distribution).toEqual({ ...expected(), ...own });
    expect(distribution.behaviors).toHaveLength(4);
  });

  test('has every empty list and text, and null, as nothing', () => {
    const without = JSON.parse(JSON.stringify(CONFIG).replaceAll('"Quantity":0', '"Quantity":0,"Items":null'));
    expect(readDistributionConfig(without, RESOURCES).distribution).toEqual({ ...expected(), ...example });
  });
});

describe('what has no effect is named as it is in the file', () => {
  test('every property', () => {
    expect(readDistributionConfig(printed('get-distribution-config')).notices).toEqual([
      'DistributionConfig.Enabled: CloudFront would not serve this distribution, here it is served',
      'DistributionConfig.SomethingNew: not emulated',
      'DistributionConfig.HttpVersion: nobody speaks HTTP/3',
      'DistributionConfig.AnycastIpListId: viewers are listened to on loopback',
      'DistributionConfig.CacheTagConfig: invalidation knows paths alone',
      'DistributionConfig.ConnectionFunctionAssociation: no function sees connections',
      'DistributionConfig.ContinuousDeploymentPolicyId: no request goes to another distribution',
      'DistributionConfig.IsIPV6Enabled: viewers are listened to on loopback',
      'DistributionConfig.Logging: an access log is written where --access-log says',
      'DistributionConfig.PriceClass: viewers get the nearest edge location, whatever it costs',
      'DistributionConfig.Staging: it is served like any other',
      'DistributionConfig.TenantConfig: there are no tenants, whose parameters stay as they are written',
      'DistributionConfig.ViewerCertificate: with --https viewers see a certificate of this machine, without it none',
      'DistributionConfig.ViewerMtlsConfig: no client certificate is asked for',
      'DistributionConfig.WebACLId: no web ACL sees requests, what it would block is served',
      'DistributionConfig.ConnectionMode: it is served itself, as if it were no template of tenants',
      'DistributionConfig.DefaultCacheBehavior.TrustedSigners: signatures of accounts are not checked, what CloudFront would refuse is served; of trusted key groups they are',
      'DistributionConfig.DefaultCacheBehavior.RealtimeLogConfigArn: no real-time log is written',
      'DistributionConfig.DefaultCacheBehavior.SmoothStreaming: media are not served in the format of Smooth Streaming',
      'DistributionConfig.DefaultCacheBehavior.FieldLevelEncryptionId: fields go to the origin as they came',
      'DistributionConfig.DefaultCacheBehavior.GrpcConfig: gRPC is not spoken',
      'DistributionConfig.DefaultCacheBehavior.MinTTL: the cache policy has its own',
      'DistributionConfig.DefaultCacheBehavior.DefaultTTL: the cache policy has its own',
      'DistributionConfig.DefaultCacheBehavior.MaxTTL: the cache policy has its own',
      ...originNotices,
      'DistributionConfig.OriginGroups.Items[0].SelectionCriteria: the members are asked in their order',
      'Managed-AllViewerAndCloudFrontHeaders-2022-06.OriginRequestPolicyConfig.HeadersConfig.Headers: nothing sets cloudfront-is-android-viewer, cloudfront-is-desktop-viewer, cloudfront-is-ios-viewer, cloudfront-is-mobile-viewer, cloudfront-is-smarttv-viewer, cloudfront-is-tablet-viewer, cloudfront-viewer-tls',
    ]);
  });

  const originNotices = [
    'Items[1].CustomOriginConfig.IpAddressType: not emulated',
    'Items[1].CustomOriginConfig.OriginMtlsConfig: not emulated',
    'Items[1].CustomOriginConfig.OriginSslProtocols: TLS is spoken as Node.js speaks it',
    'Items[2].VpcOriginConfig.VpcOriginId: what stands in for the origin is reached directly',
    'Items[2].VpcOriginConfig.OwnerAccountId: what stands in for the origin is reached directly',
  ].map((notice) => `DistributionConfig.Origins.${notice}`);

  test('of what belongs to it, too', () => {
    const policy = printed('get-response-headers-policy');
    policy.ResponseHeadersPolicy.ResponseHeadersPolicyConfig.ServerTimingHeadersConfig = {
      Enabled: true,
      SamplingRate: 50,
    };
    const group = printed('get-key-group');
    group.KeyGroup.KeyGroupConfig.New = 'x';
    const { notices } = readDistributionConfig(CONFIG, [...RESOURCES.slice(0, 2), policy, group, RESOURCES[4]]);
    expect(notices.filter((notice) => notice.startsWith('resource'))).toEqual([
      'resource 3.ResponseHeadersPolicy.ResponseHeadersPolicyConfig.ServerTimingHeadersConfig: no Server-Timing header is added',
      'resource 4.KeyGroup.KeyGroupConfig.New: not emulated',
    ]);
  });

  test('but not what asks for nothing', () => {
    const config = { ...CONFIG, SomethingNew: { Enabled: false, Mode: 'x' } };
    const properties = readDistributionConfig(config, RESOURCES).notices.map((notice) => notice.split(':')[0]);
    expect(properties.filter((property) => !property?.includes('.Origins.'))).toEqual([
      'DistributionConfig.IsIPV6Enabled',
      'DistributionConfig.PriceClass',
      'DistributionConfig.ViewerCertificate',
    ]);
  });
});

describe('what is named by id', () => {
  const but = (index: number) => RESOURCES.filter((_, other) => other !== index);
  const behavior = 'DistributionConfig.CacheBehaviors.Items[0]';
  const told = (type: string, command: string, id: string) =>
    `an AWS::CloudFront::${type} that is described: put what "aws cloudfront ${command} --id ${id}" prints into a file, and give it with --resource <file>, got "${id}"`;

  test.each([
    {
      index: 0,
      message: `${behavior}.CachePolicyId: expected ${told('CachePolicy', 'get-cache-policy', '11111111-2222-3333-4444-555555555555')}`,
    },
    {
      index: 1,
      message: `${behavior}.OriginRequestPolicyId: expected ${told('OriginRequestPolicy', 'get-origin-request-policy', '66666666-7777-8888-9999-000000000000')}`,
    },
    {
      index: 2,
      message: `${behavior}.ResponseHeadersPolicyId: expected ${told('ResponseHeadersPolicy', 'get-response-headers-policy', 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee')}`,
    },
    {
      index: 3,
      message: `${behavior}.TrustedKeyGroups: expected ${told('KeyGroup', 'get-key-group', '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0')}`,
    },
    {
      index: 4,
      message: `resource 4.KeyGroup.KeyGroupConfig.Items: expected ${told('PublicKey', 'get-public-key', 'K2JCJMDEHXQW5F')}`,
    },
  ])('and that nothing tells: $message', ({ index, message }) => {
    expect(() => readDistributionConfig(CONFIG, but(index))).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATE_INVALID', message }),
    );
  });

  test('is a configuration that was printed without its id, where one of its kind is missing', () => {
    const { CachePolicyConfig } = RESOURCES[0].CachePolicy;
    const nameless = { ETag: 'E1EXAMPLE', CachePolicyConfig };
    const read = (config: unknown) => readDistributionConfig(config, [...but(0), nameless]);
    expect(read(CONFIG).distribution).toEqual(readDistributionConfig(CONFIG, RESOURCES).distribution);
    const twoMissing = JSON.parse(JSON.stringify(CONFIG).replace('4135ea2d-6df8-44a3-9df3-4b5a84be39ad', 'other'));
    expect(() => read(twoMissing)).toThrow('get-cache-policy --id other');
  });

  test.each([
    { input: { ETag: 'x' }, expected: 'one of CachePolicy, OriginRequestPolicy, ', got: '["ETag"]' },
    { input: [], expected: 'one of CachePolicy, OriginRequestPolicy, ', got: '[]' },
    { input: RESOURCES[0], expected: 'one that is not given yet', got: '"11111111-2222-3333-4444-555555555555"' },
  ])('$input is refused as a resource', ({ input, expected, got }) => {
    const read = () => readDistributionConfig(CONFIG, [...RESOURCES, input]);
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATE_INVALID' }));
    expect(read).toThrow(`expected ${expected}`);
    expect(read).toThrow(`got ${got}`);
  });

  test('a function is told of by its summary, without its code', () => {
    const { functionSummaries } = readDistributionConfig(CONFIG, [...RESOURCES, printed('describe-function')]);
    expect([...functionSummaries]).toEqual([
      ['films-viewer-request', { name: 'films-viewer-request', runtime: 'cloudfront-js-2.0', hasStore: true }],
    ]);
  });
});

test.each([
  { input: undefined, got: '[]' },
  { input: { Resources: {} }, got: '["Resources"]' },
  { input: { Distribution: {} }, got: '["Distribution"]' },
])('$input is no distribution', ({ input, got }) => {
  expect(() => readDistributionConfig(input)).toThrow(
    `distribution config: expected what "aws cloudfront get-distribution-config" or "get-distribution" prints, got ${got}`,
  );
});

describe('its answers are those of the template', () => {
  const folder = fileURLToPath(new URL('../../emulator/sample', import.meta.url));
  let bench: TestBench;
  let api: OriginServer;
  let edges: readonly TestEdge[];

  beforeAll(async () => {
    bench = await plainBench(template());
    api = await startOriginServer(({ url, headers }, response) => {
      const { 'x-secret': secret, 'x-empty': empty, host, cookie } = headers;
      response.end(JSON.stringify({ url, secret, empty, host, cookie }));
    });
    const key = printed('get-public-key');
    key.PublicKey.PublicKeyConfig.EncodedKey = RSA.publicPem;
    const resources = [...RESOURCES.slice(0, 4), key];
    const more = { resources, origins: { films: folder, 'films-copy': folder, api: api.url } };
    edges = [
      await bench.start({ template: undefined, distributionConfig: PRINTED, ...more }),
      await bench.start({ template: FILMS_TEMPLATE, ...more }),
    ];
  });
  afterAll(() => Promise.all([bench.close(), api.close()]));

  const signed = (url: string): string => {
    const grant = { resource: `${url.replace('http:', 'https:')}/signed/film.mp4`, dateLessThan: NOON + 60 };
    const signer = { ...RSA.signer('SHA1'), keyPairId: 'K2JCJMDEHXQW5F' };
    return signedUrl(grant.resource, signCanned(grant, signer)).replace(/^https:\/\/[^/]+/, '');
  };

  test.each<{ target: string | ((url: string) => string); asked?: Asked; status: number; see: RegExp }>([
    { target: '/', status: 200, see: /<html/i },
    { target: '/catalogue.json', asked: { headers: { 'accept-encoding': 'gzip' } }, status: 200, see: /./ },
    { target: '/missing', status: 403, see: /AccessDenied/ },
    { target: '/', asked: { method: 'POST', body: 'x' }, status: 403, see: /not configured to allow the HTTP request/ },
    { target: '/signed/film.mp4', status: 403, see: /MissingKey/ },
    { target: signed, status: 403, see: /<Code>AccessDenied<\/Code><Message>Access Denied/ },
    {
      target: '/api/x?a=1',
      asked: { method: 'PUT', body: 'x', cookie: 'a=1' },
      status: 200,
      see: /^\{"url":"\/v1\/api\/x\?a=1","secret":"ours","empty":"","host":"api.example.com","cookie":"a=1"\}$/,
    },
    { target: '/legacy/x', status: 403, see: /AccessDenied/ },
  ])('to $target with $asked: $status', async ({ target, asked = {}, status, see }) => {
    const answers = await Promise.all(
      edges.map(async ({ url }) => {
        const answer = await ask(url, typeof target === 'string' ? target : target(url), asked);
        const { date, via, 'x-amz-cf-id': id, ...headers } = answer.headers;
        return { status: answer.status, headers, body: answer.body.replaceAll(/Id>[^<]+<|: [\w-]+==/g, '') };
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ status, body: expect.stringMatching(see) });
  });

  test('and it has its own id and domain name', async () => {
    const told = await Promise.all(edges.map(async ({ control }) => JSON.parse((await ask(control, '/')).body)));
    expect(told.map(({ distribution }) => distribution.id)).toEqual(['E1A2B3C4D5EXAM', 'EDFDVBD6EXAMPLE']);
  });
});

test.each([
  { options: { template: undefined }, message: 'template, distribution config: expected one of them, got "neither"' },
  {
    options: { distributionConfig: CONFIG },
    message: 'template, distribution config: expected one of them, got "both"',
  },
  {
    options: { template: undefined, distributionConfig: CONFIG, distribution: 'x' },
    message: 'distribution: expected nothing beside a distribution config, which has neither, got "distribution"',
  },
])('an edge has one source: $message', async ({ options, message }) => {
  const bench = await plainBench(template());
  await expect(bench.start(options)).rejects.toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID', message }));
  await bench.close();
});
