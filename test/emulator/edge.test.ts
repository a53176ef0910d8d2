/** Whole requests through this project's own distribution, as it is packaged. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import type { Fault } from '../../emulator/fault.ts';
import { type Asked, ask, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { NOON, OTHER_SECRET, STATE, segment, token } from '../support/tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let bench: TestBench;
let cookie: string;

beforeAll(async () => {
  bench = await testBench(ROOT);
  cookie = `edgekeeper=${await token({ claims: { res: '/private/*' } })}`;
}, 60_000);

afterAll(() => bench.close());

/** As a viewer near `edgeCache` asks. */
const near = (edgeCache: string): Promise<TestEdge> => bench.start({ location: edgeLocationAt(edgeCache) });

describe('access', () => {
  let edge: TestEdge;
  beforeAll(async () => {
    edge = await bench.start();
  });

  test.each<{ name: string; target?: string; cookie: () => Promise<string | undefined>; expected: string }>([
    { name: 'no cookie', cookie: async () => undefined, expected: '401 no-credential' },
    { name: 'good cookie', cookie: async () => cookie, expected: '200' },
    { name: 'public', target: '/film.mp4', cookie: async () => undefined, expected: '200' },
    { name: 'tampered', cookie: async () => `${cookie.slice(0, -2)}AA`, expected: '403 signature' },
    { name: 'another key', cookie: () => bearing({}, { secret: OTHER_SECRET }), expected: '403 signature' },
    { name: 'expired', cookie: () => bearing({ exp: NOON }), expected: '403 expired' },
    { name: 'wrong path', cookie: () => bearing({ res: '/private/other/*' }), expected: '403 resource' },
    { name: 'wrong address', cookie: () => bearing({ ip: '203.0.113.0/24' }), expected: '403 source-ip' },
    { name: 'right address', cookie: () => bearing({ ip: '127.0.0.0/8' }), expected: '200' },
    {
      name: 'alg none',
      cookie: async () => `edgekeeper=${segment({ alg: 'none' })}.e30.AA`,
      expected: '403 algorithm',
    },
    { name: 'oversized', cookie: async () => `edgekeeper=${'x'.repeat(2049)}`, expected: '403 oversized' },
    { name: 'two values, the second good', cookie: async () => `edgekeeper=x; ${cookie}`, expected: '200' },
    { name: 'encoded delimiter', target: '/private/a%40b.txt', cookie: async () => cookie, expected: '200' },
    {
      name: 'plain delimiter',
      target: '/private/a@b.txt',
      cookie: async () => undefined,
      expected: '401 no-credential',
    },
  ])('$name: $expected', async ({ target = '/private/film.mp4', cookie, expected }) => {
    const shown = await cookie();
    const { status, headers } = await ask(edge.url, target, shown === undefined ? {} : { cookie: shown });
    expect([status, headers['x-edgekeeper-reason']].filter((part) => part !== undefined).join(' ')).toBe(expected);
  });

  test('an audience that the settings require', async () => {
    const { template } = bench;
    const strict = JSON.parse(JSON.stringify(template).replaceAll('A:null', 'A:\\"cdn\\"'));
    const { url } = await bench.start({ template: strict });
    expect(await ask(url, '/private/x', { cookie })).toMatchObject({
      status: 403,
      headers: { 'x-edgekeeper-reason': 'audience' },
    });
    const bearer = await bearing({ aud: 'cdn' });
    expect(await ask(url, '/private/film.mp4', { cookie: bearer })).toMatchObject({ status: 200 });
  });

  const BEHAVIORS = ['', '/private', '/film.mp4/..'];
  test.each(
    BEHAVIORS.flatMap((prefix) =>
      ['/private%2Fx', '/%70rivate/x', '//private/x', '/x/../private/x', '/private/x%2e', '/a\\b', '/x%00'].map(
        (path) => ({ target: `${prefix}${path}` }),
      ),
    ),
  )('$target is answered 400, and no origin hears of it', async ({ target }) => {
    const before = received(edge);
    const { status, headers } = await ask(edge.url, target, { cookie });
    expect({ status, reason: headers['x-edgekeeper-reason'] }).toEqual({ status: 400, reason: 'path' });
    expect(received(edge)).toBe(before);
  });

  test('no credential reaches an origin, a log or the list of requests', async () => {
    const fresh = await bench.start();
    const edgekeeperHeaders = { 'x-edgekeeper-order': 'evil', 'x-edgekeeper-origin': 'evil' };
    await ask(fresh.url, '/private/film.mp4', { cookie, headers: edgekeeperHeaders });
    await ask(fresh.url, '/private/film.mp4', { cookie: `${cookie}x`, headers: edgekeeperHeaders });
    await ask(fresh.url, '/film.mp4', { cookie });
    const seen = JSON.stringify([[...fresh.buckets.values()].map((b) => b.received), fresh.requests, fresh.lines]);
    expect(fresh.requests.map(({ status }) => status)).toEqual([200, 403, 200]);
    expect(seen).toContain('x-edgekeeper-order');
    expect(seen).not.toContain(cookie.slice('edgekeeper='.length, -1));
    expect(seen).not.toContain('evil');
  });

  test('a private object is private toward browsers, and one in the cache for all who may', async () => {
    const fresh = await bench.start();
    const first = await ask(fresh.url, '/private/film.mp4', { cookie });
    const second = await ask(fresh.url, '/private/film.mp4', { cookie: await bearing({ sub: 'somebody else' }) });
    const third = await ask(fresh.url, '/private/film.mp4');
    expect(first.headers['cache-control']).toMatch(/^private\b/);
    expect(second.headers['x-cache']).toBe('Hit from cloudfront');
    expect(third.status).toBe(401);
  });

  test('without a state in the store: private 503, public as ever', async () => {
    const fresh = await bench.start();
    fresh.store.delete('state');
    expect(await ask(fresh.url, '/private/film.mp4', { cookie })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5', 'x-edgekeeper-reason': 'state-unreadable' },
    });
    expect(await ask(fresh.url, '/film.mp4')).toMatchObject({ status: 200 });
  });
});

async function bearing(claims: Record<string, unknown>, init: { secret?: string } = {}): Promise<string> {
  return `edgekeeper=${await token({ claims, ...init })}`;
}

function received(edge: TestEdge): number {
  return [...edge.buckets.values()].reduce((sum, bucket) => sum + bucket.received.length, 0);
}

describe('the nearest region', () => {
  test.each([
    { edgeCache: 'us-east-1', region: 'us-east-1' },
    { edgeCache: 'us-west-2', region: 'us-east-1' },
    { edgeCache: 'eu-central-1', region: 'eu-west-1' },
    { edgeCache: 'ap-south-1', region: 'eu-west-1' },
  ])('of $edgeCache is $region', async ({ edgeCache, region }) => {
    const edge = await near(edgeCache);
    const { headers, body } = await ask(edge.url, '/private/film.mp4', { cookie });
    expect(body).toBe(`private/film.mp4 from ${region}`);
    expect(headers).toMatchObject({ 'x-origin-region': region, 'x-origin-role': 'primary' });
    expect(headers).not.toHaveProperty('proxy-status');
  });

  test('is not asked while it is drained', async () => {
    const edge = await near('eu-central-1');
    edge.store.set('state', STATE.replace('"drained":{}', '"drained":{"eu-west-1":0}'));
    const { headers } = await ask(edge.url, '/film.mp4');
    expect(headers).toMatchObject({ 'x-origin-region': 'us-east-1', 'x-origin-role': 'primary' });
    expect(edge.buckets.get('eu-west-1')?.received).toEqual([]);
  });

  test('is not asked at all when it is drained hard: one answer, which is no failover', async () => {
    const edge = await near('eu-central-1');
    edge.store.set('state', STATE.replace('"drained":{}', '"drained":{"eu-west-1":0},"hard":["eu-west-1"]'));
    await edge.buckets.get('us-east-1')?.setFault({ kind: 'status', status: 500 });
    const { status, headers } = await ask(edge.url, '/film.mp4');
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'x-origin-region': 'us-east-1', 'x-origin-role': 'primary', 'retry-after': '30' });
    expect(edge.buckets.get('eu-west-1')?.received).toEqual([]);
  });

  test('is asked all the same when it is drained and the other fails', async () => {
    const edge = await near('eu-central-1');
    edge.store.set('state', STATE.replace('"drained":{}', '"drained":{"eu-west-1":0}'));
    await edge.buckets.get('us-east-1')?.setFault({ kind: 'refuse' });
    const { headers } = await ask(edge.url, '/film.mp4');
    expect(headers).toMatchObject({ 'x-origin-region': 'eu-west-1', 'x-origin-role': 'secondary' });
  });
});

describe('failover', () => {
  /** `waits`: the milliseconds that the clock has to move on before the secondary is asked. */
  test.each<{ fault: Fault; waits?: number; attempt: string | number }>([
    { fault: { kind: 'refuse' }, attempt: 'refused' },
    { fault: { kind: 'down' }, waits: 2000, attempt: 'unreachable' },
    { fault: { kind: 'hang' }, waits: 5000, attempt: 'timed-out' },
    { fault: { kind: 'reset' }, attempt: 'broken' },
    { fault: { kind: 'status', status: 503 }, attempt: 503 },
    { fault: { kind: 'status', status: 404 }, attempt: 404 },
  ])('the primary: $fault, the answer: 200 from the secondary', async ({ fault, waits, attempt }) => {
    const edge = await bench.start();
    await edge.buckets.get('us-east-1')?.setFault(fault);
    const answering = ask(edge.url, '/film.mp4');
    if (waits !== undefined) {
      await edge.clock.whenPending(waits);
      edge.clock.advance(waits - 1);
      expect(edge.buckets.get('eu-west-1')?.received).toEqual([]);
      edge.clock.advance(1);
    }
    const { status, headers, body } = await answering;
    expect({ status, body }).toEqual({ status: 200, body: 'film.mp4 from eu-west-1' });
    expect(headers).toMatchObject({
      'x-origin-region': 'eu-west-1',
      'x-origin-role': 'secondary',
      'cache-control': 's-maxage=60',
      'proxy-status': `edgekeeper;next-hop="eu-west-1";details="not us-east-1; ${headers['x-amz-cf-id']}"`,
    });
    expect(edge.requests[0]?.attempts).toEqual([
      { originId: 'us-east-1', result: attempt },
      { originId: 'eu-west-1', result: 200 },
    ]);
  });

  test('a status that is no criterion stays', async () => {
    const edge = await bench.start();
    await edge.buckets.get('us-east-1')?.setFault({ kind: 'status', status: 400 });
    expect(await ask(edge.url, '/film.mp4')).toMatchObject({ status: 400 });
    expect(edge.buckets.get('eu-west-1')?.received).toEqual([]);
  });

  test('a hit tells of the fetch that brought it, and lasts no longer than the cap', async () => {
    const edge = await bench.start();
    const primary = edge.buckets.get('us-east-1');
    await primary?.setFault({ kind: 'refuse' });
    const first = await ask(edge.url, '/film.mp4');
    await primary?.setFault(null);
    edge.clock.advance(59_999);
    const hit = await ask(edge.url, '/film.mp4');
    edge.clock.advance(1);
    const fresh = await ask(edge.url, '/film.mp4');
    expect(hit.headers).toMatchObject({
      'x-cache': 'Hit from cloudfront',
      age: '59',
      'proxy-status': first.headers['proxy-status'],
    });
    expect(hit.headers['x-amz-cf-id']).not.toBe(first.headers['x-amz-cf-id']);
    expect(fresh.headers).toMatchObject({ 'x-cache': 'Miss from cloudfront', 'x-origin-role': 'primary' });
  });

  test.each([
    { target: '/private/film.mp4', type: 'text/html; charset=utf-8' },
    { target: '/private/films.json', type: 'application/json' },
  ])('both regions answer 503: one answer, $type', async ({ target, type }) => {
    const edge = await bench.start();
    for (const bucket of edge.buckets.values()) await bucket.setFault({ kind: 'status', status: 503 });
    const { status, headers } = await ask(edge.url, target, { cookie });
    expect(status).toBe(503);
    expect(headers).toMatchObject({
      'content-type': type,
      'retry-after': '30',
      'x-cache': 'Error from cloudfront',
      'proxy-status': expect.stringContaining('received-status=503'),
    });
  });

  test.each<Asked>([{}, { method: 'HEAD' }])('a missing object is 404 in both regions, %o', async (asked) => {
    const edge = await bench.start();
    const { status, headers, body } = await ask(edge.url, '/missing', asked);
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body).toBe(asked.method === 'HEAD' ? '' : 'Not found\n');
  });
});

describe('what CloudFront says', () => {
  test('of a miss and of a hit', async () => {
    const edge = await bench.start();
    const miss = await ask(edge.url, '/film.mp4');
    edge.clock.advance(1500);
    const hit = await ask(edge.url, '/film.mp4');
    expect(miss.headers).toMatchObject({
      'x-cache': 'Miss from cloudfront',
      'x-amz-cf-pop': 'IAD50-C1',
      via: expect.stringMatching(/^1\.1 \S+\.cloudfront\.net \(CloudFront\)$/),
    });
    expect(miss.headers).not.toHaveProperty('age');
    expect(hit.headers).toMatchObject({ 'x-cache': 'Hit from cloudfront', age: '1' });
    expect(hit.body).toBe(miss.body);
  });

  test('is without what S3 tells of itself', async () => {
    const { headers } = await ask((await bench.start()).url, '/film.mp4');
    expect(Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !name.startsWith('x-amz-cf-'))).toEqual(
      [],
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', server: 'AmazonS3' });
  });

  test('the root URL is the default root object', async () => {
    expect((await ask((await bench.start()).url, '/')).body).toBe('index.html from us-east-1');
  });

  test('the query string is no part of the cache key, and does not reach the bucket', async () => {
    const edge = await bench.start();
    await ask(edge.url, '/film.mp4?v=1');
    const { headers } = await ask(edge.url, '/film.mp4?v=2');
    expect(headers['x-cache']).toBe('Hit from cloudfront');
    expect(edge.buckets.get('us-east-1')?.received.map(({ target }) => target)).toEqual(['/film.mp4']);
  });

  test.each([
    { range: 'bytes=0-3', status: 206, body: 'film', contentRange: 'bytes 0-3/23' },
    { range: 'bytes=-9', status: 206, body: 'us-east-1', contentRange: 'bytes 14-22/23' },
    { range: 'bytes=23-', status: 416, body: undefined, contentRange: 'bytes */23' },
  ])('$range is $status, from the origin and from the cache', async ({ range, status, body, contentRange }) => {
    const edge = await bench.start();
    const headers = { range };
    const miss = await ask(edge.url, '/film.mp4', { headers });
    await ask(edge.url, '/film.mp4');
    const hit = await ask(edge.url, '/film.mp4', { headers });
    for (const answer of [miss, hit]) {
      expect({ status: answer.status, range: answer.headers['content-range'] }).toEqual({
        status,
        range: contentRange,
      });
      if (body !== undefined) expect(answer.body).toBe(body);
    }
    expect(hit.headers['x-cache']).toBe('Hit from cloudfront');
  });

  test('a conditional request is answered 304, from the origin and from the cache', async () => {
    const edge = await bench.start();
    const { headers } = await ask(edge.url, '/film.mp4');
    const asked = { headers: { 'if-none-match': String(headers.etag) } };
    const other = await bench.start();
    expect(await ask(edge.url, '/film.mp4', asked)).toMatchObject({ status: 304, body: '' });
    expect(await ask(other.url, '/film.mp4', asked)).toMatchObject({ status: 304, body: '' });
  });

  test.each<{ asked: Asked; status: number; what: string }>([
    { asked: { method: 'POST', body: 'x' }, status: 403, what: 'a method that the behavior does not allow' },
    { asked: { method: 'DELETE' }, status: 403, what: 'another' },
    { asked: { body: 'x' }, status: 403, what: 'a GET with a body' },
    { asked: { method: 'HEAD', body: 'x' }, status: 403, what: 'a HEAD with a body' },
    { asked: { headers: { 'x-long': 'x'.repeat(32_768) } }, status: 494, what: 'headers over their quota' },
  ])('$what is $status', async ({ asked, status }) => {
    const edge = await bench.start();
    const { status: actual, headers } = await ask(edge.url, '/film.mp4', asked);
    expect({ status: actual, 'x-cache': headers['x-cache'] }).toEqual({ status, 'x-cache': 'Error from cloudfront' });
    expect(received(edge)).toBe(0);
  });

  test.each([
    { length: 3_073, status: 404 },
    { length: 3_074, status: 400 },
    { length: 8_192, status: 400 },
    { length: 8_193, status: 414 },
  ])('a URL of $length bytes is $status', async ({ length, status }) => {
    const edge = await bench.start();
    expect((await ask(edge.url, `/${'x'.repeat(length - 1)}`)).status).toBe(status);
    expect((await ask(edge.url, `/?${'x'.repeat(length - 2)}`)).status).toBe(status === 414 ? 414 : 200);
  });

  test.each([
    { bytes: 32_768, status: 200 },
    { bytes: 32_769, status: 494 },
  ])('a URL and headers of $bytes bytes are $status', async ({ bytes, status }) => {
    const { url } = await bench.start();
    const others = ['/x', 'host: \r\n', new URL(url).host, 'connection: close\r\n', 'x-long: \r\n'].join('').length;
    expect((await ask(url, '/x', { headers: { 'x-long': 'x'.repeat(bytes - others) } })).status).toBe(status);
  });
});

test('an edge that is closed leaves nothing open', async () => {
  const edge = await bench.start();
  await ask(edge.url, '/film.mp4');
  await edge.close();
  await expect(ask(edge.url, '/film.mp4')).rejects.toThrow('ECONNREFUSED');
  await expect(ask(edge.control, '/')).rejects.toThrow('ECONNREFUSED');
});
