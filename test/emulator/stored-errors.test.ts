/** Errors in the cache: those of an origin, and CloudFront's own for an origin that gives no answer. */
import { afterEach, describe, expect, test } from 'vitest';
import { decided, documented, type Row } from '../support/rows.ts';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

const SEE = '7.3, HTTPStatusCodes';

let edge: ScriptedEdge | null = null;
afterEach(async () => {
  expect(edge?.failures).toEqual([]);
  await edge?.close();
});

const overOne = (init: Parameters<typeof template>[0] = {}) =>
  template({ ...init, behavior: { TargetOriginId: 'us-east-1', ...init.behavior } });

const minTtl = (seconds: number) => ({
  distribution: { CustomErrorResponses: [{ ErrorCode: 502, ErrorCachingMinTTL: seconds }] },
});

const BROKEN: Scripted = { broken: true };

describe('a 502 of CloudFront itself', () => {
  interface Again {
    readonly name: string;
    readonly init?: Parameters<typeof template>[0];
    readonly first?: Scripted;
    readonly method?: string;
    /** Milliseconds from the failure to the next request. */
    readonly after: number;
  }
  const DISABLED = { cachePolicy: { DefaultTTL: 0, MaxTTL: 0 } };

  /** Expected: the status that the next request gets. */
  test.each([
    ...documented<Row<Again, number>>([
      { request: { name: 'for ten seconds', after: 9_999 }, expected: 502, see: SEE },
      { request: { name: 'no longer than that', after: 10_000 }, expected: 200, see: SEE },
      {
        request: { name: 'for the error caching minimum TTL', init: minTtl(30), after: 29_999 },
        expected: 502,
        see: SEE,
      },
      { request: { name: 'no longer than that either', init: minTtl(30), after: 30_000 }, expected: 200, see: SEE },
      { request: { name: 'not at all, with a minimum of 0', init: minTtl(0), after: 0 }, expected: 200, see: SEE },
      { request: { name: 'not where caching is disabled', init: DISABLED, after: 0 }, expected: 200, see: SEE },
      { request: { name: 'as one of the origin', first: { status: 502 }, after: 9_999 }, expected: 502, see: SEE },
    ]),
    ...decided<Row<Again, number>>([
      { request: { name: 'not of HEAD', method: 'HEAD', after: 0 }, expected: 200, see: 'ours' },
    ]),
  ])('$kind: is cached $request.name ($see)', async ({ request, expected }) => {
    const { init = {}, first = BROKEN, method = 'GET', after } = request;
    edge = await scriptedEdge(overOne(init));
    edge.script(first, {});
    expect((await edge.ask('/x', { method })).status).toBe(502);
    edge.clock.advance(after);
    const answer = await edge.ask('/x');
    expect(answer.status).toBe(expected);
    expect(edge.received).toHaveLength(expected === 200 ? 2 : 1);
    if (expected === 502) expect(answer.headers['x-cache']).toBe('Error from cloudfront');
  });

  test('is the same page from the cache, without the response headers policy', async () => {
    const CustomHeadersConfig = { Items: [{ Header: 'x-policy', Value: 'yes', Override: true }] };
    edge = await scriptedEdge(overOne({ responseHeadersPolicy: { CustomHeadersConfig } }));
    edge.script(BROKEN);
    const [first, next] = [await edge.ask('/x'), await edge.ask('/x')];
    expect(next.body).toBe(first.body);
    expect(first.headers).not.toHaveProperty('x-policy');
    expect(next.headers).not.toHaveProperty('x-policy');
    expect(edge.received).toHaveLength(1);
  });

  test('is of one path alone, and goes with an invalidation', async () => {
    edge = await scriptedEdge(overOne());
    edge.script(BROKEN, {});
    await edge.ask('/x');
    expect((await edge.ask('/y')).status).toBe(200);
    expect(edge.cache.invalidate(['/x'])).toBe(1);
    expect((await edge.ask('/x')).status).toBe(200);
  });

  test('is the answer for all who waited', async () => {
    edge = await scriptedEdge(overOne());
    let release = (): void => {};
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    edge.script({ ...BROKEN, after }, {});
    const first = edge.ask('/x');
    await edge.whenReceived(1);
    const second = edge.ask('/x');
    // Another request that is answered: by then the second has arrived.
    await edge.ask('/y');
    release();
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([502, 502]);
    expect(edge.received).toHaveLength(2);
  });

  test('never takes the place of an object that may still be served', async () => {
    edge = await scriptedEdge(overOne());
    edge.script({ body: 'film', headers: { 'cache-control': 'max-age=10' } }, BROKEN, { body: 'new' });
    await edge.ask('/x');
    edge.clock.advance(10_000);
    expect(await edge.ask('/x')).toMatchObject({ status: 200, body: 'film' });
    edge.clock.advance(9_999);
    expect(await edge.ask('/x')).toMatchObject({ status: 200, body: 'film' });
    expect(edge.received).toHaveLength(2);
    edge.clock.advance(1);
    expect(await edge.ask('/x')).toMatchObject({ status: 200, body: 'new' });
  });
});
