/** When no region can serve: one answer, whether both answer with an error or neither can be reached. */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/fault.ts';
import { answerAtEdge, UNAVAILABLE_PATH } from '../../shared/failover/answers.ts';
import { type Answer, type Asked, ask, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { askedOver } from '../support/failing-origins.ts';
import { startOriginServer } from '../support/origin-server.ts';
import { ALL_METHODS, customOrigin } from '../support/template.ts';
import { token } from '../support/tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = String(answerAtEdge(UNAVAILABLE_PATH, 30).body);

let bench: TestBench;
beforeAll(async () => {
  bench = await testBench(ROOT);
}, 60_000);
afterAll(() => bench.close());

async function broken(...faults: readonly Fault[]): Promise<TestEdge> {
  const edge = await bench.start();
  await setFaults(edge, faults);
  return edge;
}

async function setFaults(edge: TestEdge, [primary, secondary = primary]: readonly (Fault | null)[]): Promise<void> {
  await edge.buckets.get('us-east-1')?.setFault(primary ?? null);
  await edge.buckets.get('eu-west-1')?.setFault(secondary ?? null);
}

const status = (code: number): Fault => ({ kind: 'status', status: code });

/** What the viewer sees, without what differs between any two answers. */
function seen({ status, headers, body }: Answer) {
  const told = [
    'accept-ranges',
    'cache-control',
    'content-length',
    'content-range',
    'content-type',
    'etag',
    'last-modified',
    'referrer-policy',
    'retry-after',
    'strict-transport-security',
    'x-cache',
    'x-content-type-options',
    'x-frame-options',
  ];
  return { status, body, headers: Object.fromEntries(told.map((name) => [name, headers[name]])) };
}

const THE_ANSWER = {
  status: 503,
  body: PAGE,
  headers: {
    'cache-control': 'no-store',
    'content-length': String(PAGE.length),
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'retry-after': '30',
    'strict-transport-security': 'max-age=63072000',
    'x-cache': 'Error from cloudfront',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
  },
};

const REQUESTS: Readonly<Record<string, Asked>> = {
  GET: {},
  HEAD: { method: 'HEAD' },
  'GET of a range': { headers: { range: 'bytes=0-3' } },
  'GET of what would not be there': { headers: { range: 'bytes=100000-' } },
  'GET if it has changed': { headers: { 'if-none-match': '"1"' } },
  'GET if there is none': { headers: { 'if-none-match': '*' } },
  'GET if it has changed since': { headers: { 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' } },
  'GET if it is that one': { headers: { 'if-match': '"1"', range: 'bytes=0-3' } },
  'HEAD if it has changed': { method: 'HEAD', headers: { 'if-none-match': '"1"' } },
};

describe('no region can serve', () => {
  test.each<{ name: string; faults: readonly Fault[] }>([
    ...[500, 502, 503, 504].map((code) => ({ name: `both answer ${code}`, faults: [status(code), status(code)] })),
    { name: 'an error, then no connection', faults: [status(500), { kind: 'refuse' }] },
    { name: 'no connection, then an error', faults: [{ kind: 'refuse' }, status(500)] },
    { name: 'access denied, then no connection', faults: [status(403), { kind: 'refuse' }] },
    { name: 'no connection, then no answer', faults: [{ kind: 'refuse' }, { kind: 'hang' }] },
    ...(['refuse', 'dns', 'tls', 'reset', 'down', 'hang'] as const).map((kind) => ({
      name: `both: ${kind}`,
      faults: [{ kind }, { kind }],
    })),
  ])('$name: the one answer to every request', async ({ faults }) => {
    const edge = await broken(...faults);
    for (const [name, request] of Object.entries(REQUESTS)) {
      const target = `/${name.replaceAll(' ', '-')}`;
      const answer = await askedOver(edge, target, request, faults);
      const expected = request.method === 'HEAD' ? { ...THE_ANSWER, body: '' } : THE_ANSWER;
      expect(seen(answer), name).toEqual(expected);
      const attempts = edge.requests.at(-1)?.attempts.map(({ originId }) => originId);
      expect(attempts, name).toEqual(['us-east-1', 'eu-west-1']);
    }
    expect(edge.lines).toEqual([]);
  });

  test.each<{ name: string; fault: Fault }>([
    { name: 'both answer 500', fault: status(500) },
    { name: 'both refuse', fault: { kind: 'refuse' } },
  ])('$name: the one answer again, from the cache or not', async ({ fault }) => {
    const edge = await broken(fault);
    await ask(edge.url, '/film.mp4');
    for (const [name, request] of Object.entries(REQUESTS)) {
      const expected = request.method === 'HEAD' ? { ...THE_ANSWER, body: '' } : THE_ANSWER;
      expect(seen(await ask(edge.url, '/film.mp4', request)), name).toEqual(expected);
    }
  });

  test.each<{ fault: Fault; told: object }>([
    {
      fault: status(502),
      told: {
        'x-origin-region': 'eu-west-1',
        'x-origin-role': 'secondary',
        'proxy-status': expect.stringContaining(';received-status=502;'),
      },
    },
    { fault: { kind: 'refuse' }, told: {} },
  ])('$fault: who answered is told where somebody did', async ({ fault, told }) => {
    const { headers } = await ask((await broken(fault)).url, '/film.mp4');
    const ofFetch = Object.entries(headers).filter(([name]) => /^(x-origin-|proxy-status)/.test(name));
    expect(Object.fromEntries(ofFetch)).toEqual(told);
  });

  test.each<{ fault: Fault; type: string }>([
    { fault: status(503), type: 'application/json' },
    // CloudFront shows one page for a status.
    { fault: { kind: 'refuse' }, type: 'text/html; charset=utf-8' },
  ])('$fault: what ends in .json is answered $type', async ({ fault, type }) => {
    const { status, headers } = await ask((await broken(fault)).url, '/films.json');
    expect({ status, type: headers['content-type'] }).toEqual({ status: 503, type });
    expect(headers).toMatchObject({ 'retry-after': '30', 'cache-control': 'no-store' });
  });

  test('what was cached is served, also when its time is over', async () => {
    for (const fault of [status(500), { kind: 'refuse' } as const]) {
      const edge = await bench.start();
      await ask(edge.url, '/film.mp4');
      await setFaults(edge, [fault]);
      for (const seconds of [86_399, 2]) {
        edge.clock.advance(seconds * 1000);
        expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 200, body: 'film.mp4 from us-east-1' });
      }
    }
  });

  test.each<{ fault: Fault }>([{ fault: status(500) }, { fault: { kind: 'refuse' } }])(
    '$fault: who may in is asked first',
    async ({ fault }) => {
      const edge = await broken(fault);
      const cookie = `edgekeeper=${await token({ claims: { res: '/private/*' } })}`;
      expect(await ask(edge.url, '/private/film.mp4')).toMatchObject({ status: 401 });
      expect(await ask(edge.url, '/private/film.mp4', { cookie: `${cookie}x` })).toMatchObject({ status: 403 });
      expect(await ask(edge.url, '/members/film.mp4')).toMatchObject({ status: 401 });
      expect(edge.requests.flatMap(({ attempts }) => attempts)).toEqual([]);

      const { headers, ...answer } = seen(await ask(edge.url, '/private/film.mp4', { cookie }));
      expect(answer).toEqual({ status: 503, body: PAGE });
      const control = 'private, max-age=0, must-revalidate';
      expect(headers).toEqual({ ...THE_ANSWER.headers, 'cache-control': control });
    },
  );
});

describe('what a viewer sends', () => {
  const MARK = 'eVil7';
  const text = fc
    .tuple(fc.string({ maxLength: 8 }), fc.constantFrom('', '"', '<script>', '\\', '%0d%0a', ';', ','))
    .map((parts) => parts.join(MARK));

  test.each<{ fault: Fault | null }>([{ fault: null }, { fault: status(500) }, { fault: { kind: 'refuse' } }])(
    '$fault: is in no answer',
    async ({ fault }) => {
      const edge = await bench.start();
      await setFaults(edge, [fault]);
      const names = ['x-edgekeeper-order', 'x-edgekeeper-origin', 'proxy-status', 'via', 'x-amz-cf-id', 'referer'];
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('', '/private', '/_edgekeeper', '/_edgekeeper/unavailable.html'),
          text,
          fc.constantFrom(...names, 'range', 'if-none-match', 'cookie', 'origin', 'authorization'),
          text,
          async (folder, path, name, value) => {
            const target = `${folder}/${encodeURIComponent(path)}?${encodeURIComponent(path)}`;
            const { headers, body } = await ask(edge.url, target, { headers: { [name]: value } });
            expect(JSON.stringify([headers, body])).not.toContain(MARK);
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});

describe('recovery', () => {
  test.each<{ fault: Fault }>([{ fault: status(500) }, { fault: { kind: 'refuse' } }])(
    '$fault: seen ten seconds after the error, although viewers may not store it',
    async ({ fault }) => {
      const edge = await broken(fault);
      await ask(edge.url, '/film.mp4');
      await setFaults(edge, [null]);
      edge.clock.advance(9_999);
      expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 503 });
      expect(edge.requests.at(-1)?.attempts).toEqual([]);
      edge.clock.advance(1);
      expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 200, headers: { 'x-origin-role': 'primary' } });
    },
  );
});

describe('the error page', () => {
  test('is made once a minute, however many ask', async () => {
    const edge = await broken({ kind: 'refuse' });
    const ages: unknown[] = [];
    for (const [index, ms] of [0, 1000, 58_999, 1, 59_999, 1].entries()) {
      edge.clock.advance(ms);
      const { status, headers } = await ask(edge.url, `/${index}`);
      expect(status).toBe(503);
      ages.push(headers.age);
    }
    // Without an age it was made for this very answer.
    expect(ages).toEqual([undefined, '1', '59', undefined, '59', undefined]);
  });

  test('may be asked for by anybody, and is the page that is shown', async () => {
    const edge = await bench.start();
    const { status, headers, body } = await ask(edge.url, UNAVAILABLE_PATH);
    expect({ status, body }).toEqual({ status: 200, body: PAGE });
    expect(headers).toMatchObject({ 'x-cache': 'LambdaGeneratedResponse from cloudfront', 'retry-after': '30' });
    expect(edge.requests[0]?.attempts).toEqual([]);
  });

  test.each<{ target: string; asked?: Asked; expected: number }>([
    { target: `${UNAVAILABLE_PATH}?<script>`, expected: 200 },
    { target: '/_edgekeeper/', expected: 404 },
    { target: '/_edgekeeper/x', asked: { method: 'HEAD' }, expected: 404 },
    { target: `${UNAVAILABLE_PATH}/`, expected: 404 },
    { target: '/_edgekeeper/Unavailable.html', expected: 404 },
    { target: '/_edgekeeper/unavailable%2ehtml', expected: 404 },
    { target: '/_edgekeeper//unavailable.html', expected: 404 },
    { target: '/_edgekeeper/%2e%2e/private/film.mp4', expected: 404 },
    { target: '/_edgekeeper/../private/film.mp4', expected: 400 },
    { target: UNAVAILABLE_PATH, asked: { method: 'POST', body: 'x' }, expected: 403 },
    { target: UNAVAILABLE_PATH, asked: { method: 'OPTIONS' }, expected: 403 },
  ])('$target $asked is $expected', async ({ target, asked, expected }) => {
    const edge = await bench.start();
    const { status, body } = await ask(edge.url, target, asked);
    expect(status).toBe(expected);
    if (expected === 404) expect(body).toBe(asked?.method === 'HEAD' ? '' : 'Not found\n');
    expect(edge.requests.flatMap(({ attempts }) => attempts)).toEqual([]);
  });

  test('has an origin that nothing stands in for, which nobody needs to hear of', async () => {
    expect((await bench.start()).notices.filter((notice) => notice.startsWith('origin '))).toEqual([]);
  });
});

describe('a missing object', () => {
  test.each(Object.entries(REQUESTS))('is 404, %s', async (_, request) => {
    const edge = await broken(status(403));
    for (const _ of ['fresh', 'cached']) {
      const { status, headers, body } = await ask(edge.url, '/missing', request);
      expect({ status, body }).toEqual({ status: 404, body: request.method === 'HEAD' ? '' : 'Not found\n' });
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(headers).not.toHaveProperty('retry-after');
    }
  });
});

describe('another origin of the distribution', () => {
  test.each([
    { answered: 400, shown: 400 },
    { answered: 404, shown: 404 },
    { answered: 500, shown: 500 },
    { answered: 503, shown: 503 },
    // Custom error responses are for the whole distribution.
    { answered: 502, shown: 503, body: PAGE },
    { answered: 504, shown: 503, body: PAGE },
  ])('its own $answered is $shown', async ({ answered, shown, body = 'of the API' }) => {
    const api = await startOriginServer((_, response) => response.writeHead(answered).end('of the API'));
    const origins = { ...bench.folders, api: api.url };
    const { url } = await bench.start({ template: withApi(bench.template), origins });
    expect(await ask(url, '/api/films')).toMatchObject({ status: shown, body });
    await api.close();
  });
});

/** As an operator would add one: no function, no cache, no origin group. */
function withApi(compiled: unknown): unknown {
  const template = structuredClone(compiled) as {
    Resources: {
      Distribution: { Properties: { DistributionConfig: { Origins: object[]; CacheBehaviors: object[] } } };
    };
  };
  const { Origins, CacheBehaviors } = template.Resources.Distribution.Properties.DistributionConfig;
  Origins.push(customOrigin('api'));
  CacheBehaviors.push({
    PathPattern: '/api/*',
    TargetOriginId: 'api',
    ViewerProtocolPolicy: 'https-only',
    AllowedMethods: ALL_METHODS,
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  });
  return template;
}
