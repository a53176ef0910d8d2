/** Quotas and ranges of what functions return, at both sides: reference, sections 1.8, 3.3 and 3.4. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { decided, documented } from '../support/rows.ts';
import { customOrigin, type TemplateInit, template } from '../support/template.ts';

const HANDLER = 'functions/lambda-edge/quotas.handler';

/** The value of the header `a` with which all headers of a response come to `bytes`; each line has 4 beside its own. */
const FILL = `function fill(headers, valueOf, bytes) {
  const used = Object.keys(headers).reduce((sum, name) => sum + name.length + valueOf(headers[name]).length + 4, 0);
  return 'x'.repeat(bytes - used - 'a'.length - 4);
}`;

/** `/status/200`, `/headers/32768`, `/body/40960`: what the function returns has that status, or is as long. */
const BUNDLES = {
  'quotas.js': `${FILL}
  exports.handler = async (event) => {
    const { request, response } = event.Records[0].cf;
    const [, what, size] = request.uri.split('/');
    const answer = response ?? { status: '200', headers: {} };
    if (what === 'status') return { ...answer, status: size };
    if (what === 'headers') {
      answer.headers.a = [{ value: fill(answer.headers, ([{ value }]) => value, Number(size)) }];
      return answer;
    }
    if (what === 'body') return { ...answer, body: 'x'.repeat(Number(size)) };
    return response ?? request;
  };`,
};
const SCRIPT = `${FILL}
function valueOf(field) { return field.value; }
function handler(event) {
  const request = event.request;
  const parts = request.uri.split('/');
  const answer = event.response || { statusCode: 200, headers: {} };
  if (parts[1] === 'status') { answer.statusCode = Number(parts[2]); return answer; }
  if (parts[1] === 'headers') {
    answer.headers.a = { value: fill(answer.headers, valueOf, Number(parts[2])) };
    return answer;
  }
  if (event.response) return answer;
  if (parts[1] === 'query') request.querystring = 'q=' + 'x'.repeat(Number(parts[2]) - request.uri.length - 3);
  if (parts[1] === 'path') request.uri = '/' + 'x'.repeat(Number(parts[2]) - 1);
  if (parts[1] === 'memory') { const kept = []; for (;;) kept.push(new Array(1000).fill(parts)); }
  return request;
}`;

const EVENTS: Readonly<Record<string, TemplateInit>> = {
  'CloudFront Functions, viewer request': { code: SCRIPT },
  'CloudFront Functions, viewer response': { scripts: { 'viewer-response': SCRIPT } },
  'Lambda@Edge, viewer request': { lambdas: { 'viewer-request': HANDLER } },
  'Lambda@Edge, origin request': { lambdas: { 'origin-request': HANDLER } },
  'Lambda@Edge, origin response': { lambdas: { 'origin-response': HANDLER } },
  'Lambda@Edge, viewer response': { lambdas: { 'viewer-response': HANDLER } },
};

let bench: TestBench;
let origin: OriginServer;
const edges = new Map<string, TestEdge>();
beforeAll(async () => {
  bench = await plainBench(template(), BUNDLES);
  origin = await startOriginServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-length': '4' }).end('film'));
  });
  for (const [name, init] of Object.entries(EVENTS)) {
    const input = template({
      ...init,
      behavior: { TargetOriginId: 'custom' },
      distribution: { Origins: [customOrigin('custom')], OriginGroups: undefined },
    });
    edges.set(name, await bench.start({ template: input, origins: { custom: origin.url } }));
  }
});
afterAll(() => Promise.all([bench.close(), origin.close()]));

const SCRIPTS = ['CloudFront Functions, viewer request', 'CloudFront Functions, viewer response'];
const GENERATED = ['Lambda@Edge, viewer request', 'Lambda@Edge, origin request'];
const AT_ORIGIN_RESPONSE = 'Lambda@Edge, origin response';

/** For each event: the largest that is taken, and what is one more or less. */
const pair = (events: readonly string[], taken: string, refused: string, status: number, see: string) =>
  events.flatMap((event) => [
    { event, request: taken, expected: status, see },
    { event, request: refused, expected: 502, see },
  ]);

test.each([
  ...documented([
    ...pair([...GENERATED, AT_ORIGIN_RESPONSE], '/status/200', '/status/199', 200, '3.4'),
    ...pair([...GENERATED, AT_ORIGIN_RESPONSE], '/status/599', '/status/600', 599, '3.4'),
    ...pair(['Lambda@Edge, viewer response'], '/status/200', '/status/201', 200, '3.4'),
    ...pair(['Lambda@Edge, viewer request'], '/body/40960', '/body/40961', 200, '3.3'),
    ...pair(['Lambda@Edge, origin request'], '/body/1048576', '/body/1048577', 200, '3.3'),
    ...pair([AT_ORIGIN_RESPONSE], '/body/1048576', '/body/1048577', 200, '3.4'),
    ...pair(['CloudFront Functions, viewer request'], '/query/8191', '/query/8192', 200, '1.8'),
    ...pair(['CloudFront Functions, viewer request'], '/path/8191', '/path/8192', 200, '1.8'),
    { event: SCRIPTS[0], request: '/memory', expected: 503, see: '1.7' },
  ]),
  ...decided([
    ...pair(SCRIPTS, '/status/200', '/status/199', 200, '1.8'),
    ...pair(SCRIPTS, '/status/599', '/status/600', 599, '1.8'),
    // The quota is documented, the status is not.
    ...pair(Object.keys(EVENTS), '/headers/32768', '/headers/32769', 200, '1.8'),
  ]),
])('$kind: $event: $request is $expected ($see)', async ({ event, request, expected }) => {
  const { status, headers } = await ask(edges.get(event ?? '')?.url ?? '', request);
  expect(status).toBe(expected);
  const kind = expected === 502 ? 'ValidationError' : expected === 503 ? 'ExecutionError' : undefined;
  if (kind !== undefined) expect(headers['x-cache']).toMatch(new RegExp(`^(Lambda|Function)${kind} from cloudfront$`));
});
