/** Origin groups: every rule of the reference, section 4. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/fault.ts';
import { readTemplate } from '../../emulator/template.ts';
import { type Answer, type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type OriginServer, startOriginServer } from '../support/origin-server.ts';
import { customOrigin, template } from '../support/template.ts';

let bench: TestBench;
let primary: OriginServer;
let secondary: OriginServer;
beforeAll(async () => {
  // The primary answers with the status in the path.
  primary = await startOriginServer(({ url = '' }, response) => {
    response.writeHead(Number(/\d{3}/.exec(url)?.[0] ?? 200), { location: '/elsewhere' }).end('primary');
  });
  secondary = await startOriginServer((_, response) => response.end('secondary'));
  bench = await plainBench(template());
});
afterAll(async () => {
  await Promise.all([bench.close(), primary.close(), secondary.close()]);
});

const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];

function overGroup(codes: readonly number[], behavior = {}) {
  return template({
    behavior: { TargetOriginId: 'group', AllowedMethods: ALL_METHODS, ...behavior },
    distribution: {
      Origins: [
        customOrigin('one', {
          OriginPath: '/1',
          OriginCustomHeaders: [{ HeaderName: 'x-origin', HeaderValue: 'one' }],
        }),
        customOrigin('two', {
          OriginPath: '/2',
          OriginCustomHeaders: [{ HeaderName: 'x-origin', HeaderValue: 'two' }],
        }),
      ],
      OriginGroups: {
        Quantity: 1,
        Items: [
          {
            Id: 'group',
            FailoverCriteria: { StatusCodes: { Quantity: codes.length, Items: codes } },
            Members: { Quantity: 2, Items: [{ OriginId: 'one' }, { OriginId: 'two' }] },
          },
        ],
      },
    },
  });
}

const started = (codes: readonly number[], behavior = {}): Promise<TestEdge> =>
  bench.start({
    template: overGroup(codes, behavior),
    origins: { one: primary.url, two: secondary.url },
  });

const setFault = (edge: TestEdge, id: string, fault: Fault) =>
  ask(edge.control, `/origins/${id}/fault`, { method: 'PUT', body: JSON.stringify(fault) });

/** How long the edge waits for an origin that fails so; the clock is moved on by that. */
const WAITS: Partial<Record<Fault['kind'], number>> = { down: 2000, hang: 5000 };

async function asked(edge: TestEdge, target: string, request: Asked, faults: readonly Fault[]): Promise<Answer> {
  const answering = ask(edge.url, target, request);
  for (const { kind } of faults) {
    const wait = WAITS[kind];
    if (wait === undefined) continue;
    await edge.clock.whenPending(wait);
    edge.clock.advance(wait);
  }
  return answering;
}

const CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

describe('failover (4.1)', () => {
  interface Rule {
    readonly name: string;
    readonly codes: readonly number[];
    readonly behavior?: Readonly<Record<string, unknown>>;
    readonly target?: string;
    readonly request?: Asked;
    /** Of the primary, and of the secondary. */
    readonly faults?: readonly Fault[];
    /** The status, and which origins were asked with what result. */
    readonly expected: { readonly status: number; readonly attempts: readonly (number | string)[] };
  }

  const without = (code: number) => CODES.filter((other) => other !== code);
  const OPTIONS = { method: 'OPTIONS' };

  test.each<Rule>([
    ...CODES.flatMap((code): Rule[] => [
      {
        name: `${code}, configured`,
        codes: [code],
        target: `/${code}`,
        expected: { status: 200, attempts: [code, 200] },
      },
      {
        name: `${code}, all others configured`,
        codes: without(code),
        target: `/${code}`,
        expected: { status: code, attempts: [code] },
      },
    ]),
    ...[200, 204, 301, 302, 304, 307, 401, 410, 501].map(
      (code): Rule => ({
        name: `${code}, which cannot be configured`,
        codes: CODES,
        target: `/${code}`,
        expected: { status: code, attempts: [code] },
      }),
    ),

    // A connection that fails counts as 503, an answer that does not come as 504.
    ...(
      [
        ['refuse', 'refused', 503, 502],
        ['dns', 'unresolved', 503, 502],
        ['tls', 'untrusted', 503, 502],
        ['reset', 'broken', 503, 502],
        ['down', 'unreachable', 503, 504],
        ['hang', 'timed-out', 504, 504],
      ] as const
    ).flatMap(([kind, attempt, code, status]): Rule[] => [
      {
        name: `${kind}, with ${code}`,
        codes: [code],
        faults: [{ kind }],
        expected: { status: 200, attempts: [attempt, 200] },
      },
      {
        name: `${kind}, with all but ${code}`,
        codes: without(code),
        faults: [{ kind }],
        expected: { status, attempts: [attempt] },
      },
      {
        name: `${kind} of both`,
        codes: CODES,
        faults: [{ kind }, { kind }],
        expected: { status, attempts: [attempt, attempt] },
      },
    ]),
    {
      name: 'both fail: the failure of the secondary',
      codes: CODES,
      target: '/500',
      faults: [{ kind: 'status', status: 500 }, { kind: 'refuse' }],
      expected: { status: 502, attempts: [500, 'refused'] },
    },
    {
      name: 'both fail: the status of the secondary, although it is configured',
      codes: CODES,
      faults: [{ kind: 'refuse' }, { kind: 'status', status: 404 }],
      expected: { status: 404, attempts: ['refused', 404] },
    },

    // Methods.
    {
      name: 'HEAD',
      codes: CODES,
      target: '/500',
      request: { method: 'HEAD' },
      expected: { status: 200, attempts: [500, 200] },
    },
    {
      name: 'OPTIONS, not cached',
      codes: CODES,
      target: '/500',
      request: OPTIONS,
      expected: { status: 500, attempts: [500] },
    },
    {
      name: 'OPTIONS, cached',
      codes: CODES,
      behavior: { CachedMethods: ['GET', 'HEAD', 'OPTIONS'] },
      target: '/500',
      request: OPTIONS,
      expected: { status: 200, attempts: [500, 200] },
    },
    ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method): Rule[] => [
      {
        name: `${method}, a status`,
        codes: CODES,
        target: '/503',
        request: { method, body: 'x' },
        expected: { status: 503, attempts: [503] },
      },
      {
        name: `${method}, no connection`,
        codes: CODES,
        request: { method, body: 'x' },
        faults: [{ kind: 'refuse' }],
        expected: { status: 502, attempts: ['refused'] },
      },
    ]),
  ])('$name: $expected', async ({ codes, behavior, target = '/film', request = {}, faults = [], expected }) => {
    const edge = await started(codes, behavior);
    for (const [index, fault] of faults.entries()) await setFault(edge, ['one', 'two'][index] ?? '', fault);
    const { status } = await asked(edge, target, request, faults);
    const attempts = edge.requests.at(-1)?.attempts ?? [];
    expect({ status, attempts: attempts.map(({ result }) => result) }).toEqual(expected);
    expect(attempts.map(({ originId }) => originId)).toEqual(['one', 'two'].slice(0, attempts.length));
  });

  test('has no memory: the next miss begins at the primary', async () => {
    const edge = await started([500]);
    await ask(edge.url, '/500/a');
    await ask(edge.url, '/500/b');
    expect(edge.requests.map(({ attempts }) => attempts.map(({ originId }) => originId))).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  test("sends the same request under the secondary's path, name and headers", async () => {
    const edge = await started([500]);
    await ask(edge.url, '/500/a', { headers: { range: 'bytes=0-1' } });
    const [to, then] = [primary, secondary].map(({ received }) => {
      const last = received.at(-1);
      return {
        url: last?.url,
        host: last?.headers.host,
        origin: last?.headers['x-origin'],
        range: last?.headers.range,
      };
    });
    expect(to).toEqual({ url: '/1/500/a', host: 'one.example.com', origin: 'one', range: 'bytes=0-1' });
    expect(then).toEqual({ url: '/2/500/a', host: 'two.example.com', origin: 'two', range: 'bytes=0-1' });
  });

  test('makes no difference to the cache: a hit asks nobody', async () => {
    const edge = await started([500]);
    await ask(edge.url, '/500');
    expect((await ask(edge.url, '/500')).headers['x-cache']).toBe('Hit from cloudfront');
    expect(edge.requests.at(-1)?.attempts).toEqual([]);
  });
});

test.each([
  { codes: CODES, expected: 'taken' },
  ...[200, 401, 405, 410, 451, 501, 505].map((code) => ({ codes: [503, code], expected: `got ${code}` })),
])('the criteria $codes: $expected (4.1)', ({ codes, expected }) => {
  const read = () => readTemplate(overGroup(codes));
  if (expected === 'taken') expect(read).not.toThrow();
  else expect(read).toThrow(expected);
});

describe('attempts (4.2)', () => {
  test.each<{ name: string; fault: Fault; request?: Asked; attempts: number; tries: number }>([
    { name: 'connecting', fault: { kind: 'down' }, attempts: 3, tries: 3 },
    { name: 'connecting once', fault: { kind: 'down' }, attempts: 1, tries: 1 },
    { name: 'waiting for an answer', fault: { kind: 'hang' }, attempts: 2, tries: 2 },
    {
      name: 'waiting for an answer to HEAD',
      fault: { kind: 'hang' },
      request: { method: 'HEAD' },
      attempts: 2,
      tries: 2,
    },
    {
      name: 'waiting for an answer to POST',
      fault: { kind: 'hang' },
      request: { method: 'POST', body: 'x' },
      attempts: 2,
      tries: 1,
    },
  ])('$name, ConnectionAttempts $attempts: $tries', async ({ fault, request = {}, attempts, tries }) => {
    const input = template({
      behavior: { TargetOriginId: 'one', AllowedMethods: ALL_METHODS },
      distribution: { Origins: [customOrigin('one', { ConnectionAttempts: attempts })], OriginGroups: undefined },
    });
    const edge = await bench.start({ template: input, origins: { one: primary.url } });
    await setFault(edge, 'one', fault);
    const { status } = await asked(edge, '/film', request, Array(tries).fill(fault));
    expect(status).toBe(504);
  });
});
