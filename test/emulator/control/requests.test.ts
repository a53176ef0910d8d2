import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { customOrigin, template } from '../../support/template.ts';
import { eventsIn, watchEvents } from '../../support/watched-events.ts';

const REWRITES = `function handler(event) {
  console.log('at ' + event.request.uri);
  if (event.request.uri === '/stop') return { statusCode: 403, statusDescription: 'Forbidden', body: 'no' };
  if (event.request.uri === '/throw') throw new Error('no');
  event.request.uri = event.request.uri.replace('/v1', '');
  return event.request;
}`;

let bench: TestBench;
let edge: TestEdge;
let control: ControlApi;
beforeAll(async () => {
  bench = await plainBench(template({ code: REWRITES, handler: 'functions/lambda-edge/note.handler' }), {
    'note.js': `exports.handler = async ({ Records: [{ cf: { request, response } }] }) => {
      response.headers['x-note'] = [{ key: 'X-Note', value: 'noted' }];
      if (request.uri === '/x') {
        console.log('deep');
        response.half = { cookies: { a: '\\ud800-half-a-character' } };
        for (let level = 0; level < 2000; level++) response.more = { more: response.more };
      }
      return response;
    };`,
  });
  edge = await bench.start();
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

interface ShownStage {
  readonly stage: string;
  readonly decision: string;
  readonly begin: number;
  readonly end: number | null;
  readonly [detail: string]: unknown;
}

async function traceOf(target: string, cookie = 'a=1') {
  await ask(edge.url, target, { cookie });
  const { requestId } = edge.requests.at(-1) ?? { requestId: '' };
  const answer = await control(`/requests/${encodeURIComponent(requestId)}`);
  const trace = JSON.parse(answer.body) as { stages: ShownStage[]; status: number; viewer: object };
  return { ...trace, steps: trace.stages.map(({ stage, decision }) => `${stage}: ${decision}`) };
}

describe('the trace of a request', () => {
  test('that is a miss has every stage, with its times', async () => {
    const { steps, stages, status, viewer } = await traceOf('/v1/film.mp4?a=1');
    expect({ status, steps }).toEqual({
      status: 200,
      steps: [
        'behavior: *',
        'host: not asked',
        'geo-restriction: not asked',
        'viewer-protocol: passed',
        'trusted-key-group: not asked',
        'viewer-request: passed on',
        'cache-lookup: miss',
        'origin-request: no function',
        'origin: asked',
        'origin-response: passed on',
        'store: stored',
        'viewer-response: no function',
        'viewer-headers: Miss from cloudfront',
      ],
    });
    expect(viewer).toMatchObject({ query: 'a=1', httpVersion: '1.1' });
    for (const { begin, end } of stages) expect(end).toBeGreaterThanOrEqual(begin);
    const of = (name: string) => stages.find(({ stage }) => stage === name);
    expect(of('behavior')).toMatchObject({ behavior: { targetOriginId: 'regional', passedOver: [] } });
    expect(of('viewer-request')).toMatchObject({
      function: { kind: 'cloudfront-function', engine: 'realm' },
      run: {
        event: { request: { uri: '/v1/film.mp4' } },
        value: { uri: '/film.mp4' },
        error: null,
        lines: ['at /v1/film.mp4'],
      },
    });
    expect(of('cache-lookup')).toMatchObject({
      reason: 'nothing is stored',
      key: { method: 'GET', path: '/film.mp4', query: null },
    });
    expect(of('origin')).toMatchObject({
      attempt: { originId: 'us-east-1', target: '/film.mp4', result: 200, isReused: false },
    });
    const { connect, firstByte, end } = Object(of('origin')?.attempt) as Record<string, number>;
    const times = [connect, firstByte, end].map(Number);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(of('origin-response')).toMatchObject({
      function: { kind: 'lambda-edge' },
      run: { value: { headers: { 'x-note': [{ key: 'X-Note', value: 'noted' }] } } },
    });
    expect(of('store')).toMatchObject({ ttl: { seconds: 86_400, rule: 'default-ttl' } });
    expect(of('viewer-headers')?.response).toMatchObject({
      status: 200,
      headers: expect.arrayContaining([{ name: 'x-note', value: 'noted' }]),
    });
  });

  test('that is a hit ends at the cache', async () => {
    const { steps, stages } = await traceOf('/v1/film.mp4');
    expect(steps.slice(5)).toEqual([
      'viewer-request: passed on',
      'cache-lookup: hit',
      'viewer-response: no function',
      'viewer-headers: Hit from cloudfront',
    ]);
    expect(stages[6]).toMatchObject({
      stored: { storedAt: '2026-01-01T12:00:00.000Z', expiresAt: '2026-01-02T12:00:00.000Z' },
    });
  });

  test('that a function answers ends there; its body is not kept', async () => {
    const { steps, stages } = await traceOf('/stop');
    expect(steps.slice(5)).toEqual([
      'viewer-request: answered',
      'viewer-headers: FunctionGeneratedResponse from cloudfront',
    ]);
    expect(stages[5]?.run).toMatchObject({ value: { statusCode: 403, body: { cut: 'a body of 2 characters' } } });
  });

  test('whose function throws says so', async () => {
    const { steps, stages } = await traceOf('/throw');
    expect(steps[5]).toBe('viewer-request: failed');
    const excerpt = REWRITES.split('\n').map((text, index) => ({ number: index + 1, text }));
    const place = { file: 'viewer-request', line: 4, column: 45, excerpt: excerpt.slice(0, 7) };
    expect(stages[5]).toMatchObject({
      reason: 'FunctionExecutionError',
      run: { value: null, error: 'Error: no', place },
    });
  });

  test('that fails over has each attempt, and why there was another', async () => {
    await control('/origins/us-east-1/fault', { method: 'PUT', body: '{"kind":"status","status":503}' });
    const { steps, stages } = await traceOf('/private/film.mp4');
    await control('/origins/us-east-1/fault', { method: 'DELETE' });
    expect(steps.filter((step) => step.startsWith('origin'))).toEqual([
      'origin-request: no function',
      'origin: asked',
      'origin-response: passed on',
      'origin-group: fails over',
      'origin-request: no function',
      'origin: asked',
      'origin-response: passed on',
    ]);
    const attempts = stages.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]));
    expect(attempts).toMatchObject([
      { originId: 'us-east-1', result: 503 },
      { originId: 'eu-west-1', result: 200 },
    ]);
    expect(stages.find(({ stage }) => stage === 'origin-group')?.reason).toContain(
      '503 is among the failover criteria',
    );
  });

  test('to an origin that refuses connections has how it failed', async () => {
    await control('/origins/us-east-1/fault', { method: 'PUT', body: '{"kind":"refuse"}' });
    const { stages } = await traceOf('/members/film.mp4');
    await control('/origins/us-east-1/fault', { method: 'DELETE' });
    const [first] = stages.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]));
    expect(first).toMatchObject({ result: 'refused', connect: null, firstByte: null, end: expect.any(Number) });
  });

  test('whose function gives back many levels has the first of them, and who watches changes nothing', async () => {
    const watched = await watchEvents(edge.control);
    const { stages, status } = await traceOf('/x');
    expect(status).toBe(200);
    expect(JSON.stringify(stages)).toContain('{"cut":"more than 100 levels"}');
    expect(JSON.stringify(stages)).toContain('"half":{"cookies":{"a":"(secret)"}}');
    expect(eventsIn(await watched.until('event: request')).map(({ name }) => name)).toEqual([
      'line',
      'line',
      'request',
    ]);
    watched.close();
  });

  test('has its own names, whatever cookies a viewer sends', async () => {
    const { stages } = await traceOf('/film.mp4', 'a=status; b=response; c=headers; d=decision');
    expect(stages.at(-1)).toMatchObject({ decision: 'Hit from cloudfront', response: { status: 200 } });
  });

  test('is there for the latest 500 requests', async () => {
    const first = edge.requests[0]?.requestId ?? '';
    expect((await control(`/requests/${first}`)).status).toBe(200);
    for (let count = edge.requests.length; count < 501; count++) await ask(edge.url, '/stop');
    expect((await control(`/requests/${first}`)).status).toBe(404);
    expect((await control(`/requests/${edge.requests.at(-500)?.requestId}`)).status).toBe(200);
  });
});

describe('the list of requests', () => {
  const listed = async (query: string) => JSON.parse((await control(`/requests${query}`)).body) as { path: string }[];

  test('is of those that are asked for', async () => {
    await ask(edge.url, '/v1/x');
    await ask(edge.url, '/missing');
    await ask(edge.url, '/stop');
    expect((await listed('')).length).toBe(500);
    expect((await listed('?limit=2')).map(({ path }) => path)).toEqual(['/missing', '/stop']);
    expect((await listed('?path=/v1/&limit=1')).map(({ path }) => path)).toEqual(['/v1/x']);
    expect((await listed('?status=2xx&limit=1')).map(({ path }) => path)).toEqual(['/v1/x']);
    expect(await listed('?status=200&path=/stop')).toEqual([]);
  });

  test.each(['?limit=0', '?limit=x', '?status=6xx', '?status=20'])('refuses %s', async (query) => {
    expect((await control(`/requests${query}`)).status).toBe(400);
  });
});

test("tells where it came from and who answered; the region's name in an origin's custom header is no secret", async () => {
  const named = customOrigin('us-east-1', {
    OriginCustomHeaders: [
      { HeaderName: 'x-edgekeeper-origin', HeaderValue: 'us-east-1' },
      { HeaderName: 'x-verify', HeaderValue: 'verified-by-this' },
    ],
  });
  const other = await bench.start({
    template: template({
      distribution: { Origins: [named], OriginGroups: { Quantity: 0 } },
      behavior: { TargetOriginId: 'us-east-1' },
    }),
    origins: {
      'us-east-1': ({ headers }, response) => {
        response.setHeader('x-origin-region', String(headers['x-edgekeeper-origin']));
        response.setHeader('x-origin-role', 'secondary');
        response.end(headers['x-verify']);
      },
    },
  });
  const ofOther = await controlApi(other.control);
  await ask(other.url, '/a?b=c&token=hunter2-hunter2', { headers: { 'x-edgekeeper-viewer': 'Tokyo' } });
  const [entry] = JSON.parse((await ofOther('/requests')).body);
  expect(entry).toMatchObject({
    query: 'b=c&token=(secret)',
    edgeLocation: 'NRT',
    viewerPlace: { country: 'JP', city: 'Tokyo', latitude: 35.69, longitude: 139.69 },
    region: 'us-east-1',
    isFailover: true,
  });
  const trace = (await ofOther(`/requests/${encodeURIComponent(entry.requestId)}`)).body;
  expect(JSON.parse(trace)).toMatchObject({ region: 'us-east-1', query: 'b=c&token=(secret)' });
  expect(trace).not.toContain('verified-by-this');
});
