import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { LAMBDA_SECTION, SETTINGS } from '../support/settings.ts';

const SECTION = SETTINGS.protected[0];
const section = (change: object) => ({ protected: [{ ...SECTION, ...change }] });
const failover = (change: object) => ({ failover: { ...SETTINGS.failover, ...change } });
const objectives = (change: object) => ({ objectives: change });
const regions = (...entries: object[]) => ({ regions: entries });
const [US, EU] = SETTINGS.regions;

describe('settings', () => {
  test('become the types that the functions read', () => {
    expect(parseConfig(SETTINGS)).toMatchObject({
      regions: SETTINGS.regions,
      protected: [{ path: '/private/*', name: 'edgekeeper', issuer: null, audience: null, leewaySeconds: 30 }],
      failover: SETTINGS.failover,
    });
  });

  test('have defaults where no choice is dangerous', () => {
    const { protected: _, leewaySeconds: __, ...others } = SETTINGS;
    expect(parseConfig(others)).toMatchObject({
      protected: [],
      objectives: { availability: 1, failoverSeconds: 3, recoverySeconds: 30 },
    });
    expect(parseConfig({ ...others, ...section({}) }).protected[0]).toMatchObject({
      leewaySeconds: 30,
      revocation: false,
      geo: false,
      cors: null,
      signIn: null,
    });
  });

  test.each([
    [
      'one prefix',
      regions({ ...US, prefix: '/site' }, { ...EU, prefix: '/site' }),
      { regions: [{ prefix: '/site' }, { prefix: '/site' }] },
    ],
    [
      'prefixes side by side',
      regions({ ...US, prefix: '/site' }, { ...EU, prefix: '/site2' }),
      { regions: [{ prefix: '/site' }, { prefix: '/site2' }] },
    ],
    [
      'a prefix within another where nothing is protected',
      { ...regions({ ...US, prefix: '/site' }, EU ?? {}), protected: [] },
      { regions: [{ prefix: '/site' }, {}] },
    ],
    ['no rewrites', {}, { rewrites: null }],
    [
      'a directory index',
      { rewrites: { directoryIndex: 'index.html' } },
      { rewrites: { directoryIndex: 'index.html', trailingSlash: 'leave' } },
    ],
    [
      'a redirect',
      { rewrites: { directoryIndex: 'default.htm', trailingSlash: 'redirect' } },
      { rewrites: { directoryIndex: 'default.htm', trailingSlash: 'redirect' } },
    ],
  ])('have %s', (_, change, expected) => {
    expect(parseConfig({ ...SETTINGS, ...change })).toMatchObject(expected);
  });

  test.each<{ change: object; message: string }>([
    {
      change: { regoins: [] },
      message:
        'custom.edgekeeper.regoins: expected one of regions, protected, signed, leewaySeconds, failover, health, rewrites, objectives, distribution, api, logs, monitoring, deploy, associate, got "regoins"',
    },
    { change: { regions: undefined }, message: 'regions: expected a list, got nothing' },
    {
      change: regions(US ?? {}),
      message: 'regions: expected at least two regions, got [{"region":"us-east-1","originId":"us-east-1"}]',
    },
    {
      change: regions({ ...US, prefix: '/site/' }, EU ?? {}),
      message: 'regions[0].prefix: expected a path such as /site, without a slash at its end, got "/site/"',
    },
    {
      change: regions({ ...US, prefix: '/site' }, EU ?? {}),
      message:
        'regions[0].prefix: expected that of regions[1], or one outside of it, since protected paths would be open there, got "/site"',
    },
    {
      change: regions({ ...US, prefix: '/a' }, { ...EU, prefix: '/a/b' }),
      message:
        'regions[1].prefix: expected that of regions[0], or one outside of it, since protected paths would be open there, got "/a/b"',
    },
    {
      change: {
        ...regions({ ...US, prefix: '/site' }, EU ?? {}),
        protected: [],
        signed: { path: '/signed/*', publicKeys: ['a.pem'] },
      },
      message:
        'regions[0].prefix: expected that of regions[1], or one outside of it, since protected paths would be open there, got "/site"',
    },
    {
      change: { rewrites: {} },
      message: 'rewrites.directoryIndex: expected the name of an object such as index.html, got nothing',
    },
    {
      change: { rewrites: { directoryIndex: '../index.html' } },
      message: 'rewrites.directoryIndex: expected the name of an object such as index.html, got "../index.html"',
    },
    {
      change: { rewrites: { directoryIndex: 'index.html', trailingSlash: 'add' } },
      message: 'rewrites.trailingSlash: expected one of leave, redirect, got "add"',
    },
    {
      change: regions(US ?? {}, { region: 'mars-1', originId: 'b' }),
      message: 'regions[1].region: expected an AWS region such as eu-west-1, got "mars-1"',
    },
    {
      change: regions(US ?? {}, { region: 'toString', originId: 'b' }),
      message: 'regions[1].region: expected an AWS region such as eu-west-1, got "toString"',
    },
    {
      change: regions(US ?? {}, { region: 'us-east-1', originId: 'b' }),
      message: 'regions[1].region: expected another than regions[0].region, got "us-east-1"',
    },
    {
      change: regions(US ?? {}, { ...EU, originId: 'us-east-1' }),
      message: 'regions[1].originId: expected another than regions[0].originId, got "us-east-1"',
    },
    {
      change: regions(US ?? {}, { ...EU, originId: 'a b' }),
      message: 'regions[1].originId: expected an origin id of letters, digits, "_", "." and "-", got "a b"',
    },
    {
      change: section({ path: 'private/*' }),
      message: 'protected[0].path: expected a path pattern of "/", letters, digits, "_-.~*?", got "private/*"',
    },
    {
      change: section({ path: '/a%20b' }),
      message: 'protected[0].path: expected a path pattern of "/", letters, digits, "_-.~*?", got "/a%20b"',
    },
    {
      change: section({ path: '/pri@vate/*' }),
      message: 'protected[0].path: expected a path pattern of "/", letters, digits, "_-.~*?", got "/pri@vate/*"',
    },
    {
      change: section({ runtime: 'lambda' }),
      message: 'protected[0].runtime: expected one of cloudfront-function, lambda-edge, got "lambda"',
    },
    {
      change: section({ path: '/~*' }),
      message: 'protected[0].path: expected a pattern that does not begin as a path token does ("/~"), got "/~*"',
    },
    {
      change: section({ carriers: ['cookie', 'body'] }),
      message: 'protected[0].carriers[1]: expected one of path, query, header, cookie, cloudfront, got "body"',
    },
    {
      change: section({ carriers: [] }),
      message: 'protected[0].carriers: expected at least one of path, query, header, cookie, cloudfront, got []',
    },
    {
      change: section({ algorithms: ['none'] }),
      message: 'protected[0].algorithms[0]: expected one of HS256, RS256, PS256, ES256, EdDSA, got "none"',
    },
    {
      change: section({ name: 'a;b' }),
      message: 'protected[0].name: expected a name of letters, digits, "_" and "-", got "a;b"',
    },
    {
      change: section({ issuer: undefined }),
      message: 'protected[0].issuer: expected a non-empty string, or null for any, got nothing',
    },
    {
      change: section({ audience: '' }),
      message: 'protected[0].audience: expected a non-empty string, or null for any, got ""',
    },
    { change: section({ revocation: 'yes' }), message: 'protected[0].revocation: expected true or false, got "yes"' },
    { change: section({ geo: 1 }), message: 'protected[0].geo: expected true or false, got 1' },
    {
      change: section({ cors: { origins: ['https://app.example.com/'] } }),
      message:
        'protected[0].cors.origins[0]: expected an origin such as https://app.example.com, got "https://app.example.com/"',
    },
    {
      change: section({ cors: { origins: [] } }),
      message: 'protected[0].cors.origins: expected at least one origin, got []',
    },
    {
      change: section({ cors: { origins: ['*'] } }),
      message: 'protected[0].cors.origins[0]: expected an origin such as https://app.example.com, got "*"',
    },
    {
      change: section({ signIn: { url: 'http://app.example.com/', hosts: ['www.example.com'] } }),
      message:
        'protected[0].signIn.url: expected an https:// address without a fragment, got "http://app.example.com/"',
    },
    {
      change: section({ signIn: { url: 'https://app.example.com/', hosts: [] } }),
      message: 'protected[0].signIn.hosts: expected at least one host of the distribution, got []',
    },
    {
      change: section({ signIn: { url: 'https://app.example.com/', hosts: ['www.example.com/evil'] } }),
      message: 'protected[0].signIn.hosts[0]: expected a host such as www.example.com, got "www.example.com/evil"',
    },
    {
      change: section({ signIn: { url: 'https://app.example.com/', return: 'a&b', hosts: ['www.example.com'] } }),
      message: 'protected[0].signIn.return: expected the name of a query string parameter, got "a&b"',
    },
    {
      change: failover({ statusCodes: [500, 503, 504, 418] }),
      message: 'failover.statusCodes[3]: expected one of 400, 403, 404, 416, 429, 500, 502, 503, 504, got 418',
    },
    {
      change: failover({ statusCodes: [500, 503] }),
      message: 'failover.statusCodes: expected a list with 503 (connection failed) and 504 (timed out), got [500,503]',
    },
    {
      change: failover({ statusCodes: [500, 504] }),
      message: 'failover.statusCodes: expected a list with 503 (connection failed) and 504 (timed out), got [500,504]',
    },
    {
      change: failover({ maxAgeSeconds: 0 }),
      message: 'failover.maxAgeSeconds: expected a whole number from 1 to 31536000, got 0',
    },
    {
      change: objectives({ availability: '100 %' }),
      message: 'objectives.availability: expected a number from 0 to 1, got "100 %"',
    },
    {
      change: objectives({ failover: 3 }),
      message: 'objectives.failover: expected one of availability, failoverSeconds, recoverySeconds, got "failover"',
    },
    {
      change: failover({ retryAfterSeconds: 1.5 }),
      message: 'failover.retryAfterSeconds: expected a whole number from 1 to 31536000, got 1.5',
    },
    { change: { signed: { path: '/signed/*' } }, message: 'signed.publicKeys: expected a list, got nothing' },
    {
      change: { signed: { path: '/signed/*', publicKeys: [] } },
      message: 'signed.publicKeys: expected one to 5 files, got []',
    },
    {
      change: { signed: { path: 'signed', publicKeys: ['a'] } },
      message: 'signed.path: expected a path pattern of "/", letters, digits, "_-.~*?", got "signed"',
    },
    {
      change: { protected: [SETTINGS.protected[0], { ...LAMBDA_SECTION, path: '/private/*' }] },
      message:
        'protected[1].path: expected a pattern that protected[0].path "/private/*" does not cover, got "/private/*"',
    },
    {
      change: {
        protected: [SETTINGS.protected[0], LAMBDA_SECTION, { ...LAMBDA_SECTION, path: '/members/vip/*', name: 'vip' }],
      },
      message:
        'protected[2].path: expected a pattern that protected[1].path "/members/*" does not cover, got "/members/vip/*"',
    },
    { change: { leewaySeconds: 301 }, message: 'leewaySeconds: expected a whole number from 0 to 300, got 301' },
  ])('are refused: $message', ({ change, message }) => {
    expect(() => parseConfig({ ...SETTINGS, ...change })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message }),
    );
  });

  test.each<{ change: object; beyond: object }>([
    { change: { leewaySeconds: 300 }, beyond: { leewaySeconds: 301 } },
    { change: objectives({ availability: 0 }), beyond: objectives({ availability: -0.01 }) },
    { change: objectives({ availability: 1 }), beyond: objectives({ availability: 1.01 }) },
    { change: objectives({ failoverSeconds: 1 }), beyond: objectives({ failoverSeconds: 0 }) },
    { change: objectives({ recoverySeconds: 3600 }), beyond: objectives({ recoverySeconds: 3601 }) },
    { change: failover({ maxAgeSeconds: 1 }), beyond: failover({ maxAgeSeconds: 0 }) },
    { change: failover({ maxAgeSeconds: 31_536_000 }), beyond: failover({ maxAgeSeconds: 31_536_001 }) },
    { change: section({ path: `/${'x'.repeat(254)}` }), beyond: section({ path: `/${'x'.repeat(255)}` }) },
    {
      change: regions(US ?? {}, { ...EU, originId: 'x'.repeat(128) }),
      beyond: regions(US ?? {}, { ...EU, originId: 'x'.repeat(129) }),
    },
  ])('may go to the limit and no further: $change', ({ change, beyond }) => {
    expect(() => parseConfig({ ...SETTINGS, ...change })).not.toThrow();
    expect(() => parseConfig({ ...SETTINGS, ...beyond })).toThrow();
  });

  describe('that a runtime cannot honour are refused with the reason', () => {
    const noPublicKeys = 'since a CloudFront Function has no public-key cryptography';
    const noPath = 'expected no path, since the behavior /~* runs the CloudFront Function';
    const lambda = (change: object) => ({ protected: [{ ...LAMBDA_SECTION, ...change }] });
    test.each<{ change: object; message: string }>([
      { change: section({ algorithms: ['ES256'] }), message: `algorithms: expected ["HS256"], ${noPublicKeys}` },
      {
        change: section({ algorithms: ['HS256', 'ES256'] }),
        message: `algorithms: expected ["HS256"], ${noPublicKeys}`,
      },
      {
        change: section({ carriers: ['cookie', 'cloudfront'] }),
        message: `carriers: expected any of path, query, header, cookie, ${noPublicKeys}`,
      },
      { change: section({ jwks: { file: 'keys.json' } }), message: `jwks: expected null, ${noPublicKeys}` },
      { change: section({ publicKeys: { K1: 'k1.pem' } }), message: `publicKeys: expected none, ${noPublicKeys}` },
      {
        change: lambda({ algorithms: ['HS256', 'RS256'] }),
        message:
          'algorithms: expected any of RS256, PS256, ES256, EdDSA, since the code of a Lambda@Edge function is no place for a secret',
      },
      { change: lambda({ algorithms: [] }), message: 'algorithms: expected any of RS256, PS256, ES256, EdDSA, got []' },
      { change: lambda({ carriers: ['path', 'cookie'] }), message: `carriers: ${noPath}` },
      {
        change: lambda({ revocation: true }),
        message: 'revocation: expected false, since Lambda@Edge has no key value store',
      },
      {
        change: lambda({ geo: true }),
        message:
          "geo: expected false, since at a Lambda@Edge viewer request the country could be the viewer's own claim",
      },
      { change: lambda({ path: '/m?mbers/*' }), message: 'path: expected a pattern without "?"' },
      {
        change: lambda({ jwks: null }),
        message: 'jwks: expected a file or a URL of public keys, since tokens are taken',
      },
      {
        change: lambda({ jwks: { file: 'a', url: 'https://b.example.com/' } }),
        message: 'jwks: expected either file or url',
      },
      { change: lambda({ jwks: {} }), message: 'jwks: expected either file or url' },
      { change: lambda({ jwks: { url: 'http://b.example.com/' } }), message: 'jwks.url: expected an https:// address' },
      {
        change: lambda({ jwks: { file: 'a', refresh: 'runtime' } }),
        message: 'jwks.refresh: expected build, since it has no url',
      },
      {
        change: lambda({ carriers: ['cookie', 'cloudfront'] }),
        message: 'publicKeys: expected a file for each key pair id where "cloudfront" is among the carriers',
      },
      {
        change: lambda({ publicKeys: { K1: 'k1.pem' } }),
        message:
          'publicKeys: expected a file for each key pair id where "cloudfront" is among the carriers, and only there',
      },
      {
        change: lambda({ carriers: ['cloudfront'], publicKeys: { K1: 'k1.pem' } }),
        message: 'carriers: expected query, header or cookie too, since there are keys for tokens',
      },
    ])('$message', ({ change, message }) => {
      expect(() => parseConfig({ ...SETTINGS, ...change })).toThrow(`protected[0].${message}`);
    });

    test.each<{ change: object }>([
      { change: section({ carriers: ['path', 'query', 'header', 'cookie'], revocation: true, geo: true }) },
      { change: section({ path: '/a?c/*' }) },
      { change: lambda({}) },
      { change: { protected: [{ ...LAMBDA_SECTION, path: '/members/vip/*', name: 'vip' }, LAMBDA_SECTION] } },
      { change: lambda({ jwks: { url: 'https://id.example.com/jwks.json', refresh: 'runtime' } }) },
      { change: lambda({ carriers: ['cookie', 'cloudfront'], publicKeys: { K1: 'k1.pem' } }) },
      { change: lambda({ carriers: ['cloudfront'], publicKeys: { K1: 'k1.pem' }, jwks: null, algorithms: [] }) },
    ])('and what it can is taken: $change', ({ change }) => {
      expect(() => parseConfig({ ...SETTINGS, ...change })).not.toThrow();
    });
  });

  test('look at carriers in one order, however they are written', () => {
    const { protected: sections } = parseConfig({
      ...SETTINGS,
      ...section({ carriers: ['cookie', 'query', 'cookie'] }),
    });
    expect(sections[0]?.carriers).toEqual(['query', 'cookie']);
  });

  test.each([undefined, null, [], 'x'])('%j is no settings', (value) => {
    expect(() => parseConfig(value)).toThrow('custom.edgekeeper: expected an object');
  });
});

describe('routes', () => {
  const routesFor = (...names: string[]) =>
    parseConfig({ ...SETTINGS, regions: names.map((region) => ({ region, originId: region })) }).routes;

  test('name the regional edge caches whose order is not the configured one', () => {
    expect(Object.keys(routesFor('us-east-1', 'eu-west-1')).sort()).toEqual([
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-south-1',
      'ap-southeast-1',
      'eu-central-1',
      'eu-west-1',
      'eu-west-2',
      'me-central-1',
    ]);
  });

  test('name the others when the regions are the other way round', () => {
    expect(Object.keys(routesFor('eu-west-1', 'us-east-1')).sort()).toEqual([
      'ap-southeast-2',
      'sa-east-1',
      'us-east-1',
      'us-east-2',
      'us-west-1',
      'us-west-2',
    ]);
  });

  test.each([
    { edgeCache: 'eu-central-1', order: ['eu-west-1', 'us-east-1', 'ap-southeast-2'] },
    { edgeCache: 'ap-southeast-1', order: ['ap-southeast-2', 'eu-west-1', 'us-east-1'] },
    { edgeCache: 'us-west-2', order: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] },
  ])('put the nearest of three first for $edgeCache', ({ edgeCache, order }) => {
    const names = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
    const indexes = routesFor(...names)[edgeCache] ?? [0, 1, 2];
    expect(indexes.map((index) => names[index])).toEqual(order);
  });
});
