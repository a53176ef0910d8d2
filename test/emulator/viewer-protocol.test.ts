/** Viewers that speak HTTP: reference, sections 0, 1.2 and 6.3. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { documented } from '../support/rows.ts';
import { template } from '../support/template.ts';

const BUNDLES = {
  'viewer.js': `exports.handler = async ({ Records: [{ cf: { request, response } }] }) => {
    console.log('ran');
    return response ?? request;
  };`,
};
const HANDLER = 'functions/lambda-edge/viewer.handler';
const SCRIPT = 'function handler(event) { console.log("ran"); return event.response || event.request; }';
const KINDS = {
  'CloudFront Functions': { scripts: { 'viewer-request': SCRIPT, 'viewer-response': SCRIPT } },
  'Lambda@Edge': { lambdas: { 'viewer-request': HANDLER, 'viewer-response': HANDLER } },
};

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
});
afterAll(() => bench.close());

const host = 'www.example.com';
const page = 'The request could not be satisfied';
const moved = (title: string, target: string) => ({
  status: Number(title.slice(0, 3)),
  xCache: 'Redirect from cloudfront',
  location: `https://${host}${target}`,
  body: expect.stringContaining(`<h1>${title}</h1>`),
  lines: [],
});
const refused = { status: 403, xCache: 'Error from cloudfront', body: expect.stringContaining(page), lines: [] };
const served = {
  status: 200,
  xCache: 'Miss from cloudfront',
  body: 'film.mp4 from us-east-1',
  lines: ['ran', 'ran'],
};

describe.each(Object.entries(KINDS))('%s', (_, init) => {
  test.each<{
    request: readonly [protocol: 'http' | 'https', policy: string, target: string, asked: Asked];
    expected: object;
    kind: string;
    see: string;
  }>(
    documented([
      {
        request: ['http', 'redirect-to-https', '/film.mp4?a=%20', {}],
        expected: moved('301 Moved Permanently', '/film.mp4?a=%20'),
        see: '1.2',
      },
      {
        request: ['http', 'redirect-to-https', '/film.mp4', { method: 'HEAD' }],
        expected: { ...moved('301 Moved Permanently', '/film.mp4'), body: '' },
        see: '1.2',
      },
      {
        request: ['http', 'redirect-to-https', '/film.mp4', { method: 'POST', body: 'x' }],
        expected: moved('307 Temporary Redirect', '/film.mp4'),
        see: 'using-https-viewers-to-cloudfront',
      },
      { request: ['http', 'https-only', '/film.mp4', {}], expected: refused, see: '0' },
      { request: ['http', 'allow-all', '/film.mp4', {}], expected: served, see: '0' },
      { request: ['https', 'redirect-to-https', '/film.mp4', {}], expected: served, see: '0' },
      { request: ['https', 'https-only', '/film.mp4', {}], expected: served, see: '0' },
    ]),
  )('$kind: $request.0 and $request.1: $expected.status ($see)', async ({ request, expected }) => {
    const [viewerProtocol, ViewerProtocolPolicy, target, asked] = request;
    const behavior = {
      ViewerProtocolPolicy,
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
    };
    const edge = await bench.start({ template: template({ ...init, behavior }), viewerProtocol });
    const { status, headers, body } = await ask(edge.url, target, { ...asked, headers: { host } });
    const location = headers.location === undefined ? {} : { location: headers.location };
    expect({ status, xCache: headers['x-cache'], body, lines: edge.lines, ...location }).toEqual(expected);
  });
});
