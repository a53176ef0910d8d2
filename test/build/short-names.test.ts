/** The names that the CloudFront Function's bundle shortens are nobody else's. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SHORT_NAMES, shortened } from '../../build/short-names.ts';
import { AWS_REGIONS } from '../../config/aws-regions.ts';
import { viewerRequest } from '../support/events.ts';
import { describeNjs, runNjs } from '../support/njs.ts';

/** Of an event, with all that CloudFront may add, which the builder leaves out. */
const EVENT = [
  ...namesIn(viewerRequest({ query: 'page=1', headers: { accept: ['*/*', 'text/html'] }, cookies: { theme: 'dark' } })),
  ...[
    'endpoint',
    'response',
    'attributes',
    'multiValue',
    'statusCode',
    'statusDescription',
    'body',
    'encoding',
    'data',
  ],
];

const CLAIMS = [
  'exp',
  'nbf',
  'iat',
  'iss',
  'aud',
  'sub',
  'sid',
  'jti',
  'res',
  'not',
  'ip',
  'geo',
  'hdr',
  'names',
  'sha256',
];

/** RFC 7515, section 4.1. */
const TOKEN_HEADER = ['alg', 'typ', 'kid', 'crit', 'cty', 'jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256'];

const STORE = [
  'state',
  'keys',
  'drained',
  'kvs',
  'get',
  'exists',
  'count',
  'meta',
  'format',
  'keyCount',
  'lastUpdatedDateTime',
  'creationDateTime',
];

/** Of the module `cloudfront`, and of what it takes. */
const MODULE = [
  ...['edgeLocation', 'name', 'serverIp', 'region', 'logCustomData', 'cwt', 'rawQueryString'],
  ...['createRequestOriginGroup', 'selectRequestOriginById', 'updateRequestOrigin'],
  ...['originIds', 'originId', 'failoverCriteria', 'selectionCriteria', 'statusCodes', 'originOverrides'],
  ...['domainName', 'hostHeader', 'sni', 'allowedCertificateNames', 'originPath', 'customHeaders'],
  ...['connectionAttempts', 'originShield', 'originAccessControl', 'timeouts', 'originGroup'],
];

const LOG = ['edgekeeper', 'verdict', 'reason', 'status', 'path'];

/** What the engine's own objects have. */
const OBJECTS = `[String, Array, Object, Function, RegExp, Promise, Number, Boolean, Date, Error, Symbol, Uint8Array, ArrayBuffer, Buffer]`;
const ENGINE = `(function () {
  var names = [];
  function add(object) { names = names.concat(Object.getOwnPropertyNames(object)); }
  ${OBJECTS}.forEach(function (one) { add(one); add(one.prototype); });
  [Math, JSON, console, /a/.exec('a'), Object.getPrototypeOf(Uint8Array.prototype)].forEach(add);
  return names;
})()`;

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...namesIn(item)]);
}

/** Neither what is written short nor what it is written as. */
function expectNoneAmong(names: readonly string[]): void {
  expect(names.length).toBeGreaterThan(0);
  const ours = new Set([...Object.keys(SHORT_NAMES), ...Object.values(SHORT_NAMES)]);
  expect(names.filter((name) => ours.has(name))).toEqual([]);
}

describe('none of the names is', () => {
  test.each(Object.entries({ EVENT, CLAIMS, TOKEN_HEADER, STORE, MODULE, LOG }))('one of %s', (_, names) => {
    expectNoneAmong(names);
  });

  test('one of the AWS regions, by which the routes are named', () => {
    expectNoneAmong(Object.keys(AWS_REGIONS));
  });

  test("one of V8's own objects", () => {
    // biome-ignore lint/security/noGlobalEval: the text is this file's, and the other engine's too
    expectNoneAmong(eval(ENGINE));
  });

  describeNjs('in njs', () => {
    test.each([
      { whose: 'the engine', names: ENGINE },
      {
        whose: 'crypto',
        names: `[crypto, crypto.createHash('sha256'), crypto.createHmac('sha256', 'key')].reduce(function (names, object) {
          return names.concat(Object.getOwnPropertyNames(object), Object.getOwnPropertyNames(Object.getPrototypeOf(object)));
        }, [])`,
      },
    ])("one of $whose's own objects", ({ names }) => {
      const script = `import crypto from 'crypto'; ${names}.forEach(function (name) { console.log(String(name)); });`;
      expectNoneAmong(runNjs(script).trim().split('\n'));
    });
  });
});

test('no two names are written the same', () => {
  const short = Object.values(SHORT_NAMES);
  expect(new Set(short).size).toBe(short.length);
  expect(short.filter((name) => !/^[A-Za-z]$/.test(name))).toEqual([]);
});

test('each name is one that our code has', () => {
  const files = ['access/statement', 'access/resource', 'access/source-ip', 'access/token', 'config'];
  const code = files.map((file) => readFileSync(`shared/${file}.ts`, 'utf8')).join('');
  expect(Object.keys(SHORT_NAMES).filter((name) => !new RegExp(`^  readonly ${name}\\??:`, 'm').test(code))).toEqual(
    [],
  );
});

test('settings are written short all the way down', () => {
  expect(shortened([{ cors: { origins: ['origins'], path: null }, geo: true }, 7])).toEqual([
    { O: { o: ['origins'], path: null }, geo: true },
    7,
  ]);
});
