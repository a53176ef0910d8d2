/** The helpers for origins: what CloudFront takes, and what it answers 502 (reference 2.1 to 2.3). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { originChoice } from '../../../emulator/cloudfront-functions/origin-call.ts';
import { readTemplate } from '../../../emulator/template.ts';
import { ask, plainBench, type TestBench } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

const BUCKET = {
  Id: 'bucket',
  DomainName: 'films.s3.us-east-1.amazonaws.com',
  S3OriginConfig: { OriginAccessIdentity: '' },
  OriginAccessControlId: 'access',
  OriginCustomHeaders: [{ HeaderName: 'X-From', HeaderValue: 'bucket' }],
};
const SITE = {
  Id: 'site',
  DomainName: 'www.example.com',
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 20 },
};
const FILMS = 'films.s3.eu-west-1.amazonaws.com';

const { distribution } = readTemplate(
  template({
    distribution: { Origins: [BUCKET, SITE], OriginGroups: { Quantity: 0, Items: [] } },
    behavior: { TargetOriginId: 'site' },
  }),
);
const behavior = distribution.behaviors[0];
const bucket = distribution.origins.get('bucket');
const site = distribution.origins.get('site');

function chosen(method: string, given: readonly unknown[], target = 'site') {
  if (behavior === undefined) throw new Error('a distribution has a behavior');
  return originChoice({ method, arguments: given }, distribution, { ...behavior, targetOriginId: target }, [
    'host',
    'x-sent',
  ]);
}

const OAC = { enabled: true, signingBehavior: 'always', signingProtocol: 'sigv4', originType: 's3' };
const CUSTOM = { port: 8080, protocol: 'http', sslProtocols: ['TLSv1.2'] };

describe('updateRequestOrigin', () => {
  test.each<{ asked: object; origin: object; target?: string }>([
    { asked: {}, origin: { ...site } },
    { asked: { domainName: 'api.example.com' }, origin: { domainName: 'api.example.com', type: 'custom', id: 'site' } },
    { asked: { domainName: FILMS }, origin: { domainName: FILMS, type: 's3' } },
    { asked: { domainName: 'films.s3-website.eu-west-1.amazonaws.com' }, origin: { type: 'custom' } },
    { asked: { hostHeader: 'a.example.com' }, origin: { hostHeader: 'a.example.com', domainName: 'www.example.com' } },
    { asked: { originPath: '/v1' }, origin: { path: '/v1' } },
    { asked: { originPath: '' }, origin: { path: '' } },
    { asked: {}, origin: { customHeaders: [['x-from', 'bucket']], hasAccessControl: true }, target: 'bucket' },
    { asked: { customHeaders: {} }, origin: { customHeaders: [] }, target: 'bucket' },
    { asked: { customHeaders: { 'x-a': 'b' } }, origin: { customHeaders: [['x-a', 'b']] }, target: 'bucket' },
    { asked: { connectionAttempts: 1 }, origin: { connectionAttempts: 1 } },
    {
      asked: { timeouts: { readTimeout: 120, connectionTimeout: 10 } },
      origin: { readTimeoutSeconds: 120, connectionTimeoutSeconds: 10 },
    },
    { asked: { timeouts: { connectionTimeout: 1 } }, origin: { readTimeoutSeconds: 20, connectionTimeoutSeconds: 1 } },
    {
      asked: { timeouts: { responseCompletionTimeout: 20, keepAliveTimeout: 120 } },
      origin: { responseCompletionTimeoutSeconds: 20, keepaliveTimeoutSeconds: 120 },
    },
    { asked: { originAccessControlConfig: { ...OAC, region: 'us-east-1' } }, origin: { hasAccessControl: true } },
    { asked: { originAccessControlConfig: { enabled: false } }, origin: { hasAccessControl: false }, target: 'bucket' },
    {
      asked: { originShield: { enabled: true, region: 'us-east-2' }, mTLSConfig: 'off' },
      origin: { ...site, shieldRegion: 'us-east-2' },
    },
    {
      asked: { customOriginConfig: CUSTOM, sni: 'a.example.com', allowedCertificateNames: ['*.example.com'] },
      origin: { ...site },
    },
    {
      asked: { domainName: 'a.example.com', customOriginConfig: { ...CUSTOM, ipAddressType: 'ipv6' } },
      origin: { type: 'custom' },
    },
  ])('takes $asked', ({ asked, origin, target }) => {
    const choice = chosen('updateRequestOrigin', [asked, null], target);
    expect(choice).toMatchObject({ target: null, origins: [origin] });
  });

  test.each<{ asked: unknown; says: string; target?: string }>([
    { asked: null, says: 'parameters must be an object' },
    { asked: { domainName: 'a:80' }, says: 'domainName' },
    { asked: { domainName: '192.0.2.1' }, says: 'domainName' },
    { asked: { domainName: `${'a'.repeat(250)}.com` }, says: 'domainName' },
    { asked: { domainName: FILMS.toUpperCase() }, says: 'lower case' },
    { asked: { domainName: `${'a'.repeat(100)}.${FILMS}` }, says: '128' },
    { asked: { hostHeader: 'a.example.com' }, says: 'hostHeader is not for Amazon S3', target: 'bucket' },
    { asked: { hostHeader: 'a.example.com', originAccessControlConfig: OAC }, says: 'origin access control' },
    {
      asked: { domainName: 'www.example.com', hostHeader: 'a.example.com' },
      says: 'origin access control',
      target: 'bucket',
    },
    { asked: { hostHeader: '::1' }, says: 'hostHeader' },
    { asked: { originPath: 'v1' }, says: 'originPath' },
    { asked: { originPath: '/v1/' }, says: 'originPath' },
    { asked: { originPath: '/' }, says: 'originPath' },
    { asked: { originPath: '/a b' }, says: 'originPath' },
    { asked: { originPath: `/${'a'.repeat(255)}` }, says: '255' },
    { asked: { customHeaders: { 'X-A': 'b' } }, says: 'lower case' },
    { asked: { customHeaders: { 'x-a': 5 } }, says: 'customHeaders.x-a' },
    { asked: { customHeaders: { 'x-a': 'x'.repeat(1_784) } }, says: 'customHeaders.x-a' },
    { asked: { customHeaders: { 'x-a': '\n' } }, says: 'customHeaders.x-a' },
    { asked: { customHeaders: { 'x-sent': 'b' } }, says: 'in the request' },
    { asked: { customHeaders: { 'if-match': 'b' } }, says: 'not allowed' },
    { asked: { customHeaders: { 'x-amz-a': 'b' } }, says: 'not allowed' },
    { asked: { customHeaders: { 'x-cache': 'b' } }, says: 'not allowed' },
    {
      asked: { customHeaders: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`x-${i}`, 'b'])) },
      says: '30 headers',
    },
    { asked: { connectionAttempts: 0 }, says: 'connectionAttempts' },
    { asked: { connectionAttempts: 4 }, says: 'connectionAttempts' },
    { asked: { timeouts: { readTimeout: 0 } }, says: 'readTimeout' },
    { asked: { timeouts: { readTimeout: 121 } }, says: 'readTimeout' },
    { asked: { timeouts: { connectionTimeout: 11 } }, says: 'connectionTimeout' },
    { asked: { timeouts: { keepAliveTimeout: 121 } }, says: 'keepAliveTimeout' },
    { asked: { timeouts: { responseCompletionTimeout: 19 } }, says: 'responseCompletionTimeout' },
    { asked: { originShield: { enabled: true } }, says: 'originShield.region' },
    { asked: { originShield: {} }, says: 'originShield.enabled' },
    { asked: { originAccessControlConfig: { enabled: true } }, says: 'signingBehavior' },
    { asked: { originAccessControlConfig: { ...OAC, signingProtocol: 'sigv4a' } }, says: 'signingProtocol' },
    { asked: { originAccessControlConfig: { ...OAC, originType: 'x' } }, says: 'originType' },
    { asked: { customOriginConfig: { protocol: 'http', sslProtocols: ['TLSv1.2'] } }, says: 'port is required' },
    { asked: { customOriginConfig: { ...CUSTOM, protocol: 'match-viewer' } }, says: 'protocol' },
    { asked: { customOriginConfig: { ...CUSTOM, sslProtocols: ['TLSv1.3'] } }, says: 'sslProtocols' },
    { asked: { customOriginConfig: { ...CUSTOM, ipAddressType: 'ipv6' } }, says: 'needs a domainName' },
    { asked: { allowedCertificateNames: Array(21).fill('a.com') }, says: 'allowedCertificateNames' },
    { asked: { allowedCertificateNames: [`${'a'.repeat(61)}.com`] }, says: 'allowedCertificateNames' },
    { asked: { sni: 'a:b' }, says: 'sni' },
    { asked: { mTLSConfig: 'on' }, says: 'mTLSConfig' },
  ])('refuses $asked', ({ asked, says, target }) => {
    expect(() => chosen('updateRequestOrigin', [asked], target)).toThrow(says);
  });
});

describe('selectRequestOriginById', () => {
  test.each([
    { given: ['bucket', null], choice: { target: 'bucket', origins: [bucket] } },
    {
      given: ['site', { hostHeader: 'a.example.com' }],
      choice: { target: 'site', origins: [{ ...site, hostHeader: 'a.example.com' }] },
    },
  ])('takes $given', ({ given, choice }) => {
    expect(chosen('selectRequestOriginById', given)).toEqual(choice);
  });

  test.each([
    { given: ['x'], says: 'not one of the distribution' },
    { given: ['toString'], says: 'not one of the distribution' },
    { given: [5], says: 'not one of the distribution' },
    { given: ['bucket', { hostHeader: 'a.example.com' }], says: 'hostHeader is not for Amazon S3' },
  ])('refuses $given', ({ given, says }) => {
    expect(() => chosen('selectRequestOriginById', given)).toThrow(says);
  });
});

describe('createRequestOriginGroup', () => {
  const criteria = { statusCodes: [500, 503] };
  test.each([
    { asked: { originIds: ['bucket', 'site'], failoverCriteria: criteria } },
    {
      asked: {
        originIds: [{ originId: 'bucket' }, { originId: 'site', originOverrides: {} }],
        failoverCriteria: criteria,
      },
    },
    { asked: { originIds: ['bucket', 'site'], failoverCriteria: criteria, selectionCriteria: 'media-quality-score' } },
  ])('takes $asked', ({ asked }) => {
    expect(chosen('createRequestOriginGroup', [asked])).toEqual({
      target: { id: 'request', statusCodes: [500, 503], originIds: ['bucket', 'site'] },
      origins: [bucket, site],
    });
  });

  test.each([
    { asked: { originIds: ['bucket'], failoverCriteria: criteria }, says: 'two origins' },
    { asked: { originIds: ['bucket', 'x'], failoverCriteria: criteria }, says: 'not one of' },
    { asked: { originIds: ['bucket', 'site'] }, says: 'failoverCriteria' },
    { asked: { originIds: ['bucket', 'site'], failoverCriteria: { statusCodes: [] } }, says: 'statusCodes' },
    { asked: { originIds: ['bucket', 'site'], failoverCriteria: { statusCodes: [401] } }, says: 'statusCodes' },
    {
      asked: { originIds: ['bucket', 'site'], failoverCriteria: criteria, selectionCriteria: 'media-quality-based' },
      says: 'selectionCriteria',
    },
  ])('refuses $asked', ({ asked, says }) => {
    expect(() => chosen('createRequestOriginGroup', [asked])).toThrow(says);
  });
});

describe('a request', () => {
  let bench: TestBench;
  beforeAll(async () => {
    const shown = 'JSON.stringify(event.Records[0].cf.request.headers)';
    bench = await plainBench(template(), {
      'seen.js': `exports.handler = async (event) => ({ status: '200', body: ${shown} });`,
    });
  });
  afterAll(() => bench.close());

  const calling = (call: string) =>
    `import cf from 'cloudfront'; function handler(e) { cf.${call}; return e.request; }`;
  const start = (call: string) => bench.start({ template: template({ code: calling(call) }) });

  test.each([
    { call: 'updateRequestOrigin({ domainName: "films-111122223333.s3.eu-west-1.amazonaws.com" })', from: 'eu-west-1' },
    { call: 'updateRequestOrigin({ domainName: "elsewhere.example.com" })', from: 'us-east-1' },
    { call: 'selectRequestOriginById("eu-west-1")', from: 'eu-west-1' },
    { call: 'selectRequestOriginById("eu-west-1"); cf.selectRequestOriginById("us-east-1")', from: 'us-east-1' },
  ])('goes where $call says', async ({ call, from }) => {
    expect((await ask((await start(call)).url, '/film.mp4')).body).toBe(`film.mp4 from ${from}`);
  });

  test('has the path of the origin, and fails over from it to the secondary', async () => {
    const edge = await start('updateRequestOrigin({ originPath: "/private" })');
    expect((await ask(edge.url, '/film.mp4')).body).toBe('private/film.mp4 from us-east-1');
    await edge.buckets.get('us-east-1')?.setFault({ kind: 'refuse' });
    expect((await ask(edge.url, '/x')).body).toBe('x from eu-west-1');
  });

  test('tells a custom origin the host that the function chose, whatever the policy forwards', async () => {
    const Origins = ['us-east-1', 'eu-west-1'].map((Id) => ({ ...SITE, Id }));
    const call =
      'createRequestOriginGroup({ originIds: [{ originId: "us-east-1", originOverrides: { hostHeader: "b.example.com" } }, "eu-west-1"], failoverCriteria: { statusCodes: [500] } })';
    const update = 'updateRequestOrigin({ hostHeader: "a.example.com" })';
    const seen = async (code: string) => {
      const all = template({
        code: calling(code),
        handler: 'functions/lambda-edge/seen.handler',
        distribution: { Origins },
        originRequestPolicy: { HeadersConfig: { HeaderBehavior: 'allViewer' } },
      });
      const edge = await bench.start({ template: all });
      const headers = JSON.parse((await ask(edge.url, '/x')).body);
      return headers.host[0].value;
    };
    expect([await seen(update), await seen(call)]).toEqual(['a.example.com', 'b.example.com']);
  });

  test('has no secondary when one origin is selected', async () => {
    const edge = await start('selectRequestOriginById("us-east-1")');
    await edge.buckets.get('us-east-1')?.setFault({ kind: 'refuse' });
    expect((await ask(edge.url, '/x')).status).toBe(502);
  });

  test('is answered 502, with the reason, for what CloudFront does not take', async () => {
    const { status, body } = await ask((await start('selectRequestOriginById("x")')).url, '/');
    expect({ status, body }).toEqual({
      status: 502,
      body: expect.stringContaining(
        'returned an invalid value for origin rewrite: the origin is not one of the distribution.',
      ),
    });
  });

  test('leaves what was logged for the access log in its entry', async () => {
    const edge = await start('logCustomData("a b")');
    await ask(edge.url, '/x');
    expect(edge.requests.map((entry) => entry.viewerRequestLogData)).toEqual(['a%20b']);
  });

  test('at either viewer event, each in its own field', async () => {
    const logging = (result: string) =>
      `import cf from 'cloudfront'; function handler(event) { cf.logCustomData(event.context.eventType); return event.${result}; }`;
    const edge = await bench.start({
      template: template({ scripts: { 'viewer-request': logging('request'), 'viewer-response': logging('response') } }),
    });
    await ask(edge.url, '/x');
    await ask(edge.url, '/none');
    const logged = edge.requests.map(({ viewerRequestLogData, viewerResponseLogData }) => [
      viewerRequestLogData,
      viewerResponseLogData,
    ]);
    expect(logged).toEqual([
      ['viewer-request', 'viewer-response'],
      ['viewer-request', null],
    ]);
  });
});
