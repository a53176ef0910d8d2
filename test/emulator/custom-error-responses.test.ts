/** Custom error responses: which errors they are for, and what becomes of their page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/fault.ts';
import { readTemplate } from '../../emulator/template.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { decided, documented, observed, type Row } from '../support/rows.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

const PAGE = '/errors/sorry.html?lang=en';

let bench: TestBench;
let pages: OriginServer;
let films: OriginServer;
beforeAll(async () => {
  pages = await startOriginServer(({ method, url, headers }, response) => {
    const status = url?.startsWith('/errors/gone') ? 410 : 200;
    response
      .writeHead(status, { 'content-type': 'text/plain', 'x-page': 'yes' })
      .end(`${method} ${url}${headers.range ?? ''}`);
  });
  films = await startOriginServer(({ url = '' }, response) => {
    response.writeHead(Number(url.slice(1, 4)) || 200, { 'x-films': 'yes' }).end(`films ${url}`);
  });
  bench = await plainBench(template(), {
    'says.js': 'exports.handler = async () => ({ status: "404", body: "says" });',
    'throws.js': 'exports.handler = async () => { throw new Error("x"); };',
  });
});
afterAll(async () => {
  await Promise.all([bench.close(), pages.close(), films.close()]);
});

interface Setting {
  readonly ErrorCode: number;
  readonly ResponsePagePath?: string;
  readonly ResponseCode?: number | string;
  readonly ErrorCachingMinTTL?: number;
}

/** Films from one origin, error pages from another, whose behavior forwards query strings. */
function overFilms(settings: readonly Setting[], init: Parameters<typeof template>[0] = {}) {
  return template({
    ...init,
    behavior: { TargetOriginId: 'films', ...init.behavior },
    originRequestPolicy: { QueryStringsConfig: { QueryStringBehavior: 'all' } },
    distribution: {
      Origins: [customOrigin('films'), customOrigin('pages')],
      OriginGroups: undefined,
      CacheBehaviors: [
        {
          PathPattern: '/errors/*',
          TargetOriginId: 'pages',
          ViewerProtocolPolicy: 'https-only',
          CachePolicyId: { Ref: 'CachePolicy' },
          OriginRequestPolicyId: { Ref: 'OriginRequestPolicy' },
        },
      ],
      CustomErrorResponses: settings,
    },
  });
}

const started = (input: unknown): Promise<TestEdge> =>
  bench.start({ template: input, origins: { films: films.url, pages: pages.url } });

const page = (ErrorCode: number, ResponseCode: number, ResponsePagePath = PAGE): Setting => ({
  ErrorCode,
  ResponseCode,
  ResponsePagePath,
});

const setFault = (edge: TestEdge, id: string, fault: Fault) =>
  ask(edge.control, `/origins/${id}/fault`, { method: 'PUT', body: JSON.stringify(fault) });

/** The methods of a CloudFront Function that answers, and of one that throws. */
const ANSWERING = 'function handler() { return { statusCode: 404, statusDescription: "Not Found" }; }';
const THROWING = 'function handler() { throw new Error("x"); }';

describe('a custom error response', () => {
  interface Failing {
    readonly name: string;
    readonly setting: Setting;
    readonly target?: string;
    readonly asked?: Asked;
    readonly init?: Parameters<typeof template>[0];
    readonly fault?: Fault;
  }
  interface Expected {
    readonly status: number;
    readonly body: string | RegExp;
  }
  const paged = (status: number): Expected => ({ status, body: `GET ${PAGE}` });
  const on404 = { setting: page(404, 200), target: '/404' };
  const RANGE: Asked = { headers: { range: 'bytes=0-1' } };
  const writing = { behavior: { AllowedMethods: ALL_METHODS } };
  const throwing = { handler: 'functions/lambda-edge/throws.handler' };

  test.each([
    ...documented<Row<Failing, Expected>>([
      {
        request: { name: 'an error of the origin', setting: page(404, 404), target: '/404' },
        expected: paged(404),
        see: '7.3',
      },
      { request: { name: 'under another status', ...on404 }, expected: paged(200), see: '7.3' },
      {
        request: { name: 'of another code', setting: page(404, 200), target: '/403' },
        expected: { status: 403, body: 'films /403' },
        see: '7.3',
      },
      {
        request: { name: 'no error', setting: page(404, 200), target: '/302' },
        expected: { status: 302, body: 'films /302' },
        see: '7.3',
      },
      {
        request: {
          name: 'a write',
          setting: page(403, 200),
          target: '/403',
          init: writing,
          asked: { method: 'POST', body: 'x' },
        },
        expected: paged(200),
        see: '7.3',
      },
      {
        request: { name: "CloudFront's own 502", setting: page(502, 503), fault: { kind: 'refuse' } },
        expected: paged(503),
        see: '4.3',
      },
      {
        request: { name: "CloudFront's own 504", setting: page(504, 503), fault: { kind: 'down' } },
        expected: paged(503),
        see: '4.3',
      },
      {
        request: { name: 'what a CloudFront Function answers', setting: page(404, 200), init: { code: ANSWERING } },
        expected: { status: 404, body: '' },
        see: '1.2',
      },
      {
        request: {
          name: 'a page that its own origin has not',
          setting: page(404, 200, '/errors/gone'),
          target: '/404',
        },
        expected: { status: 410, body: 'GET /errors/gone' },
        see: '7.3',
      },
    ]),
    ...observed<Row<Failing, Expected>>([
      {
        request: { name: 'HEAD', ...on404, asked: { method: 'HEAD' } },
        expected: { status: 200, body: '' },
        see: '7.3',
      },
      {
        request: { name: 'a range, which is not asked of the page', ...on404, asked: RANGE },
        expected: paged(200),
        see: '7.3 without the headers of the viewer',
      },
    ]),
    ...decided<Row<Failing, Expected>>([
      {
        request: { name: 'a refused method', setting: page(403, 200), asked: { method: 'PUT', body: 'x' } },
        expected: paged(200),
        see: 'fidelity; 7.3',
      },
      {
        request: { name: 'a CloudFront Function that throws', setting: page(503, 200), init: { code: THROWING } },
        expected: { status: 503, body: /503 ERROR/ },
        see: 'fidelity; 1.2',
      },
      {
        request: { name: 'a Lambda@Edge function that throws', setting: page(503, 200), init: throwing },
        expected: { status: 503, body: /503 ERROR/ },
        see: 'fidelity; 1.2',
      },
      {
        request: { name: 'a page in the behavior that fails', setting: page(404, 200, '/404'), target: '/404' },
        expected: { status: 404, body: 'films /404' },
        see: 'fidelity; 7.3',
      },
    ]),
  ])('$kind: $request.name: $expected.status ($see)', async ({ request, expected }) => {
    const { setting, target = '/200', asked = {}, init = {}, fault } = request;
    const { status, body } = expected;
    const edge = await started(overFilms([setting], init));
    if (fault !== undefined) await setFault(edge, 'films', fault);
    const answering = ask(edge.url, target, asked);
    if (fault?.kind === 'down') {
      await edge.clock.whenPending(2000);
      edge.clock.advance(2000);
    }
    const answer = await answering;
    expect(answer.status).toBe(status);
    if (typeof body === 'string') expect(answer.body).toBe(body);
    else expect(answer.body).toMatch(body);
    if (body === `GET ${PAGE}`) {
      expect(answer.headers).toMatchObject({ 'x-cache': 'Error from cloudfront', 'x-page': 'yes' });
      expect(answer.headers).not.toHaveProperty('x-films');
    }
  });

  test('whose page cannot be reached is answered by CloudFront (7.3)', async () => {
    const edge = await started(overFilms([page(404, 200), page(502, 200)]));
    await setFault(edge, 'pages', { kind: 'refuse' });
    const { status, body } = await ask(edge.url, '/404');
    expect({ status, isOwn: body.includes('502 ERROR') }).toEqual({ status: 502, isOwn: true });
  });

  test('is not asked for again while error and page are cached, and no longer (7.3)', async () => {
    const edge = await started(overFilms([{ ...page(404, 200), ErrorCachingMinTTL: 30 }]));
    const seen = async () => {
      const before = [films.received.length, pages.received.length];
      expect(await ask(edge.url, '/404')).toMatchObject({ status: 200, body: `GET ${PAGE}` });
      return [films.received.length - (before[0] ?? 0), pages.received.length - (before[1] ?? 0)];
    };
    expect(await seen()).toEqual([1, 1]);
    edge.clock.advance(29_999);
    expect(await seen()).toEqual([0, 0]);
    edge.clock.advance(1);
    expect(await seen()).toEqual([1, 0]);
  });

  /** Expected: how often the origin is asked again. */
  test.each(
    documented<Row<number, number>>([
      { request: 0, expected: 1, see: '7.3' },
      { request: 1, expected: 0, see: '7.3' },
    ]),
  )('$kind: without a page sets the time alone: $request s ($see)', async ({ request, expected }) => {
    const edge = await started(overFilms([{ ErrorCode: 500, ErrorCachingMinTTL: request }]));
    await ask(edge.url, '/500');
    const before = films.received.length;
    expect(await ask(edge.url, '/500')).toMatchObject({ status: 500, body: 'films /500' });
    expect(films.received.length - before).toBe(expected);
  });

  test('comes after failover, for the last answer (4.1)', async () => {
    const input = template({
      distribution: { CustomErrorResponses: [{ ErrorCode: 503, ResponseCode: 200, ResponsePagePath: '/x' }] },
    });
    const edge = await bench.start({ template: input });
    await edge.buckets.get('us-east-1')?.setFault({ kind: 'status', status: 503 });
    expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 200, body: 'film.mp4 from eu-west-1' });
    const missing = await ask(edge.url, '/missing');
    expect(missing.status).toBe(403);
  });
});

const ONE_OF = 'CustomErrorResponses[0].ErrorCode: expected one of 400, 403, 404';
const ANSWERED = 'CustomErrorResponses[0].ResponseCode: expected one of 200, 400, 403';
const PATH = 'CustomErrorResponses[0].ResponsePagePath: expected a path that begins with /, got';

test.each(
  documented<Row<object, string>>([
    { request: { ErrorCode: 401 }, expected: ONE_OF, see: '7.3' },
    { request: {}, expected: ONE_OF, see: '7.3' },
    { request: page(404, 302), expected: ANSWERED, see: '7.3' },
    { request: { ErrorCode: 404, ResponsePagePath: '/x' }, expected: ANSWERED, see: '7.3' },
    { request: { ErrorCode: 404, ResponseCode: 200 }, expected: `${PATH} null`, see: '7.3' },
    { request: page(404, 200, 'x'), expected: `${PATH} "x"`, see: '7.3' },
  ]),
)('$kind: $request is refused: $expected ($see)', ({ request, expected }) => {
  expect(() => readTemplate(overFilms([request as Setting]))).toThrow(expected);
});

test('what a function at the origin request answers has none, from the cache either', async () => {
  const lambdas = { 'origin-request': 'functions/lambda-edge/says.handler' };
  const edge = await started(overFilms([page(404, 200)], { lambdas }));
  for (const xCache of ['LambdaGeneratedResponse from cloudfront', 'Error from cloudfront']) {
    const { status, body, headers } = await ask(edge.url, '/film');
    expect({ status, body, xCache: headers['x-cache'] }).toEqual({ status: 404, body: 'says', xCache });
  }
});
