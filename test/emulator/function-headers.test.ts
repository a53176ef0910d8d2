/** Which headers a function at each event may see and write: reference, section 1.9. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { ALL_METHODS, customOrigin, type TemplateInit, template } from '../support/template.ts';

const HANDLER = 'functions/lambda-edge/headers.handler';

/** `/add/x-a`, `/edit/x-a`, `/delete/x-a`, `/see`: what is done to a header of the request, or of the response where there is one. */
const BUNDLES = {
  'headers.js': `exports.handler = async (event) => {
    const { request, response } = event.Records[0].cf;
    const { headers } = response ?? request;
    const [, verb, name] = request.uri.split('/');
    if (verb === 'see') console.log(JSON.stringify(Object.keys(headers)));
    if (verb === 'add' || verb === 'edit') headers[name] = [{ value: 'x' }];
    if (verb === 'delete') delete headers[name];
    return response ?? request;
  };`,
};
const SCRIPT = `function handler(event) {
  const changed = event.response || event.request;
  const headers = changed.headers;
  const parts = event.request.uri.split('/');
  if (parts[1] === 'see') console.log(JSON.stringify(Object.keys(headers)));
  if (parts[1] === 'add' || parts[1] === 'edit') headers[parts[2]] = { value: 'x' };
  if (parts[1] === 'delete') delete headers[parts[2]];
  return changed;
}`;

/** What the viewer sends with each request, and the origin with each answer. */
const SENT = {
  'accept-encoding': 'identity',
  'cdn-loop': 'cdn',
  'if-match': '"1"',
  'if-modified-since': 'Thu, 01 Jan 2026 12:00:00 GMT',
  'if-none-match': '"1"',
  'if-range': '"1"',
  'if-unmodified-since': 'Thu, 01 Jan 2026 12:00:00 GMT',
  'user-agent': 'curl',
  via: '1.1 proxy',
};
const ANSWERED = {
  'content-length': '4',
  'content-encoding': 'identity',
  via: '1.1 proxy',
  warning: '299 - "x"',
  'x-a': '1',
};

interface Event {
  readonly name: string;
  readonly init: TemplateInit;
  readonly failure: string;
  readonly readOnly: readonly string[];
  /** Read-only at another event, and not at this one. */
  readonly writable: readonly string[];
  /** Of both, what the message has before the function runs; the function can only add the others. */
  readonly present: readonly string[];
}

const FUNCTION = 'FunctionValidationError from cloudfront';
const LAMBDA = 'LambdaValidationError from cloudfront';
const at = (event: string): TemplateInit => ({ lambdas: { [event]: HANDLER } });

const VIEWER_REQUEST = {
  readOnly: ['cdn-loop', 'content-length', 'host', 'transfer-encoding', 'via'],
  writable: ['accept-encoding', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'warning'],
  present: [...Object.keys(SENT), 'content-length', 'host'],
};
const EVENTS: readonly Event[] = [
  { name: 'CloudFront Functions, viewer request', init: { code: SCRIPT }, failure: FUNCTION, ...VIEWER_REQUEST },
  { name: 'Lambda@Edge, viewer request', init: at('viewer-request'), failure: LAMBDA, ...VIEWER_REQUEST },
  {
    name: 'Lambda@Edge, origin request',
    init: at('origin-request'),
    failure: LAMBDA,
    readOnly: [
      'accept-encoding',
      'cdn-loop',
      'content-length',
      'if-modified-since',
      'if-none-match',
      'if-range',
      'if-unmodified-since',
      'transfer-encoding',
      'via',
    ],
    writable: ['host', 'if-match', 'warning'],
    present: [...Object.keys(SENT), 'content-length'],
  },
  {
    name: 'Lambda@Edge, origin response',
    init: at('origin-response'),
    failure: LAMBDA,
    readOnly: ['transfer-encoding', 'via'],
    writable: ['cdn-loop', 'content-encoding', 'content-length', 'host', 'warning'],
    present: Object.keys(ANSWERED),
  },
  {
    name: 'Lambda@Edge, viewer response',
    init: at('viewer-response'),
    failure: LAMBDA,
    readOnly: ['content-encoding', 'content-length', 'transfer-encoding', 'via', 'warning'],
    writable: ['cdn-loop', 'host', 'x-a'],
    // CloudFront has taken `via` out by then.
    present: ['content-encoding', 'content-length', 'warning', 'x-a'],
  },
  {
    name: 'CloudFront Functions, viewer response',
    init: { scripts: { 'viewer-response': SCRIPT } },
    failure: FUNCTION,
    readOnly: ['via', 'warning'],
    writable: ['cdn-loop', 'content-encoding', 'content-length', 'host', 'x-a'],
    present: ['content-encoding', 'content-length', 'warning', 'x-a'],
  },
];

/** Those with `*` by one of their kind. */
const DISALLOWED = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
  'x-accel-buffering',
  'x-accel-charset',
  'x-accel-limit-rate',
  'x-accel-redirect',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'x-amz-cf-x',
  'x-amzn-auth',
  'x-amzn-cf-billing',
  'x-amzn-cf-id',
  'x-amzn-cf-xff',
  'x-amzn-errortype',
  'x-amzn-fle-profile',
  'x-amzn-header-count',
  'x-amzn-header-order',
  'x-amzn-lambda-integration-tag',
  'x-amzn-requestid',
  'x-cache',
  'x-edge-x',
  'x-forwarded-proto',
  'x-real-ip',
  'cloudfront-viewer-cert-pem',
  'client-cert',
  'client-cert-chain',
];

/** Names near those. */
const ALLOWED = ['x-amz-cfx', 'x-amzn-x', 'x-edgex', 'x-accel-x', 'x-cached', 'x-forwarded-host', 'client-certs'];

let bench: TestBench;
let origin: OriginServer;
beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
  origin = await startOriginServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, ANSWERED).end('film'));
  });
});
afterAll(() => Promise.all([bench.close(), origin.close()]));

describe.each(EVENTS)('$name', ({ init, failure, readOnly, writable, present }) => {
  let edge: TestEdge;
  beforeAll(async () => {
    edge = await bench.start({ template: templateOf(init), origins: { custom: origin.url } });
  });

  const refused = { status: 502, xCache: failure, page: true };
  const taken = { status: 200, xCache: 'Miss from cloudfront', page: false };
  const verbs = (name: string) => (present.includes(name) ? ['edit', 'delete'] : ['add']);
  const rowsOf = (names: readonly string[], expected: object): Row<string, object>[] =>
    names.flatMap((name) => verbs(name).map((verb) => ({ request: `/${verb}/${name}`, expected, see: '1.9' })));
  const added = (names: readonly string[], expected: object): Row<string, object>[] =>
    names.map((name) => ({ request: `/add/${name}`, expected, see: '1.9' }));

  test.each([
    ...documented([
      ...rowsOf(readOnly, refused),
      ...rowsOf(writable, taken),
      ...added(DISALLOWED, refused),
      ...added(ALLOWED, taken),
      { request: '/add/X-Upper', expected: refused, see: '1.1' },
    ]),
    ...decided([{ request: '/add/a(b', expected: refused, see: 'fidelity' }]),
  ])('$kind: $request is $expected.status ($see)', async ({ request, expected }) => {
    const { status, headers, body } = await ask(edge.url, request, { method: 'POST', headers: SENT, body: 'film' });
    const page = body.includes('<TITLE>ERROR: The request could not be satisfied</TITLE>');
    expect({ status, xCache: headers['x-cache'], page }).toEqual(expected);
  });

  test('documented: what is disallowed is hidden, and no more than that (1.9)', async () => {
    const framing = ['connection', 'expect', 'keep-alive', 'trailer', 'upgrade'];
    const names = DISALLOWED.filter((name) => !framing.includes(name));
    const all = Object.fromEntries([...names, ...ALLOWED].map((name) => [name, 'x']));
    await ask(edge.url, '/see', { method: 'POST', headers: { ...SENT, ...all }, body: 'film' });
    const seen: string[] = JSON.parse(edge.lines.at(-1) ?? '');
    expect(seen.filter((name) => DISALLOWED.includes(name))).toEqual([]);
    expect(seen).toEqual(expect.arrayContaining([...present]));
  });
});

describe('the case of a name', () => {
  const addingBoth = `exports.handler = async ({ Records: [{ cf: { request } }] }) => {
    request.headers['x-lambda'] = [{ key: 'x-LAMBDA', value: '1' }];
    request.headers['x-no-key'] = [{ value: '1' }];
    return request;
  };`;
  const SCRIPT_ADDING = 'function handler(e) { e.request.headers["x-script-own"] = { value: "1" }; return e.request; }';

  test.each([
    ...documented([
      { request: { code: SCRIPT_ADDING }, expected: ['X-Script-Own', 'X-From-Viewer'], see: '1.1' },
      { request: at('origin-request'), expected: ['x-LAMBDA', 'X-No-Key', 'X-FROM-viewer'], see: '3.1' },
      { request: {}, expected: ['X-FROM-viewer'], see: '1.9' },
    ]),
  ])('$kind: of $request is, at the origin, $expected ($see)', async ({ request, expected }) => {
    const other = await plainBench(template(), { 'headers.js': addingBoth });
    const edge = await other.start({ template: templateOf(request), origins: { custom: origin.url } });
    await ask(edge.url, '/', { headers: { 'X-FROM-viewer': '1' } });
    await other.close();
    const names = origin.received.at(-1)?.rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names).toEqual(expect.arrayContaining(expected));
  });
});

/** All that the viewer sends goes to the origin. */
function templateOf(init: TemplateInit) {
  return template({
    ...init,
    behavior: {
      TargetOriginId: 'custom',
      AllowedMethods: ALL_METHODS,
    },
    originRequestPolicy: { HeadersConfig: { HeaderBehavior: 'allViewer' } },
    distribution: { Origins: [customOrigin('custom')], OriginGroups: undefined },
  });
}
