import { describe, expect, test } from 'vitest';
import { type Deployment, parseDeployment } from '../../config/deployment.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b3c4d-5678-90ab-cdef-EXAMPLE11111';
const WEB_ACL = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/a1b2c3d4-5678-90ab-cdef-EXAMPLE11111';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:ops';

const DEFAULTS: Deployment = {
  distribution: {
    httpVersion: 'http2',
    ipv6: true,
    priceClass: 'PriceClass_100',
    aliases: [],
    viewerCertificate: null,
    webAcl: null,
  },
  api: null,
  logs: null,
  monitoring: null,
  deploy: { distribution: 'create', buckets: 'create' },
  associate: [],
};

const MONITORING = {
  dashboard: true,
  alarms: true,
  email: null,
  topics: [],
  errorRatePercent: 5,
  additionalMetrics: false,
  requestMetrics: false,
};

interface Taken {
  name: string;
  settings: object;
  expected: Partial<Deployment>;
}

describe('takes', () => {
  test.each<Taken>([
    { name: 'nothing', settings: {}, expected: {} },
    { name: 'settings of the functions, unread', settings: { regions: 'x', failover: 1 }, expected: {} },
    { name: 'null for what is not wanted', settings: { api: null, logs: null, monitoring: null }, expected: {} },
    {
      name: 'all of a distribution',
      settings: {
        distribution: {
          httpVersion: 'http2and3',
          ipv6: false,
          priceClass: 'PriceClass_All',
          aliases: ['www.example.com', '*.example.com'],
          certificate: CERTIFICATE,
          minimumTls: 'TLSv1.3_2025',
          webAcl: WEB_ACL,
        },
      },
      expected: {
        distribution: {
          httpVersion: 'http2and3',
          ipv6: false,
          priceClass: 'PriceClass_All',
          aliases: ['www.example.com', '*.example.com'],
          viewerCertificate: { arn: CERTIFICATE, minimumTls: 'TLSv1.3_2025' },
          webAcl: WEB_ACL,
        },
      },
    },
    {
      name: 'a certificate alone, with TLS 1.2 at least',
      settings: { distribution: { certificate: CERTIFICATE } },
      expected: {
        distribution: { ...DEFAULTS.distribution, viewerCertificate: { arn: CERTIFICATE, minimumTls: 'TLSv1.2_2021' } },
      },
    },
    {
      name: 'an API',
      settings: { api: { domain: 'api.example.com' } },
      expected: { api: { domain: 'api.example.com', path: '/api/*' } },
    },
    { name: 'logs', settings: { logs: {} }, expected: { logs: { days: 90, queryStrings: false } } },
    {
      name: 'logs of a day',
      settings: { logs: { days: 1, queryStrings: true } },
      expected: { logs: { days: 1, queryStrings: true } },
    },
    { name: 'monitoring', settings: { monitoring: {} }, expected: { monitoring: MONITORING } },
    {
      name: 'all of monitoring',
      settings: {
        monitoring: {
          dashboard: false,
          alarms: false,
          email: 'ops@example.com',
          topics: [TOPIC],
          errorRatePercent: 100,
          additionalMetrics: true,
          requestMetrics: true,
        },
      },
      expected: {
        monitoring: {
          dashboard: false,
          alarms: false,
          email: 'ops@example.com',
          topics: [TOPIC],
          errorRatePercent: 100,
          additionalMetrics: true,
          requestMetrics: true,
        },
      },
    },
    {
      name: 'parts of a stack',
      settings: { deploy: { distribution: 'none', buckets: 'existing' } },
      expected: { deploy: { distribution: 'none', buckets: 'existing' } },
    },
    {
      name: 'a distribution that is there already',
      settings: { associate: [{ distribution: 'E2EXAMPLE1234', behaviors: ['default'] }] },
      expected: {
        associate: [
          {
            distribution: 'E2EXAMPLE1234',
            behaviors: ['default'],
            events: ['viewer-request', 'origin-response'],
            withOrigins: false,
          },
        ],
      },
    },
  ])('$name', ({ settings, expected }) => {
    expect(parseDeployment(settings)).toEqual({ ...DEFAULTS, ...expected });
  });
});

const ALIAS = 'a domain name such as www.example.com';
const IN_US_EAST_1 = 'the ARN of a certificate in us-east-1, where CloudFront takes them from';

describe('refuses', () => {
  test.each([
    [{ distribution: [] }, 'distribution: expected an object, got []'],
    [
      { associate: [{ distribution: 'x', behaviors: ['/a/*'] }] },
      'associate[0].distribution: expected an id such as E2EXAMPLE1234, got "x"',
    ],
    [
      { associate: [{ distribution: 'E2EXAMPLE1234', behaviors: [] }] },
      'associate[0].behaviors: expected a behavior or more, got []',
    ],
    [
      { associate: [{ distribution: 'E2EXAMPLE1234', behaviors: ['default'], events: ['viewer'] }] },
      'associate[0].events[0]: expected one of viewer-request, viewer-response, origin-request, origin-response, got "viewer"',
    ],
    [
      { distribution: { https: true } },
      'distribution.https: expected one of httpVersion, ipv6, priceClass, aliases, certificate, minimumTls, webAcl, got "https"',
    ],
    [
      { distribution: { httpVersion: 'http3' } },
      'distribution.httpVersion: expected one of http2, http2and3, got "http3"',
    ],
    [{ distribution: { ipv6: 'yes' } }, 'distribution.ipv6: expected true or false, got "yes"'],
    [
      { distribution: { priceClass: '100' } },
      'distribution.priceClass: expected one of PriceClass_100, PriceClass_200, PriceClass_All, got "100"',
    ],
    [
      { distribution: { aliases: ['www.example.com', 'example'], certificate: CERTIFICATE } },
      `distribution.aliases[1]: expected ${ALIAS}, got "example"`,
    ],
    [
      { distribution: { aliases: ['www.*.com'], certificate: CERTIFICATE } },
      `distribution.aliases[0]: expected ${ALIAS}, got "www.*.com"`,
    ],
    [
      { distribution: { aliases: ['www.example.com'] } },
      'distribution.certificate: expected one for the aliases, got null',
    ],
    [
      { distribution: { certificate: CERTIFICATE.replace('us-east-1', 'eu-west-1') } },
      `distribution.certificate: expected ${IN_US_EAST_1}, got "${CERTIFICATE.replace('us-east-1', 'eu-west-1')}"`,
    ],
    [
      { distribution: { minimumTls: 'TLSv1.2_2021' } },
      'distribution.minimumTls: expected none without a certificate: CloudFront\'s own domain name takes TLSv1 and newer, got "TLSv1.2_2021"',
    ],
    [
      { distribution: { certificate: CERTIFICATE, minimumTls: 'TLSv1.1_2016' } },
      'distribution.minimumTls: expected one of TLSv1.2_2021, TLSv1.2_2025, TLSv1.3_2025, got "TLSv1.1_2016"',
    ],
    [
      { distribution: { webAcl: WEB_ACL.replace('global', 'regional') } },
      `distribution.webAcl: expected the ARN of a global web ACL, which is in us-east-1, got "${WEB_ACL.replace('global', 'regional')}"`,
    ],
    [{ api: {} }, 'api.domain: expected a domain name such as api.example.com, got nothing'],
    [
      { api: { domain: 'https://api.example.com' } },
      'api.domain: expected a domain name such as api.example.com, got "https://api.example.com"',
    ],
    [
      { api: { domain: '*.example.com' } },
      'api.domain: expected a domain name such as api.example.com, got "*.example.com"',
    ],
    [
      { api: { domain: 'api.example.com', path: '/v?/*' } },
      'api.path: expected a pattern without "?", which an encoded character does not match, got "/v?/*"',
    ],
    [{ logs: { days: 0 } }, 'logs.days: expected a whole number from 1 to 3650, got 0'],
    [{ logs: { cookies: true } }, 'logs.cookies: expected one of days, queryStrings, got "cookies"'],
    [{ monitoring: { email: 'ops' } }, 'monitoring.email: expected an address such as ops@example.com, got "ops"'],
    [{ monitoring: { topics: ['ops'] } }, 'monitoring.topics[0]: expected the ARN of an SNS topic, got "ops"'],
    [
      { monitoring: { errorRatePercent: 0 } },
      'monitoring.errorRatePercent: expected a whole number from 1 to 100, got 0',
    ],
    [{ deploy: { distribution: 'no' } }, 'deploy.distribution: expected one of create, none, got "no"'],
    [{ deploy: { buckets: 'keep' } }, 'deploy.buckets: expected one of create, existing, got "keep"'],
  ])('%j', (settings, message) => {
    expect(() => parseDeployment(settings)).toThrow(expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message }));
  });
});
